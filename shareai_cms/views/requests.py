"""From an HTTP request to an ``ActionCall``, trusting nothing in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from shareai_cms import actions, metering, permissions
from shareai_cms.actions.road import ActionCall
from shareai_cms.actions.targets import AccountRef, Target, TargetPolicy, TargetRef, policy_for
from shareai_cms.errors import InputTooLong, InvalidRequest, NotPermitted
from shareai_cms.models import SiteAccount
from shareai_cms.permissions import Actor

_KEY = re.compile(r"[A-Za-z0-9_-]{16,128}\Z")


@dataclass(kw_only=True)
class Caller:
    """Who asks and for which account, filled in as it becomes known, so that errors can be told well."""

    actor: Actor | None = None
    account: SiteAccount | None = None
    key: str = ""
    meter: str = "writing"

    def rights(self) -> frozenset[str]:
        """What the person may do on the account; nothing while either is unknown."""
        if self.actor is None:
            return frozenset()
        return permissions.rights(self.actor, self.account)


def signed_in(request: HttpRequest, caller: Caller) -> Actor:
    """The person behind the request; raises ``NotPermitted`` for strangers."""
    if not request.user.is_authenticated:
        raise NotPermitted("not signed in")
    caller.actor = Actor.from_user(request.user)
    return caller.actor


def json_body(request: HttpRequest) -> Mapping[str, Any]:
    """The request's JSON object; raises ``InvalidRequest`` or ``InputTooLong``."""
    if request.content_type != "application/json":
        raise InvalidRequest("the body must be application/json")
    try:
        data = json.loads(request.body, parse_constant=_refuse_constant)
    except RequestDataTooBig:
        raise InputTooLong("the request is larger than DATA_UPLOAD_MAX_MEMORY_SIZE") from None
    except (ValueError, RecursionError, UnreadablePostError):
        raise InvalidRequest("the body is not JSON") from None
    if not isinstance(data, Mapping):
        raise InvalidRequest("the body must be a JSON object")
    return data


def _refuse_constant(name: str) -> None:
    # Python reads NaN and Infinity; JSON has neither, and no database column would take them.
    raise ValueError(name)


def idempotency_key(request: HttpRequest) -> str:
    """The click's own key; raises ``InvalidRequest``."""
    return check_key(request.headers.get("Idempotency-Key", ""))


def check_key(key: str) -> str:
    """The key, if it has the form of one; raises ``InvalidRequest``."""
    if not _KEY.match(key):
        raise InvalidRequest("Idempotency-Key must be 16 to 128 letters, digits, hyphens or underscores")
    return key


def resolve(request: HttpRequest, ref: TargetRef, caller: Caller) -> tuple[TargetPolicy, Target, SiteAccount]:
    """The object, checked, and the account that pays for it, opened on first use."""
    actor = signed_in(request, caller)
    policy = policy_for(ref.model())
    target = policy.resolve(request, ref)
    wanted = target.account
    account = metering.find_account(wanted.platform, wanted.reference, actor=actor)
    if account is None:
        if not permissions.can(actor, permissions.USE, None):
            raise NotPermitted("no right to use AI")
        account = metering.open_account(
            platform=wanted.platform, reference=wanted.reference, label=wanted.label, address=wanted.address
        )
    caller.account = account
    return policy, target, account


def resolve_paid(
    request: HttpRequest, ref: TargetRef, caller: Caller, account: SiteAccount
) -> tuple[TargetPolicy, Target]:
    """The object of something that was paid for, checked, whatever site the person works for by now.

    Raises ``NotPermitted`` where they may not use AI on the account that paid.
    """
    caller.account = account
    if not permissions.can(signed_in(request, caller), permissions.USE, account):
        raise NotPermitted("no right to use AI on this account")
    policy = policy_for(ref.model())
    payer = AccountRef(platform=account.platform, reference=account.reference, label=account.label)
    return policy, policy.resolve(request, ref, payer=payer)


def action_call(request: HttpRequest, slug: str, caller: Caller) -> ActionCall:
    """Everything about one click, checked; raises an ``ActionRefused``."""
    actor = signed_in(request, caller)
    caller.key = idempotency_key(request)
    action = actions.get(slug)
    caller.meter = action.meter
    data = json_body(request)
    route = data.get("route", "standard")
    if not isinstance(route, str):
        raise InvalidRequest("route must be a text")
    action.units_for(route)
    policy, target, account = resolve(request, TargetRef.parse(data.get("target")), caller)
    if not permissions.can(actor, permissions.USE, account):
        raise NotPermitted("no right to use AI on this account")
    options = action.read_options(data.get("options"), target.language)
    return ActionCall(
        action=action,
        account=account,
        actor=actor,
        target=target,
        given=replace(policy.read(request, target, action, data), options=options),
        key=caller.key,
        route=route,
        has_budgets=bool(getattr(account, "has_budgets", True)),
    )
