"""A declaration as it is read: every part with its place, completed by what the platform knows of such objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shareai_cms.actions import facts as parts
from shareai_cms.actions.facts import Attribute, Change, PartSpec, ProductFacts, Value
from shareai_cms.actions.fields import is_excluded
from shareai_cms.catalog.keeping import keeper_for
from shareai_cms.catalog.paths import Path, field_of, label_of, relations_of, text_at, values_at
from shareai_cms.catalog.places.base import Pen, Place, refuse
from shareai_cms.catalog.places.columns import Attributes, Column
from shareai_cms.catalog.places.lists import Category, Tags
from shareai_cms.catalog.places.pictures import Images
from shareai_cms.catalog.places.reviews import Reviews, Summary
from shareai_cms.catalog.places.texts import Text
from shareai_cms.errors import ChangeRefused, NotPermitted

if TYPE_CHECKING:
    from shareai_cms.catalog.model_catalog import ModelCatalog

#: Longest key of an attribute that a change can be remembered by.
LONGEST_KEY = 255
TEXTS = (parts.NAME, parts.DESCRIPTION, parts.SHORT_DESCRIPTION, parts.SEO_TITLE, parts.SEO_DESCRIPTION)
LABELS = {
    parts.NAME: _("Name"),
    parts.DESCRIPTION: _("Description"),
    parts.SHORT_DESCRIPTION: _("Short description"),
    parts.SEO_TITLE: _("SEO title"),
    parts.SEO_DESCRIPTION: _("Meta description"),
    parts.ATTRIBUTE: _("Attributes"),
    parts.TAGS: _("Tags"),
    parts.CATEGORY: _("Category"),
    parts.ALT_TEXT: _("Alternative texts"),
    parts.REVIEW_SUMMARY: _("Summary of reviews"),
}


class Declaration:
    """The places of one model's parts, in one language."""

    def __init__(self, catalogue: ModelCatalog, model: type[models.Model], language: str = "") -> None:
        self.catalogue, self.model, self.language_of_columns = catalogue, model, language
        self.keeper = keeper_for(model)
        defaults = self.keeper.defaults(model)
        own = catalogue.columns.get(language, {})
        self.texts: dict[str, Text] = {}
        for part in TEXTS:
            declared = own.get(part) or getattr(catalogue, part) or defaults.get(part, "")
            if declared:
                self.texts[part] = Text(declared) if isinstance(declared, str) else declared
        self.attributes: list[Attributes] = [
            Column(each) if isinstance(each, str) else each for each in catalogue.attributes
        ]
        self.images = _made(catalogue.images, Images)
        self.category = _made(catalogue.category, Category)
        self.tags = _made(catalogue.tags, Tags)
        self.reviews: Reviews | None = catalogue.reviews
        self.summary = _made(catalogue.review_summary, Summary)

    def places(self) -> Iterator[tuple[str, Place]]:
        """Every place with the part that it is declared for."""
        yield from self.texts.items()
        yield from (("attributes", each) for each in self.attributes)
        others = {
            "images": self.images,
            "category": self.category,
            "tags": self.tags,
            "reviews": self.reviews,
            "review_summary": self.summary,
        }
        yield from ((name, place) for name, place in others.items() if place is not None)

    def is_read(self, place: Place | None) -> bool:
        """Whether the site's settings let it out."""
        return place is not None and all(self._may_read(path) for path in place.reads())

    def is_written(self, place: Place | None) -> bool:
        """Whether a write may go there: neither excluded, nor outside of what the object's drafts hold."""
        return self.is_read(place) and all(self.keeper.keeps(self.model, name) for name in place.fields())  # type: ignore[union-attr]

    def specs(self) -> Iterator[PartSpec]:
        """Every part that has a place, in the order in which parts are shown."""
        for part, text in self.texts.items():
            if self.is_written(text):
                kind = text.kind(self.model)
                yield PartSpec(
                    part=part,
                    label=LABELS[part],
                    max_length=kind.max_length,
                    format=kind.format,
                    tags=kind.tags,
                    field=text.name,
                )
        if any(each.is_writable and self.is_written(each) for each in self.attributes):
            yield PartSpec(part=parts.ATTRIBUTE, label=LABELS[parts.ATTRIBUTE])
        if self.tags is not None and self.is_written(self.tags):
            yield PartSpec(part=parts.TAGS, label=LABELS[parts.TAGS], most=self.tags.most, field=self.tags.name)
        if self.category is not None and self.is_written(self.category):
            yield PartSpec(part=parts.CATEGORY, label=LABELS[parts.CATEGORY], field=self.category.name)
        alt = self._alt()
        if alt is not None:
            yield PartSpec(part=parts.ALT_TEXT, label=LABELS[parts.ALT_TEXT], max_length=alt.max_length, field=alt.name)
        if self.summary is not None and self.is_written(self.summary):
            yield PartSpec(part=parts.REVIEW_SUMMARY, label=LABELS[parts.REVIEW_SUMMARY], field=self.summary.name)

    def _alt(self) -> Any:
        """The column of alternative texts that may be written; None where there is none."""
        if self.images is None or not self.is_read(self.images):
            return None
        field, relation = self.images.alt_field(self.model), self.images.alt_relation(self.model)
        if field is None or is_excluded(field.model, field.name):
            return None
        return field if not relation or self.keeper.keeps(self.model, relation) else None

    def _own_alt(self, place: Place) -> tuple[str, ...]:
        """The column of alternative texts that stands in the object itself."""
        if not isinstance(place, Images) or (alt := self._alt()) is None:
            return ()
        is_own = issubclass(self.model, alt.model) and not place.alt_relation(self.model)
        return (alt.name,) if is_own else ()

    def relations(self) -> tuple[list[str], list[Any]]:
        """What to select and what to prefetch so that reading asks nothing more."""
        select, prefetch = list(self.keeper.related()), list[Any]()
        found = [place.relations(self.model) for _part, place in self.places() if self.is_read(place)]
        paths: list[Path] = [self.catalogue.language, self.catalogue.brand, *self._more().values()]
        found += [relations_of(self.model, path) for path in paths if path]
        for one, many in found:
            select += one
            prefetch += many
        return list(dict.fromkeys(select)), list(dict.fromkeys(prefetch))

    def language(self, obj: Any) -> str:
        """BCP 47 tag of the object's own texts; empty where nothing says so."""
        declared = self.catalogue.language
        if not declared:
            return self.keeper.language(obj)
        if not hasattr(obj, declared.split("__")[0]):
            return declared
        return str((values_at(obj, declared) or [""])[0])[:35]

    def facts(self, obj: Any, language: str) -> ProductFacts:
        """Everything that is known of an object, as its editors see it."""
        texts = {part: text.read(obj) for part, text in self.texts.items() if self.is_read(text)}
        kind = self.texts[parts.DESCRIPTION].kind(self.model) if parts.DESCRIPTION in texts else None
        category, categories = self._read(self.category, lambda place: place.read_category(obj), ("", ()))
        brand = self.catalogue.brand
        return ProductFacts(
            name=texts.pop(parts.NAME, "") or str(obj),
            language=language,
            description_format=kind.format if kind is not None else "plain",
            attributes=tuple(self._attributes(obj)),
            tags=self._read(self.tags, lambda place: place.read(obj), ()),
            allowed_tags=self.tags.labels(obj) if self.tags is not None and self.is_written(self.tags) else (),
            category=category,
            categories=categories if self.is_written(self.category) else (),
            images=self._read(self.images, lambda place: place.read(obj), ()),
            reviews=self._read(self.reviews, lambda place: place.read(obj), ()),
            review_summary=self._read(self.summary, lambda place: place.read(obj), ""),
            brand=text_at(obj, brand) if brand and self._may_read(brand) else "",
            more={**self._beside(obj), **self._others(obj)},
            shared=self.shared(),
            **texts,
        )

    def _read(self, place: Any, read: Callable[[Any], Any], otherwise: Any) -> Any:
        return read(place) if self.is_read(place) else otherwise

    def _attributes(self, obj: Any) -> Iterator[Attribute]:
        """Of two places that both have a key, the first has it."""
        keys = set[str]()
        for place in filter(self.is_read, self.attributes):
            for attribute in place.read(obj):
                if attribute.key not in keys and len(attribute.key) <= LONGEST_KEY:
                    yield attribute if self.is_written(place) else replace(attribute, is_writable=False)
                keys.add(attribute.key)

    def shared(self) -> dict[str, tuple[str, ...]]:
        """See ``ProductFacts.shared``: a column of another language is one of a text, and images are for everybody."""
        found = {
            language: tuple(part for part in parts.PARTS if part not in own)
            for language, own in self.catalogue.columns.items()
        }
        if self.images is not None and self.images.is_shared(self.model):
            found[""] = (parts.ALT_TEXT,)
        return found

    def _beside(self, obj: Any) -> dict[str, str]:
        """Texts of a stream beside the block that is written."""
        found = {text.name: text.kind(self.model).rest(obj) for text in self.texts.values() if self.is_read(text)}
        return {label_of(self.model, name): rest for name, rest in found.items() if rest}

    def _others(self, obj: Any) -> dict[str, str]:
        found = {name: text_at(obj, path) for name, path in self._more().items() if self._may_read(path)}
        return {name: text for name, text in found.items() if text}

    def _more(self) -> Mapping[str, Path]:
        declared = self.catalogue.more
        if isinstance(declared, Mapping):
            return declared
        return {_named(self.model, path): path for path in declared}

    def _may_read(self, path: Path) -> bool:
        """Whether the settings exclude none of the fields that a path leads through."""
        model: Any = self.model
        for name in () if callable(path) else path.split("__"):
            if model is None:
                break
            if is_excluded(model, name):
                return False
            model = getattr(field_of(model, name), "related_model", None)
        return True

    def value(self, facts: ProductFacts, change: Change) -> Value:
        """What stands at a change's place now; raises ``ChangeRefused`` where it has none."""
        if change.part not in parts.PARTS or (change.key and change.part not in parts.KEYED):
            raise ChangeRefused(change.part)
        try:
            return facts.value(change.part, change.key)
        except KeyError:
            raise refuse(f"{LABELS[change.part]} ({change.key})", _("it is not there any more.")) from None

    def write(self, pen: Pen, change: Change) -> None:
        """Set one value on the pen's object; raises ``ChangeRefused`` naming the field, or ``NotPermitted``."""
        place = self._place(pen.obj, change)
        hidden = self.keeper.hidden(pen.user, self.model) & {*place.fields(), *self._own_alt(place)}
        if hidden:
            raise NotPermitted(f"no permission for the panel of {', '.join(sorted(hidden))}")
        if isinstance(place, Attributes | Images):
            place.write(pen.obj, change.key, change.value, pen)
        elif isinstance(place, Text | Tags | Summary):
            place.write(pen.obj, change.value, pen)

    def _place(self, obj: Any, change: Change) -> Place:
        """Where a change is written; raises ``ChangeRefused`` where there is no place for it."""
        language = self.language_of_columns
        if language in self.catalogue.columns and change.part not in self.catalogue.columns[language]:
            # Its place is that of the object's own language.
            raise refuse(LABELS[change.part], _("this has no place for it."))
        if change.part == parts.ATTRIBUTE:
            return self._attribute_place(obj, change.key)
        images: Images | None = self.images
        if change.part == parts.ALT_TEXT and images is not None and self._alt() is not None:
            return images
        others = {parts.TAGS: self.tags, parts.CATEGORY: self.category, parts.REVIEW_SUMMARY: self.summary}
        place: Place | None = self.texts.get(change.part) or others.get(change.part)
        if place is None or not self.is_written(place):
            raise refuse(LABELS[change.part], _("this has no place for it."))
        return place

    def _attribute_place(self, obj: Any, key: str) -> Attributes:
        found = filter(self.is_read, self.attributes)
        place = next((place for place in found if key in place.known_keys(obj)), None)
        if place is not None and self.is_written(place):
            return place
        raise refuse(key, _("this has no place for it."))


def _made(declared: Any, cls: Any) -> Any:
    if not declared:
        return None
    return cls(declared) if isinstance(declared, str) else declared


def _named(model: type[models.Model], path: Path) -> str:
    if callable(path):
        return path.__name__.strip("_").replace("_", " ").capitalize()
    names = path.split("__")
    for name in names[:-1]:
        field = field_of(model, name)
        related = getattr(field, "related_model", None)
        if related is None:
            break
        model = related
    return label_of(model, names[-1])
