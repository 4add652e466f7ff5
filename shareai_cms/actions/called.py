"""What a call was and cost, as the ledger keeps it."""

from __future__ import annotations

from shareai_cms import marketplace, metering


def facts_of(reply: marketplace.Reply) -> metering.CallFacts:
    return metering.CallFacts(
        model_asked=reply.model_asked,
        model_answered=reply.model_answered,
        request_id=reply.request_id,
        attempts=len(reply.attempts),
        tokens_in=reply.tokens_in,
        tokens_out=reply.tokens_out,
        is_estimated=reply.is_estimated,
        cost_millionths=reply.cost_millionths,
        surcharge_millionths=reply.surcharge_millionths,
        duration_ms=reply.duration_ms,
        route=reply.route,
    )
