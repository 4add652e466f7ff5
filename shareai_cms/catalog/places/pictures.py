"""Images of a product, and where their alternative texts stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _

from shareai_cms.actions.facts import ImageFact
from shareai_cms.actions.pictures import jpeg_of
from shareai_cms.catalog.keeping import keeper_for
from shareai_cms.catalog.locking import locked
from shareai_cms.catalog.paths import Problem, field_of, label_later, unknown, wrong
from shareai_cms.catalog.places.base import Pen, Place, one_text, refuse
from shareai_cms.catalog.places.rows import change_row, is_to_many, rows_of
from shareai_cms.marketplace.text import clean


@dataclass(frozen=True, kw_only=True)
class Reader:
    """How images of one kind are read."""

    handles: Callable[[Any], bool]
    #: A small clean JPEG of one; raises ``ImageUnusable``.
    load: Callable[[Any], bytes]
    #: Of an image's class: the field of its alternative text, empty where it has none; None where none ever has.
    alt: Callable[[Any], str] | None = None


#: Files of the site's own image fields.
_FILES = Reader(handles=lambda cls: issubclass(cls, FieldFile), load=jpeg_of)

_readers: list[Reader] = [_FILES]


def register_reader(reader: Reader) -> None:
    """Let an integration say how images of its own are read."""
    _readers.append(reader)


def _reader_of(model: Any) -> Reader | None:
    return next((reader for reader in reversed(_readers) if reader.handles(model)), None)


@dataclass(frozen=True, kw_only=True)
class _Shown:
    key: str
    #: What the image stands in: the object, a row of it, or the image itself.
    row: Any
    picture: Any


class Images(Place):
    """Images that an object leads to, or that it is itself where ``path`` is empty."""

    def __init__(self, path: str = "", *, image: str = "", alt: str = "", title: str = "title") -> None:
        #: A foreign key, an image field, a many-to-many relation, or rows of another table.
        self.path = path
        #: In rows: the foreign key or image field; empty where the rows are the images.
        self.image = image
        #: A column of the row, else of the image; left out, the one that the platform knows.
        self.alt = alt
        self.title = title

    def fields(self) -> tuple[str, ...]:
        return (self.path,) if self.path else ()

    def reads(self) -> tuple[str, ...]:
        return ("__".join(filter(None, (self.path, self.image))),) if self.path else ()

    def read(self, obj: Any) -> tuple[ImageFact, ...]:
        return tuple(self._fact(obj, shown) for shown in self._shown(obj))

    def _fact(self, obj: Any, shown: _Shown) -> ImageFact:
        owner, name = self._alt_of(shown)
        return ImageFact(
            key=shown.key,
            title=str(getattr(shown.picture, self.title, "") or ""),
            alt=str(getattr(owner, name) or "") if owner is not None else "",
            column=name if owner is obj else "",
            row=(self.path, self.image, name) if owner is shown.row and owner is not obj and self.image else (),
            load=_loader(shown.picture),
        )

    def _shown(self, obj: Any) -> list[_Shown]:
        found: list[_Shown] = []
        for row in self._rows(obj):
            name = self.image or ("" if row is not obj else self.path)
            picture = _picture(row, name) if name else row
            if picture:
                key = self._key(row, picture, name)
                taken = {each.key for each in found}
                again = next(n for n in range(1, len(found) + 2) if (key if n == 1 else f"{key}-{n}") not in taken)
                found.append(_Shown(key=key if again == 1 else f"{key}-{again}", row=row, picture=picture))
        return found

    def _rows(self, obj: Any) -> list[Any]:
        field = field_of(type(obj), self.path)
        if not is_to_many(field):
            return [obj]
        return rows_of(obj, self.path, *([self.image] if self._is_linked(field) else []))

    def _is_linked(self, field: Any) -> bool:
        """Whether rows lead to an image, and do not hold its file themselves."""
        inner = field_of(field.related_model, self.image) if self.image else None
        return inner is not None and bool(inner.is_relation)

    def _key(self, row: Any, picture: Any, name: str) -> str:
        if not self.path:
            return ""
        if isinstance(picture, models.Model):
            return str(picture.pk)
        return str(row.pk) if self.image else name

    def _alt_of(self, shown: _Shown) -> tuple[Any, str]:
        """The object and its column that hold the alternative text; None where nothing does."""
        is_model = isinstance(shown.picture, models.Model)
        if self.alt:
            if field_of(type(shown.row), self.alt) is not None:
                return shown.row, self.alt
            return (shown.picture, self.alt) if is_model else (None, "")
        reader = _reader_of(type(shown.picture)) if is_model else None
        name = reader.alt(type(shown.picture)) if reader is not None and reader.alt is not None else ""
        return (shown.picture, name) if name else (None, "")

    def alt_field(self, model: type[models.Model]) -> Any:
        """The column of the alternative texts; None where there is none."""
        for each in self._models(model):
            if self.alt and (found := field_of(each, self.alt)) is not None:
                return found
        if self.alt or not (found_models := self._models(model)):
            return None
        reader = _reader_of(found_models[-1])
        name = reader.alt(found_models[-1]) if reader is not None and reader.alt is not None else ""
        return field_of(found_models[-1], name) if name else None

    def alt_relation(self, model: type[models.Model]) -> str:
        """The relation whose rows hold the alternative texts; empty where the object or the images do."""
        field = self.alt_field(model)
        is_in_rows = field is not None and is_to_many(field_of(model, self.path)) and self.image
        return self.path if is_in_rows and field.model is self._models(model)[0] else ""

    def is_shared(self, model: type[models.Model]) -> bool:
        """Whether the alternative texts stand in images that objects in other languages may show too."""
        field, relation = self.alt_field(model), field_of(model, self.path) if self.path else None
        if field is None or relation is None:
            return False
        row, *others = self._models(model)
        return not issubclass(row, field.model) if others else bool(relation.many_to_many)

    def _models(self, model: type[models.Model]) -> list[Any]:
        """The classes of the row and of the image."""
        field = field_of(model, self.path) if self.path else None
        row = field.related_model if field is not None and is_to_many(field) else model
        name = self.image or (self.path if row is model else "")
        inner = field_of(row, name) if name else None
        picture = getattr(inner, "related_model", None)
        return [row] if picture is None or picture is row else [row, picture]

    def write(self, obj: Any, key: str, value: Any, pen: Pen) -> None:
        shown = next((each for each in self._shown(obj) if each.key == key), None)
        owner, name = self._alt_of(shown) if shown is not None else (None, "")
        if shown is None or owner is None:
            raise refuse(_("Image"), _("it is not there any more, or has no place for a text."))
        text = one_text(label_later(type(owner), name), value)
        text = " ".join(clean(text).split()) if not pen.is_restored else text
        if owner is shown.picture and self.path:
            if pen.is_translation and self.is_shared(type(obj)):
                raise refuse(_("Image"), _("its text is the same in all languages."))
            self._write_image(owner, name, text, pen)
            return
        setattr(owner, name, text)
        if owner is obj:
            pen.touch(name)
        else:
            change_row(obj, self.path, owner, [name], pen)

    def _write_image(self, image: Any, name: str, text: str, pen: Pen) -> None:
        """Into an image that others may show too: whoever may change the product may not always change it."""
        keeper = keeper_for(type(image))
        keeper.check(pen.user, image)

        def save() -> None:
            fresh = keeper.latest(locked(image))
            setattr(fresh, name, text)
            keeper.save(pen.user, fresh, [name], note=pen.note)

        pen.rest.append(save)

    def problems(self, model: type[models.Model], where: str) -> Iterator[Problem]:
        field = field_of(model, self.path) if self.path else None
        if self.path and field is None:
            yield unknown(model, self.path, where)
            return
        if field is not None and not (field.is_relation or isinstance(field, models.FileField)):
            yield wrong(
                f"{where} names {self.path!r}, which leads to no image.",
                "Name a foreign key, an image field, a many-to-many field or rows of another model.",
            )
            return
        if self.image and field_of(field.related_model if field is not None else model, self.image) is None:
            yield unknown(field.related_model if field is not None else model, self.image, where)
        elif self.alt and self.alt_field(model) is None:
            yield unknown(self._models(model)[-1], self.alt, where)

    def relations(self, model: type[models.Model]) -> tuple[list[str], list[str]]:
        field = field_of(model, self.path) if self.path else None
        if field is None or not field.is_relation:
            return [], []
        if not is_to_many(field):
            return [self.path], []
        return [], [self.path, *([f"{self.path}__{self.image}"] if self._is_linked(field) else [])]


def _picture(row: Any, name: str) -> Any:
    try:
        return getattr(row, name)
    except ObjectDoesNotExist:
        return None  # a relation to one that has none


def _loader(picture: Any) -> Callable[[], bytes] | None:
    reader = _reader_of(type(picture))
    return (lambda: reader.load(picture)) if reader is not None else None
