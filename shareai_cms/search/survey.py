"""What the index ought to hold, and where it differs: read from the objects themselves, changing nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError
from django.db.models import Model, Sum

from shareai_cms.errors import AccountUnclear
from shareai_cms.errors.places import place_of
from shareai_cms.metering.retry import rows
from shareai_cms.models import Embedding, Generation, SearchDocument, SiteAccount, Usage
from shareai_cms.search import building
from shareai_cms.search.passages import document_digest, embedded_text, split, title_of
from shareai_cms.search.references import reference_of
from shareai_cms.search.sources.base import Source
from shareai_cms.search.sources.registry import indexed_models

Named = tuple[str, str]
#: In the place of a reference.
ALL = "*"
#: Objects read from the tables at once.
READ = 200
#: Digests named in one statement.
CHUNK = 500
#: Characters of a token: about right for European languages; other scripts have fewer.
CHARACTERS_OF_TOKEN = 4


@dataclass(kw_only=True)
class Survey:
    """The difference between the objects and the index."""

    objects: int = 0
    missing: list[Named] = field(default_factory=list)
    changed: list[Named] = field(default_factory=list)
    #: In the index, and not to be found any more.
    extra: list[Named] = field(default_factory=list)
    #: Objects that could not be read, with where that failed.
    unreadable: dict[Named, str] = field(default_factory=dict)
    #: Objects that no rule gives to a site account, so that nobody would pay for them.
    unclear: list[Named] = field(default_factory=list)
    #: Length of every text that ought to have a vector, by its digest.
    texts: dict[str, int] = field(default_factory=dict, repr=False)

    @property
    def is_clean(self) -> bool:
        return not (self.missing or self.changed or self.extra or self.unreadable)


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What it takes to embed what is missing. All but the units and characters is a forecast."""

    units: int
    #: How many of the units are sentences of the app's own, which no site has to do with.
    probes: int
    characters: int
    tokens: int
    #: In millionths of the marketplace's currency; None where it has named no price yet.
    cost_millionths: int | None

    @property
    def texts(self) -> int:
        """Units that are texts of the site."""
        return self.units - self.probes


def count() -> int:
    """How many objects there are to read."""
    return sum(_number(source, model) for source, model in indexed_models())


def _number(source: Source, model: type[Model]) -> int:
    try:
        return source.queryset(model).count()
    except DatabaseError:
        return 0  # named once its objects are read


def survey(*, account: SiteAccount | None = None, seen: Callable[[int], None] = lambda _number: None) -> Survey:
    """Read every object, of one account or of all, and compare it with its document."""
    found = Survey()
    for source, model in indexed_models():
        try:
            _survey_model(found, source, model, account, seen)
        except DatabaseError as error:
            # Its table is not as its model says. That is no reason to take out what is indexed.
            found.unreadable[(model._meta.label_lower, ALL)] = place_of(error)
    _add_extra(found, account)
    return found


def estimate(found: Survey, generation: Generation | None) -> Estimate:
    """What a build of that generation, or of a new one, has to embed yet."""
    made = _made(generation, found.texts)
    probes = building.missing_probes(generation) if generation is None or generation.floor is None else {}
    lengths = [length for digest, length in found.texts.items() if digest not in made]
    lengths += [len(text) for text in probes.values()]
    tokens = sum(-(-length // CHARACTERS_OF_TOKEN) for length in lengths)
    return Estimate(
        units=len(lengths),
        probes=len(probes),
        characters=sum(lengths),
        tokens=tokens,
        cost_millionths=_cost(tokens),
    )


def _survey_model(
    found: Survey, source: Source, model: type[Model], account: SiteAccount | None, seen: Callable[[int], None]
) -> None:
    label = model._meta.label_lower
    known = {
        reference: (digest, paying, slug)
        for reference, digest, paying, slug in _documents(account)
        .filter(object_type=label)
        .values_list("object_ref", "digest", "account", "source")
    }
    for obj in _objects(source, model):
        found.objects += 1
        seen(found.objects)
        named = (label, reference_of(obj.pk))
        try:
            _survey_object(found, source, obj, named, known, account)
        except DatabaseError:
            raise
        except Exception as error:  # noqa: BLE001  the boundary: a site's own code reads its objects
            found.unreadable[named] = place_of(error)
            known.pop(named[1], None)
    found.extra += [(label, reference) for reference in known]


def _survey_object(
    found: Survey, source: Source, obj: Any, named: Named, known: dict[str, Any], account: SiteAccount | None
) -> None:
    try:
        paying = source.account(obj)
    except AccountUnclear:
        found.unclear.append(named)  # a document of it is extra
        return
    if account is not None and paying.pk != account.pk:
        return
    extract = source.read(obj)
    pieces, title = split(extract), title_of(extract)
    for piece in pieces:
        found.texts[piece.digest] = len(embedded_text(title, piece.heading, piece.text))
    said = (document_digest(extract, pieces), paying.pk, source.slug)
    former = known.pop(named[1], None)
    if former is None:
        found.missing.append(named)
    elif former != said:
        found.changed.append(named)


def _objects(source: Source, model: type[Model]) -> Iterator[Any]:
    yield from source.queryset(model).order_by("pk").iterator(chunk_size=READ)


def _documents(account: SiteAccount | None) -> Any:
    documents = rows(SearchDocument)
    return documents.filter(account=account) if account is not None else documents


def _add_extra(found: Survey, account: SiteAccount | None) -> None:
    """Documents of models that are not indexed any more."""
    labels = [model._meta.label_lower for _source, model in indexed_models()]
    others = _documents(account).exclude(object_type__in=labels)
    found.extra += list(others.values_list("object_type", "object_ref"))


def _made(generation: Generation | None, digests: dict[str, int]) -> set[str]:
    if generation is None:
        return set()
    wanted = list(digests)
    made: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        made.update(rows(Embedding).filter(generation=generation, digest__in=chunk).values_list("digest", flat=True))
    return made


def _cost(tokens: int) -> int | None:
    """By the price of what was indexed before, where the marketplace named one."""
    priced = rows(Usage).filter(meter="indexing", state=Usage.State.SETTLED, cost_millionths__gt=0, tokens_in__gt=0)
    sums = priced.aggregate(cost=Sum("cost_millionths"), tokens=Sum("tokens_in"))
    return round(tokens * sums["cost"] / sums["tokens"]) if sums["tokens"] else None
