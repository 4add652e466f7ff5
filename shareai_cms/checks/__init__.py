"""System checks of the settings, each with a hint that says what to write instead.

No check reads the network, and none but W014 the database, so ``manage.py check`` is safe anywhere. Identifiers of
checks that are taken out stay reserved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from django.core.checks import CheckMessage, Error, Info, register
from django.core.checks import Warning as CheckWarning
from django.utils.functional import Promise

from shareai_cms.checks import catalog, checkout, search, site, wire
from shareai_cms.checks.reading import given, is_a_dictionary, is_sound, is_texts, kind_of
from shareai_cms.conf import DEFAULTS, ENVIRONMENTS, conf
from shareai_cms.metering.meters import all_meters

__all__ = ["catalog", "checkout", "search", "site", "wire"]


@register
def check_the_dictionary(**_: Any) -> Iterable[CheckMessage]:
    if not is_a_dictionary():
        yield Error(
            "SHAREAI_CMS is not a dictionary.", hint='Write SHAREAI_CMS = {"NAME": value}.', id="shareai_cms.E001"
        )
        return
    for name in conf.unknown:
        near = get_close_matches(str(name), DEFAULTS, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"The settings are {', '.join(sorted(DEFAULTS))}."
        yield Error(f"SHAREAI_CMS has no setting named {name!r}.", hint=hint, id="shareai_cms.E002")
    for name in sorted(set(given()) & set(DEFAULTS)):
        if not is_sound(name):
            wanted = kind_of(name)[1]
            hint = (
                f"The default is {DEFAULTS[name]!r}." if DEFAULTS[name] is not None else "Leave it out for the default."
            )
            yield Error(f"SHAREAI_CMS[{name!r}] has to be {wanted}.", hint=hint, id="shareai_cms.E003")


@register
def check_the_environment(**_: Any) -> Iterable[CheckMessage]:
    if not is_sound("ENVIRONMENT") or not is_sound("API_KEY"):
        return
    if conf.environment not in ENVIRONMENTS:
        yield Error(
            f"The environment {conf.environment!r} is not known, so the sandbox is used.",
            hint=f"Set SHAREAI_ENVIRONMENT to one of {', '.join(ENVIRONMENTS)}.",
            id="shareai_cms.E004",
        )
    elif not conf.is_sandbox and not conf.api_key:
        yield CheckWarning(
            f"The environment is {conf.environment!r}, and there is no ShareAI key.",
            hint="Set SHAREAI_API_KEY in the environment, or give every site account a key of its own.",
            id="shareai_cms.W001",
        )
    elif conf.is_sandbox and conf.api_key:
        yield Info(
            "A ShareAI key is set, and the environment is the sandbox: the marketplace is never called.",
            hint="Set SHAREAI_ENVIRONMENT=production where the site is live.",
            id="shareai_cms.I001",
        )


@register
def check_the_times(**_: Any) -> Iterable[CheckMessage]:
    if is_sound("HOLD_DEADLINE") and is_sound("CALL_BUDGET") and conf.hold_deadline < 2 * conf.call_budget:
        yield Error(
            f"HOLD_DEADLINE ({conf.hold_deadline:g} s) is less than twice CALL_BUDGET ({conf.call_budget:g} s), "
            "so units could be given back while their call still runs.",
            hint=f"Set HOLD_DEADLINE to at least {2 * conf.call_budget:g}.",
            id="shareai_cms.E005",
        )
    if is_sound("TIME_ZONE") and not is_time_zone(conf.time_zone):
        yield Error(
            f"TIME_ZONE {conf.time_zone!r} is not a time zone that this machine knows.",
            hint="Use an IANA name, such as Europe/Vienna, and install the package tzdata where the system has none.",
            id="shareai_cms.E006",
        )


def is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # an absolute path, or a folder such as "Europe"
        return False
    return True


@register
def check_the_routes(**_: Any) -> Iterable[CheckMessage]:
    if not is_sound("ROUTES"):
        return
    for name, models in given().get("ROUTES", {}).items():
        if name not in DEFAULTS["ROUTES"]:
            yield Error(
                f"ROUTES names a route {name!r} that does not exist.",
                hint=f"The routes are {', '.join(DEFAULTS['ROUTES'])}.",
                id="shareai_cms.E007",
            )
        elif not is_texts(models):
            yield Error(
                f"ROUTES[{name!r}] has to be a list of model names.",
                hint='Write ["first-model", "second-model"], or [] to leave the choice to the key.',
                id="shareai_cms.E007",
            )


@register
def check_the_meters(**_: Any) -> Iterable[CheckMessage]:
    if not is_sound("METERS"):
        return
    wrong = sorted(name for name, wording in conf.meters.items() if not is_wording(wording))
    for name in wrong:
        yield Error(
            f"METERS[{name!r}] has to give the unit's name in singular and plural.",
            hint='Write {"singular": "writing action", "plural": "writing actions"}.',
            id="shareai_cms.E008",
        )
    if is_sound("DEFAULT_PLAN") and not wrong:
        yield from wrong_allowances(conf.default_plan)


def is_wording(wording: Any) -> bool:
    if not isinstance(wording, Mapping) or not set(wording) <= {"singular", "plural", "is_limited"}:
        return False
    words = [wording[name] for name in ("singular", "plural") if name in wording]
    return all(isinstance(word, str | Promise) for word in words) and isinstance(wording.get("is_limited", True), bool)


def wrong_allowances(plan: Mapping[str, Any]) -> Iterator[CheckMessage]:
    known = all_meters()
    for name, units in plan.items():
        if name not in known:
            yield Error(
                f"DEFAULT_PLAN names a meter {name!r} that does not exist.",
                hint=f"The meters are {', '.join(known)}; METERS declares more.",
                id="shareai_cms.E009",
            )
        elif not isinstance(units, int) or isinstance(units, bool) or units < 0:
            yield Error(
                f"DEFAULT_PLAN[{name!r}] has to be a whole number of units, 0 or more.",
                hint=f"The default is {DEFAULTS['DEFAULT_PLAN'].get(name, 0)}.",
                id="shareai_cms.E009",
            )


@register
def check_the_encryption_keys(**_: Any) -> Iterable[CheckMessage]:
    if not is_sound("ENCRYPTION_KEYS"):
        return
    for position, key in enumerate(conf.encryption_keys, start=1):
        if not is_fernet_key(key):  # the key itself is a secret and stays out of the message
            yield Error(
                f"ENCRYPTION_KEYS: entry {position} is not a Fernet key.",
                hint="Fernet.generate_key() of the library cryptography makes one.",
                id="shareai_cms.E010",
            )


def is_fernet_key(key: str) -> bool:
    from cryptography.fernet import Fernet

    try:
        Fernet(key)
    except ValueError:
        return False
    return True
