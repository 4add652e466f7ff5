"""Checks of search by meaning, and of the vectors that it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning

from shareai_cms.checks.reading import given, is_sound
from shareai_cms.conf import DEFAULTS, conf
from shareai_cms.metering import missing_migrations
from shareai_cms.metering.retry import ledger_alias

STORES = ("snapshot", "pgvector")
#: Texts that OpenAI and most others take in one call, https://platform.openai.com/docs/api-reference/embeddings.
LARGEST_BATCH = 2048
#: Of a passage, with room to spare: a batch that holds not even one text would have to be sent all the same.
FEWEST_CHARACTERS = 1000


@register(Tags.database)
def check_the_model(databases: Iterable[str] | None = None, **_: Any) -> Iterable[CheckMessage]:
    """Django runs this one only where it may ask the database: ``migrate`` and ``check --database``."""
    names = ("SEARCH", "EMBEDDING_MODEL", "EMBEDDING_DIMENSIONS")
    if ledger_alias() not in (databases or ()) or not all(map(is_sound, names)) or missing_migrations():
        return
    from shareai_cms.search import building

    if conf.search and building.has_model_changed():
        yield CheckWarning(
            "Another embedding model, or another length of its vectors, is set than the search index was built with, "
            "so searches use keywords alone.",
            hint="Run manage.py shareai_index, which builds it beside what is in use, or set EMBEDDING_MODEL and "
            "EMBEDDING_DIMENSIONS back.",
            id="shareai_cms.W014",
        )


@register
def check_the_weights(**_: Any) -> Iterable[CheckMessage]:
    if is_sound("SEARCH_WEIGHTS") and not is_weights(given().get("SEARCH_WEIGHTS", {})):
        yield Error(
            "SEARCH_WEIGHTS has to give numbers from 0 for 'meaning' and 'keywords', not both of them 0.",
            hint=f"The default is {DEFAULTS['SEARCH_WEIGHTS']!r}.",
            id="shareai_cms.E028",
        )


def is_weights(weights: Mapping[Any, Any]) -> bool:
    wanted = {**DEFAULTS["SEARCH_WEIGHTS"], **weights}
    numbers = all(type(weight) in (int, float) and 0 <= weight < float("inf") for weight in wanted.values())
    return set(wanted) == set(DEFAULTS["SEARCH_WEIGHTS"]) and numbers and any(wanted.values())


@register
def check_the_store(**_: Any) -> Iterable[CheckMessage]:
    if not is_sound("SEARCH_STORE"):
        return
    if conf.search_store not in STORES:
        yield Error(
            f"SEARCH_STORE {conf.search_store!r} is not known.",
            hint=f"Write one of {', '.join(STORES)}.",
            id="shareai_cms.E029",
        )
    elif conf.search_store == "pgvector" and not is_on_postgresql():
        yield Error(
            "SEARCH_STORE is 'pgvector', and no database of this site is PostgreSQL.",
            hint="Leave it out: the default, 'snapshot', works on every database.",
            id="shareai_cms.E030",
        )


def is_on_postgresql() -> bool:
    engines = [str(database.get("ENGINE", "")) for database in settings.DATABASES.values()]
    return any("postgresql" in engine or "postgis" in engine for engine in engines)


@register
def check_the_batches(**_: Any) -> Iterable[CheckMessage]:
    if is_sound("EMBEDDING_BATCH") and conf.embedding_batch > LARGEST_BATCH:
        yield Error(
            f"EMBEDDING_BATCH is {conf.embedding_batch}, and no marketplace takes more than {LARGEST_BATCH} texts "
            "in one call.",
            hint=f"The default is {DEFAULTS['EMBEDDING_BATCH']}.",
            id="shareai_cms.E031",
        )
    if is_sound("EMBEDDING_BATCH_CHARACTERS") and conf.embedding_batch_characters < FEWEST_CHARACTERS:
        yield Error(
            f"EMBEDDING_BATCH_CHARACTERS is {conf.embedding_batch_characters}, which is less than one passage.",
            hint=f"The default is {DEFAULTS['EMBEDDING_BATCH_CHARACTERS']}.",
            id="shareai_cms.E031",
        )


@register
def check_the_search_time(**_: Any) -> Iterable[CheckMessage]:
    is_readable = is_sound("SEARCH_TIMEOUT") and is_sound("HOLD_DEADLINE")
    if is_readable and conf.hold_deadline < 2 * conf.search_timeout:
        yield Error(
            f"HOLD_DEADLINE ({conf.hold_deadline:g} s) is less than twice SEARCH_TIMEOUT ({conf.search_timeout:g} s), "
            "so units could be given back while their question is still asked.",
            hint="Visitors leave after a few seconds: "
            f"the default of SEARCH_TIMEOUT is {DEFAULTS['SEARCH_TIMEOUT']:g}.",
            id="shareai_cms.E032",
        )


@register
def check_the_model_of_vectors(**_: Any) -> Iterable[CheckMessage]:
    if not all(is_sound(name) for name in ("ENVIRONMENT", "SEARCH", "EMBEDDING_MODEL")):
        return
    if conf.search and not conf.is_sandbox and not conf.embedding_model:
        yield CheckWarning(
            f"The environment is {conf.environment!r}, search by meaning is on, and no model is named for its "
            "vectors: whatever the key's own list chooses answers, and another choice means another index.",
            hint="Set EMBEDDING_MODEL to a model for embeddings that your key may use, or SEARCH to False.",
            id="shareai_cms.W012",
        )


@register
def check_the_excluded_models(**_: Any) -> Iterable[CheckMessage]:
    for name in given().get("SEARCH_EXCLUDED", []) if is_sound("SEARCH_EXCLUDED") else []:
        if not is_model(name):
            yield CheckWarning(
                f"SEARCH_EXCLUDED names {name!r}, and there is no such model: what it was to keep out may be found.",
                hint='Write "app.model".',
                id="shareai_cms.W013",
            )


def is_model(name: str) -> bool:
    try:
        apps.get_model(name)
    except (LookupError, ValueError):
        return False
    return True
