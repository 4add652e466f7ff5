"""Any Django model, by a short declaration.

::

    # shareai_catalog.py of an app
    from shareai_cms.catalog import Column, Images, ModelCatalog, Rows, register


    @register
    class Products(ModelCatalog):
        model = Product
        name = "name"
        description = "description"
        short_description = "summary"
        attributes = ("material", Column("size", allowed=SIZES), Rows("specs", name="name", value="value"))
        images = Images("gallery", image="image", alt="alt")
        category = "category"
        language = "locale__language_code"
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db import router, transaction
from django.db.models import Model, QuerySet
from django.utils.translation import override

from shareai_cms.actions.facts import Change, PartSpec, ProductFacts, Value
from shareai_cms.actions.targets import AccountRef, policy_for
from shareai_cms.catalog.base import Catalogue, Written
from shareai_cms.catalog.declaration import Declaration
from shareai_cms.catalog.keeping import Keeper, keeper_for
from shareai_cms.catalog.locking import locked
from shareai_cms.catalog.paths import Path
from shareai_cms.catalog.places.base import Pen
from shareai_cms.catalog.places.columns import Attributes
from shareai_cms.catalog.places.lists import Category, Tags
from shareai_cms.catalog.places.pictures import Images
from shareai_cms.catalog.places.reviews import Reviews, Summary
from shareai_cms.catalog.places.texts import Text
from shareai_cms.catalog.versions import version_of


class ModelCatalog(Catalogue):
    """Reads and writes one model. Whose an object is, its ``shareai_site`` says, as for every AI action on it."""

    model: ClassVar[type[Model]]
    #: Its name, only proposed in translations; ``str(obj)`` where it is left out.
    name: ClassVar[str | Text] = ""
    description: ClassVar[str | Text] = ""
    short_description: ClassVar[str | Text] = ""
    seo_title: ClassVar[str | Text] = ""
    seo_description: ClassVar[str | Text] = ""
    #: Names of columns, and places of other kinds.
    attributes: ClassVar[tuple[str | Attributes, ...]] = ()
    #: Where its images are, its category, its tags, its customers' reviews, and where a summary of those goes.
    images: ClassVar[str | Images | None] = None
    category: ClassVar[str | Category | None] = None
    tags: ClassVar[str | Tags | None] = None
    reviews: ClassVar[Reviews | None] = None
    review_summary: ClassVar[str | Summary | None] = None
    #: Its language as a BCP 47 tag: a path, or the tag itself where no field has that name.
    language: ClassVar[str] = ""
    #: Of a model that keeps other languages in columns of its own: the column of each part, by language.
    columns: ClassVar[Mapping[str, Mapping[str, str | Text]]] = {}
    #: Where its maker's name is read: a path.
    brand: ClassVar[str] = ""
    #: Other texts that count as facts, each a path; by name where the name of the field does not say it.
    more: ClassVar[tuple[Path, ...] | Mapping[str, Path]] = ()

    def __init__(self) -> None:
        self._declarations: dict[tuple[type[Model], str], Declaration] = {}
        if not self.slug:
            self.slug = self.model._meta.label_lower
        if not self.label:
            self.label = self.model._meta.verbose_name_plural

    def models(self) -> tuple[type[Model], ...]:
        return (self.model,)

    def declaration(self, model: type[Model], language: str = "") -> Declaration:
        """What was declared, completed by what every object of this kind has."""
        key = (model, language)
        if key not in self._declarations:
            self._declarations[key] = Declaration(self, model, language)
        return self._declarations[key]

    def queryset(self, model: type[Model]) -> QuerySet[Any]:
        select, prefetch = self.declaration(model).relations()
        found = keeper_for(model).queryset(model)
        found = found.select_related(*select) if select else found
        return found.prefetch_related(*prefetch) if prefetch else found

    def parts(self, model: type[Model]) -> tuple[PartSpec, ...]:
        return tuple(self.declaration(model).specs())

    def read(self, obj: Any, language: str = "") -> ProductFacts:
        keeper = keeper_for(type(obj))
        found = self._in_language(keeper, obj, language)
        if found is None or not self._is_filled(found, language):
            found, language = obj, ""
        return self._facts(keeper.latest(found), language)

    def account(self, obj: Any) -> AccountRef:
        return policy_for(type(obj)).owner(obj)

    def check(self, user: Any, obj: Any, language: str = "") -> None:
        keeper = keeper_for(type(obj))
        found = self._in_language(keeper, obj, language)
        if found is None:
            keeper.check_translating(user, obj, language)
        else:
            keeper.check(user, found)

    def editable(self, user: Any, wanted: Sequence[tuple[Any, str]]) -> list[bool]:
        """As ``Catalogue.editable``, in a few queries for many objects.

        Where there is no translation yet, its original decides, from which it would be made.
        """
        by_model: dict[type[Model], list[int]] = defaultdict(list)
        for index, (obj, _language) in enumerate(wanted):
            by_model[type(obj)].append(index)
        written = self.written(wanted)
        may: dict[int, bool] = {}
        for model, indexes in by_model.items():
            allowed = keeper_for(model).may_change(user, [written[index] for index in indexes])
            may.update(zip(indexes, allowed, strict=True))
        return [may[index] for index in range(len(wanted))]

    def written(self, wanted: Sequence[tuple[Any, str]]) -> list[Any]:
        groups: dict[tuple[type[Model], str], list[Any]] = defaultdict(list)
        for obj, language in wanted:
            if language and language not in self.columns:
                groups[type(obj), language].append(obj)
        found = {key: keeper_for(key[0]).translations(objects, key[1]) for key, objects in groups.items()}
        return [found.get((type(obj), language), {}).get(obj.pk, obj) for obj, language in wanted]

    def lock(self, obj: Any, language: str = "") -> Any:
        found = locked(obj)
        translated = self._in_language(keeper_for(type(obj)), found, language)
        if translated is not None and translated is not found:
            # It is an object of its own, which somebody may write to without a look at this one.
            locked(translated)
        return found

    def write(self, user: Any, obj: Any, changes: Sequence[Change], *, language: str = "", note: str = "") -> Written:
        keeper = keeper_for(type(obj))
        with transaction.atomic(using=router.db_for_write(type(obj), instance=obj)):
            found = locked(obj)
            self.check(user, found, language)
            asked = found
            translated = self._in_language(keeper, found, language)
            if translated is not found:
                found = locked(translated or keeper.translate(user, found, language))
            is_translation = translated is not asked
            pen = Pen(user=user, obj=keeper.latest(found), keeper=keeper, note=note, is_translation=is_translation)
            with override(self.language_of(found) or settings.LANGUAGE_CODE):
                before = self._put(pen, changes, language)
            # In the person's own language again, in which they are told what was refused.
            is_draft = keeper.save(user, pen.obj, pen.fields, note=note, restored=pen.restored)
            for save in pen.rest:
                save()
            return Written(before=before, version=self._version(locked(found), language), is_draft=is_draft)

    def _put(self, pen: Pen, changes: Sequence[Change], language: str) -> dict[tuple[str, str], Value]:
        declaration = self.declaration(type(pen.obj), language)
        facts = self._facts(pen.obj, language)
        before = {(each.part, each.key): declaration.value(facts, each) for each in changes}
        for change in changes:
            pen.is_restored = change.is_restored
            declaration.write(pen, change)
        return before

    def version(self, obj: Any, language: str = "") -> str:
        found = self._in_language(keeper_for(type(obj)), obj, language)
        return self._version(obj if found is None else found, language)

    def languages(self, obj: Any) -> tuple[str, ...]:
        found = (*self.columns, *keeper_for(type(obj)).languages(obj))
        return tuple(language for language in dict.fromkeys(found) if language != self.language_of(obj))

    def address(self, obj: Any) -> str:
        return keeper_for(type(obj)).address(obj)

    def language_of(self, obj: Any) -> str:
        """BCP 47 tag of the object's own texts; empty where nothing says so."""
        return self.declaration(type(obj)).language(obj)

    def _facts(self, draft: Any, language: str) -> ProductFacts:
        # Labels of choices are part of what is read and compared: the same for every reader, whatever they speak.
        with override(self.language_of(draft) or settings.LANGUAGE_CODE):
            columns = language if language in self.columns else ""
            return self.declaration(type(draft), columns).facts(draft, columns or self.language_of(draft))

    def _version(self, obj: Any, language: str) -> str:
        keeper = keeper_for(type(obj))
        facts = self._facts(keeper.latest(obj), language)
        if not self.columns:
            return version_of(keeper.revision(obj), facts)
        # A value in another language makes a revision too, and stands in nobody's way here.
        own: dict[str, Any] = {part: getattr(facts, part) for part in self.columns.get(language, ())}
        return version_of("", ProductFacts(**{"name": "", **own}) if own else facts)

    def _in_language(self, keeper: Keeper, obj: Any, language: str) -> Any:
        """The object that holds, or would hold, it in this language; None where there is none yet."""
        if not language or language in self.columns or language == self.language_of(obj):
            return obj
        return keeper.translation(obj, language)

    def _is_filled(self, obj: Any, language: str) -> bool:
        """Whether anything stands in the columns of a language."""
        texts = self.declaration(type(obj), language).texts
        return language not in self.columns or any(texts[part].read(obj) for part in self.columns[language])
