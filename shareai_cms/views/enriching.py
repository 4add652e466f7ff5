"""Enriching one product from its edit form: what may be improved, the click that costs, and what it proposed.

What the form has no field for is written by the server, as a draft where the model has drafts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shareai_cms import metering, permissions
from shareai_cms.actions.facts import Change
from shareai_cms.actions.road import ActionCall
from shareai_cms.actions.targets import Target, TargetPolicy, TargetRef
from shareai_cms.catalog.base import Catalogue
from shareai_cms.catalog.registry import catalogue_for
from shareai_cms.errors import (
    AccountUnclear,
    ChangedSince,
    InputEmpty,
    InvalidRequest,
    NotPermitted,
    ObjectNotFound,
    RunClosed,
)
from shareai_cms.metering import meters
from shareai_cms.models import SiteAccount, Suggestion
from shareai_cms.permissions import BUY, USE, Actor
from shareai_cms.runs import tasks
from shareai_cms.runs.applying import check_unchanged, write
from shareai_cms.views import enrichment as shown
from shareai_cms.views.actions import ENRICHMENT, answer, answers_errors, check_about, note_decision, suggestion_of
from shareai_cms.views.buying import topups_url
from shareai_cms.views.requests import Caller, idempotency_key, json_body, resolve, resolve_paid, signed_in
from shareai_cms.views.runs.cards import parse_places

TASK = "enrich"
#: Names in an address that say which object is meant.
_NAMES = ("type", "id", "parent")


@dataclass(frozen=True, kw_only=True)
class Product:
    """An object that a catalogue knows and that the person may change."""

    policy: TargetPolicy
    target: Target
    account: SiteAccount
    catalogue: Catalogue
    #: As the catalogue loads it.
    obj: Any

    @property
    def parts(self) -> tuple[tasks.Choice, ...]:
        """What may be improved, called as the form calls it."""
        model = type(self.obj)
        specs = {spec.part: spec for spec in self.catalogue.parts(model)}
        return tuple(
            replace(each, label=shown.part_label(specs.get(each.value), model) or each.label)
            for each in tasks.get(TASK).choices(model)
        )


@require_http_methods(["GET", "POST"])
@answers_errors
def enrich(request: HttpRequest, caller: Caller) -> HttpResponseBase:
    """What may be improved of the product in the address; posted, the click that costs."""
    if request.method == "POST":
        return answer(request, caller, _call(request, caller))
    product = _product(request, _ref(request), caller)
    return render(request, "shareai_cms/enriching/form.html", _offer(product, signed_in(request, caller)))


@require_http_methods(["GET", "POST"])
@answers_errors
def enrichment(request: HttpRequest, caller: Caller, pk: int) -> HttpResponseBase:
    """What was proposed, beside what stands there now; posted, the places that the server is to write.

    With ``is_saved`` they are in the form, which was saved since.
    """
    if request.method == "POST":
        return _write(request, caller, pk)
    product, suggestion = _suggested(request, _ref(request), caller, pk)
    facts = shown.facts_of(product.catalogue, product.obj, _language(product, suggestion))
    context = shown.context(product.policy, product.target, product.catalogue, facts, suggestion)
    return render(request, "shareai_cms/enriching/result.html", context)


def _ref(request: HttpRequest) -> TargetRef:
    return TargetRef.parse({name: request.GET.get(name, "") for name in _NAMES})


def _product(request: HttpRequest, ref: TargetRef, caller: Caller) -> Product:
    """The product, checked; raises ``ObjectNotFound`` where no catalogue knows it, or an ``ActionRefused``."""
    actor = signed_in(request, caller)
    policy, target, account = resolve(request, ref, caller)
    caller.meter = tasks.get(TASK).action.meter
    catalogue, obj = _known(ref, target)
    target, account = _payer(catalogue, obj, target, account)
    caller.account = account
    if not permissions.can(actor, USE, account):
        raise NotPermitted("no right to use AI on this account")
    return Product(policy=policy, target=target, account=account, catalogue=catalogue, obj=obj)


def _known(ref: TargetRef, target: Target) -> tuple[Catalogue, Any]:
    model = ref.model() if target.obj is None else type(target.obj)
    catalogue = catalogue_for(model)
    obj = None
    if target.object_ref and catalogue is not None and model in tasks.get(TASK).models():
        obj = catalogue.queryset(model).filter(pk=target.object_ref).first()
    if catalogue is None or obj is None:
        raise ObjectNotFound(f"no catalogue knows {ref.type} {ref.id[:40]}")
    return catalogue, obj


def _payer(catalogue: Catalogue, obj: Any, target: Target, account: SiteAccount) -> tuple[Target, SiteAccount]:
    """The site that a run over the product would count it for; what belongs to several, the one that was resolved."""
    try:
        owner = catalogue.account(obj)
    except AccountUnclear:
        return target, account
    if (owner.platform, owner.reference) == (account.platform, account.reference):
        return target, account
    found = metering.open_account(
        platform=owner.platform, reference=owner.reference, label=owner.label, address=owner.address
    )
    return replace(target, account=owner), found


def _offer(product: Product, actor: Actor) -> dict[str, Any]:
    action = tasks.get(TASK).action
    left = metering.allowance_of(product.account, action.meter)
    names = dict(shown.language_names())
    may_buy = permissions.can(actor, BUY, product.account)
    return {
        "parts": product.parts,
        "languages": [(code, names.get(code, code)) for code in product.catalogue.languages(product.obj)],
        "price": meters.units_text(action.meter, action.units),
        "left": left,
        "is_short": left.available < action.units,
        "topup_url": topups_url(product.account, meter=action.meter) if may_buy else "",
        "last": _last(product, actor),
    }


def _last(product: Product, actor: Actor) -> int | None:
    """The person's latest enrichment of the product of which something may be taken back."""
    mine = Suggestion.objects.filter(
        usage__account=product.account,
        usage__feature=tasks.get(TASK).action.slug,
        usage__object_type=product.target.object_type,
        usage__object_ref=product.target.object_ref,
        usage__actor_kind=actor.kind,
        usage__actor_ref=actor.reference,
        erased_at__isnull=True,
        state=Suggestion.State.ACCEPTED,
        decided_at__gt=shown.oldest_return(),
    )
    return mine.order_by("-pk").values_list("pk", flat=True).first()


def _call(request: HttpRequest, caller: Caller) -> ActionCall:
    """Everything about the click, checked; raises an ``ActionRefused``."""
    actor = signed_in(request, caller)
    caller.key = idempotency_key(request)
    data = json_body(request)
    task, route = tasks.get(TASK), data.get("route", "standard")
    if not isinstance(route, str):
        raise InvalidRequest("route must be a text")
    task.units(route)
    product = _product(request, TargetRef.parse(data.get("target")), caller)
    options = {"parts": _parts(product, data.get("parts"))}
    return ActionCall(
        action=task.action,
        account=product.account,
        actor=actor,
        target=product.target,
        given=task.given(product.obj, options, _wanted_language(product, data.get("language", ""))),
        key=caller.key,
        route=route,
        has_budgets=bool(getattr(product.account, "has_budgets", True)),
    )


def _parts(product: Product, given: Any) -> list[str]:
    offered = {choice.value for choice in product.parts}
    if not isinstance(given, list) or not all(isinstance(each, str) and each in offered for each in given):
        raise InvalidRequest("parts must be a list of those that are offered")
    if not given:
        raise InputEmpty(sentence=_("Nothing was picked."), remedy=_("Pick at least one part of the product."))
    return given


def _wanted_language(product: Product, given: Any) -> str:
    if given not in ("", *product.catalogue.languages(product.obj)):
        raise InvalidRequest("language must be one of those that are offered")
    return str(given)


def _suggested(request: HttpRequest, ref: TargetRef, caller: Caller, pk: int) -> tuple[Product, Suggestion]:
    """The person's own enrichment and its product, for the account that paid; raises ``ObjectNotFound``."""
    found = suggestion_of(pk, signed_in(request, caller))
    account = found.usage.account
    policy, target = resolve_paid(request, ref, caller, account)
    check_about(found, target)
    if found.erased_at is not None or found.result.get("kind") != ENRICHMENT:
        raise ObjectNotFound("erased, or another kind of suggestion")
    caller.meter = tasks.get(TASK).action.meter
    catalogue, obj = _known(ref, target)
    return Product(policy=policy, target=target, account=account, catalogue=catalogue, obj=obj), found


def _language(product: Product, suggestion: Suggestion) -> str:
    """The language that it was written in, empty for the product's own."""
    written = str(suggestion.result.get("language", ""))
    return "" if written.lower() == product.catalogue.read(product.obj).language.lower() else written


def _write(request: HttpRequest, caller: Caller, pk: int) -> HttpResponse:
    """Write some of the proposals with the person's own rights: all of them, or none."""
    data = json_body(request)
    product, suggestion = _suggested(request, TargetRef.parse(data.get("target")), caller, pk)
    wanted = _wanted(suggestion.result, data.get("places"))
    language = _language(product, suggestion)
    if data.get("back") is True:
        return _take_back(request, product, suggestion, wanted, language)
    if data.get("is_saved") is True:
        return _confirm(request, product, suggestion, wanted)

    def body() -> bool:
        # As it is now, and kept so: somebody else may save it at this moment.
        obj = product.catalogue.lock(product.obj, language)
        check_unchanged(product.catalogue.read(obj, language), language, wanted)
        return _put(request, product, obj, tasks.get(TASK).changes(wanted), language)

    is_draft = write(body, wanted)
    # What was written stands in the history already, with its fields.
    note_decision(request, product.policy, product.target, suggestion, Suggestion.State.ACCEPTED, is_told=True)
    return JsonResponse({"sentence": shown.written_text(is_draft=is_draft, language=language), "is_here": not language})


def _put(request: HttpRequest, product: Product, obj: Any, changes: Sequence[Change], language: str) -> bool:
    note = str(tasks.get(TASK).action.label)
    return product.catalogue.write(request.user, obj, changes, language=language, note=note).is_draft


def _take_back(
    request: HttpRequest,
    product: Product,
    suggestion: Suggestion,
    wanted: tuple[tasks.Proposal, ...],
    language: str,
) -> HttpResponse:
    """Write what stood there before, where what was accepted still stands; ``RUN_UNDO_DAYS`` long, as after a run."""
    if not shown.may_return(suggestion):
        raise RunClosed(
            "not accepted, or too old",
            sentence=_("This can no longer be taken back by itself."),
            remedy=_("Change it by hand, or take an older revision back."),
        )
    changes = [Change(part=each.part, key=each.key, value=each.before, is_restored=True) for each in wanted]

    def body() -> bool:
        obj = product.catalogue.lock(product.obj, language)
        facts = shown.facts_of(product.catalogue, obj, language)
        if not all(shown.stands(facts, each) for each in wanted):
            raise ChangedSince("something else stands there")
        return _put(request, product, obj, changes, language)

    write(body, wanted)
    return JsonResponse({"sentence": _("Taken back: it is as it was before."), "is_here": not language})


def _confirm(
    request: HttpRequest, product: Product, suggestion: Suggestion, wanted: Sequence[tasks.Proposal]
) -> HttpResponse:
    """Of what was put into the form: what was saved with it goes into the history, and nothing else does."""
    facts = product.catalogue.read(product.obj)
    maker = shown.maker_of(product.policy, product.target, product.catalogue, facts)
    saved = [each for each in wanted if shown.stands(facts, each)]
    fields = list(dict.fromkeys(name for each in saved if (name := maker.field(each))))
    if fields:
        product.policy.record_applied(request, product.target, suggestion, fields)
    return JsonResponse({"places": [shown.place_of(each) for each in saved]})


def _wanted(result: Mapping[str, Any], given: Any) -> tuple[tasks.Proposal, ...]:
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise InvalidRequest("places must be a list of texts")
    places = parse_places(given)
    wanted = tuple(each for each in tasks.get(TASK).proposals(result) if (each.part, each.key) in places)
    if not wanted:
        raise InputEmpty(sentence=_("Nothing was picked."), remedy=_("Pick at least one suggestion."))
    return wanted
