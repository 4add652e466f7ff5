"""What the scripts need to know about one form, in the same shape for every admin."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shareai_cms import actions, marketplace, metering, permissions
from shareai_cms.actions.fields import FieldSpec
from shareai_cms.actions.targets import AccountRef, TargetRef
from shareai_cms.conf import conf
from shareai_cms.errors import AccountSuspended, AddressChanged, NotConfigured, NotMigrated, ShareAIError
from shareai_cms.metering import meters
from shareai_cms.models import SiteAccount, Wallet
from shareai_cms.permissions import Actor
from shareai_cms.views import payloads
from shareai_cms.views.buying import topups_url, wish_url
from shareai_cms.views.strings import interface_strings

#: All that a person learns who may not use AI here.
NOTHING: dict[str, Any] = {"can_use": False}

#: A field and the names of the actions that fit it.
Offer = tuple[FieldSpec, list[str]]


def offers(specs: Iterable[FieldSpec], language: str = "") -> tuple[Offer, ...]:
    """The fields at which this site has something to offer for content in this language."""
    fitting = ((spec, _slugs(spec, language)) for spec in specs)
    return tuple((spec, slugs) for spec, slugs in fitting if slugs)


def _slugs(spec: FieldSpec, language: str) -> list[str]:
    fitting = actions.for_field(spec.kind, spec.name, spec.max_length)
    return [action.slug for action in fitting if action.is_available(language)]


def slugs_of(offered: Iterable[Offer]) -> list[str]:
    """The actions of several fields, each once."""
    return list(dict.fromkeys(slug for _spec, fitting in offered for slug in fitting))


@dataclass(frozen=True, kw_only=True)
class Form:
    """One form: which object it is about, what it offers, and which files the admin around it needs."""

    ref: TargetRef
    offers: tuple[Offer, ...]
    #: Of the content; empty where nobody knows.
    language: str = ""
    #: Its own path, to which somebody who buys is led back; empty where nobody knows.
    path: str = ""
    #: For the form itself, and for its first panel: ``{"css": [address], "js": [address]}`` each.
    assets: Mapping[str, Mapping[str, list[str]]]
    #: Meters of what is offered beside the actions.
    meters: tuple[str, ...] = ()
    #: Actions that are offered elsewhere than at the form's own fields.
    also: tuple[str, ...] = ()
    #: What the scripts of the integration read besides.
    more: Mapping[str, Any] = field(default_factory=dict)
    #: Addresses of the integration's own, beside those of core.
    urls: Mapping[str, str] = field(default_factory=dict)

    @property
    def slugs(self) -> list[str]:
        return list(dict.fromkeys((*slugs_of(self.offers), *self.also)))


def without_account(form: Form) -> dict[str, Any]:
    """The configuration while nobody can say who pays; the caller adds why."""
    return {
        "target": {"type": form.ref.type, "id": form.ref.id, "parent": form.ref.parent},
        "account": None,
        "can_use": True,
        "can_manage": False,
        "locked": None,
        "problem": None,
        "allowance": None,
        "also": [],
        "topup_url": "",
        "ask_url": "",
        "fields": [described(spec, fitting) for spec, fitting in form.offers],
        "actions": {slug: _action(actions.get(slug), form.language) for slug in form.slugs},
        "urls": {**_urls(), **form.urls},
        "assets": form.assets,
        **form.more,
        "strings": interface_strings(),
    }


def for_account(actor: Actor, form: Form, payer: AccountRef, *, locked: ShareAIError | None = None) -> dict[str, Any]:
    """The whole configuration; ``NOTHING`` for who may not use AI on the account, which is opened on first use."""
    try:
        with metering.tables_ready():
            return _for_account(actor, form, payer, locked)
    except NotMigrated as missing:
        return unready(actor, form, missing)


def unready(actor: Actor, form: Form, missing: NotMigrated) -> dict[str, Any]:
    """The configuration without tables: nobody's rights can be read, and those who need none may as well know."""
    if not getattr(actor.user, "is_superuser", False):
        return NOTHING
    return {**without_account(form), "problem": told(missing, with_detail=True)}


def _for_account(actor: Actor, form: Form, payer: AccountRef, locked: ShareAIError | None) -> dict[str, Any]:
    account = metering.find_account(payer.platform, payer.reference, actor=actor)
    rights = permissions.rights(actor, account)
    if permissions.USE not in rights:
        return NOTHING
    if account is None:
        account = metering.open_account(
            platform=payer.platform, reference=payer.reference, label=payer.label, address=payer.address
        )
    left = _allowance(account, form.slugs)
    return {
        **without_account(form),
        "account": {"label": account.label or payer.label, "is_sandbox": conf.is_sandbox},
        "can_manage": permissions.MANAGE in rights,
        "locked": {"sentence": str(locked.sentence), "remedy": str(locked.remedy)} if locked else None,
        "problem": _problem(account, payer, rights),
        "allowance": left,
        "also": [payloads.allowance(metering.allowance_of(account, meter)) for meter in form.meters],
        "topup_url": topups_url(account, form.path, left["meter"] if left else "") if permissions.BUY in rights else "",
        "ask_url": "" if permissions.BUY in rights else wish_url(account),
        "explain_url": f"{reverse('shareai_cms:explaining')}?account={account.pk}",
    }


def told(error: ShareAIError, *, with_detail: bool = False) -> dict[str, str]:
    """An obstacle in sentences; its technical reason is for people who manage AI."""
    detail = error.detail if with_detail else ""
    return {"code": error.code, "sentence": str(error.sentence), "remedy": str(error.remedy), "detail": detail}


def described(spec: FieldSpec, slugs: list[str]) -> dict[str, Any]:
    """A field as the scripts know it."""
    known = {"name": spec.name, "kind": spec.kind, "label": spec.label, "actions": slugs}
    return {**known, **_given({"features": list(spec.features), "max_length": spec.max_length})}


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what says nothing: every form waits for all of it."""
    return {name: value for name, value in values.items() if value}


def _action(action: actions.Action, language: str) -> dict[str, Any]:
    more = {
        # Characters that its field must hold; what reads the whole object is checked when it runs.
        "least": action.least if action.reads == "field" else 0,
        # The side panel of an editor gathers what works on the whole page.
        "reads": "object" if action.reads == "object" else "",
        "adds": action.places == "after",
        "apart": not action.is_compared,
        "options": [_option(option, language) for option in action.options],
    }
    told = {
        "label": str(action.label),
        "description": str(action.description),
        "icon": action.icon,
        "streamed": action.is_streamed and conf.stream,
        "routes": [_route(action, offer) for offer in action.offers()],
    }
    return {**told, **_given(more)}


def _route(action: actions.Action, offer: actions.RouteOffer) -> dict[str, Any]:
    text = meters.units_text(action.meter, offer.units)
    return {"route": offer.route, "label": str(offer.label), "units": offer.units, "text": text}


def _option(option: actions.Option, language: str) -> dict[str, Any]:
    is_choice = option.kind == "choice"
    more = {
        "choices": [[value, str(label)] for value, label in option.offered(language)],
        "default": option.default,
        "max_length": 0 if is_choice else option.max_length,
        "placeholder": str(option.placeholder),
        "help": str(option.help),
    }
    told = {"name": option.name, "label": str(option.label), "kind": option.kind, "required": option.is_required}
    return {**told, **_given(more)}


def _urls() -> dict[str, str]:
    return {
        "run": reverse("shareai_cms:run", args=["__slug__"]),
        "status": reverse("shareai_cms:status", args=["__key__"]),
        # The number stands for the suggestion's own.
        "decide": reverse("shareai_cms:decide", args=[0]).replace("/0/", "/__id__/"),
        "explain": reverse("shareai_cms:explaining"),
    }


def _problem(account: SiteAccount, payer: AccountRef, rights: Iterable[str]) -> dict[str, Any] | None:
    """Why no action could run on this account now, known without asking the marketplace."""
    is_open = account.status == SiteAccount.Status.ACTIVE and account.wallet.status == Wallet.Status.ACTIVE
    if not is_open:
        error = AccountSuspended(f"the account is {account.status}, its wallet {account.wallet.status}")
        return told(error, with_detail=permissions.MANAGE in rights)
    if metering.has_changed(account, payer.address):
        return _elsewhere(account, payer, rights)
    try:
        marketplace.connection_for(account)
    except NotConfigured as missing:
        return told(missing, with_detail=permissions.MANAGE in rights)
    return None


def _elsewhere(account: SiteAccount, payer: AccountRef, rights: Iterable[str]) -> dict[str, Any]:
    """The live site is at another address: those who manage AI are asked what that means."""
    problem: dict[str, Any] = told(AddressChanged())
    if permissions.MANAGE in rights:
        places = {"old": account.address, "new": payer.address}
        problem["remedy"] = _("It was %(old)s and is %(new)s now. Has the site moved, or is this a copy?") % places
        answers = {"moved": _("It has moved"), "copy": _("This is a copy")}
        problem["answers"] = [{"answer": answer, "label": label} for answer, label in answers.items()]
        problem["site"] = payer.reference
    return problem


def _allowance(account: SiteAccount, slugs: Collection[str]) -> dict[str, Any] | None:
    """What is left of the meter that the actions of the form's fields count in; None where it has no such field."""
    if not slugs:
        return None
    wanted = {actions.get(slug).meter for slug in slugs}
    meter = "writing" if "writing" in wanted else min(wanted)
    return payloads.allowance(metering.allowance_of(account, meter))
