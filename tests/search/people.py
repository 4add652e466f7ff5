"""A source over people, for whom no page type has to be made."""

from __future__ import annotations

from typing import Any

from wagtail.models import Locale

from shareai_cms.models import Embedding, IndexJob, Passage, SearchDocument, Usage
from shareai_cms.search import indexing, jobs
from shareai_cms.search.references import reference_of
from shareai_cms.search.sources.model_source import ModelSource
from tests.demo.models import Person

LABEL = "demo.person"


class People(ModelSource):
    model = Person
    title = "name"
    body = ("role", "introduction")
    language = "locale__language_code"

    def queryset(self, model: type[Any]) -> Any:
        return super().queryset(model).exclude(role="hidden")


def person(name: str = "Ida", introduction: str = "Ida binds books by hand.", role: str = "Binder") -> Person:
    return Person.objects.create(name=name, role=role, introduction=introduction, locale=Locale.get_active())


def several(number: int) -> list[Person]:
    return [person(f"Person {each}", f"Number {each} keeps the tide book.") for each in range(number)]


def named(obj: Any) -> tuple[str, str]:
    return LABEL, reference_of(obj.pk)


def work() -> int:
    """All jobs that are due, done by one worker."""
    done, has_more = indexing.work(lambda: True)
    assert not has_more
    return done


def make_due() -> None:
    IndexJob.objects.update(not_before="2020-01-01T00:00Z")


def waiting(*, of_vectors: bool = False) -> list[IndexJob]:
    found = IndexJob.objects.order_by("pk")
    return list(found.filter(object_type=jobs.VECTORS) if of_vectors else found.exclude(object_type=jobs.VECTORS))


def passages(obj: Any) -> list[Passage]:
    document = SearchDocument.objects.get(object_type=LABEL, object_ref=reference_of(obj.pk))
    return list(document.passages.order_by("position"))


def has_vectors(generation: Any) -> bool:
    """Whether every passage has its vector."""
    wanted = set(Passage.objects.values_list("digest", flat=True))
    return wanted <= set(Embedding.objects.filter(generation=generation).values_list("digest", flat=True))


def sent() -> int:
    """Texts that were held or counted."""
    states = (Usage.State.HELD, Usage.State.SETTLED, Usage.State.EXPIRED)
    return sum(Usage.objects.filter(meter="indexing", state__in=states).values_list("units", flat=True))
