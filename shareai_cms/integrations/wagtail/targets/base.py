"""What pages, snippets and images have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from django.http import HttpRequest
from wagtail.fields import RichTextField, StreamField
from wagtail.log_actions import log
from wagtail.models import TranslatableMixin

from shareai_cms import actions
from shareai_cms.actions.base import Action, ActionInput
from shareai_cms.actions.codecs import PlainText
from shareai_cms.actions.targets import AccountRef, Target, TargetPolicy, TargetRef, context_of, text_of
from shareai_cms.catalog.registry import catalogue_for
from shareai_cms.errors import AccountUnclear, InvalidRequest, NotPermitted, UnknownAction
from shareai_cms.integrations.wagtail import accounts, drafts, fields, images, rights
from shareai_cms.integrations.wagtail.features import field_features
from shareai_cms.integrations.wagtail.fields import path_label
from shareai_cms.integrations.wagtail.places import Leaf, leaf_at
from shareai_cms.models import Suggestion

APPLIED = "shareai.apply"


@dataclass(frozen=True, kw_only=True)
class Found:
    """An object that exists and that the person may change; unsaved ones have a blank instance."""

    model: type[models.Model]
    obj: Any
    #: What it belongs to: the page under which a new one is being written, or what an image is chosen for.
    parent: Any = None

    @property
    def is_saved(self) -> bool:
        return self.obj.pk is not None


class WagtailPolicy(TargetPolicy):
    """Resolves in three questions, each its own method, so that the editor's configuration can ask them too."""

    def resolve(self, request: HttpRequest, ref: TargetRef, *, payer: AccountRef | None = None) -> Target:
        found = self.find(request, ref)
        self.check_lock(request, found)
        return Target(
            object_type=found.model._meta.label_lower,
            object_ref=str(found.obj.pk) if found.is_saved else "",
            object_label=self.label_of(found)[:255],
            account=payer or self.payer(request, found),
            field=ref.field,
            path=ref.path,
            language=self.language_of(found),
            obj=found.obj,
        )

    def find(self, request: HttpRequest, ref: TargetRef) -> Found:
        """The object, if this person may change it; raises ``ObjectNotFound`` or ``NotPermitted``."""
        raise NotImplementedError

    def payer(self, request: HttpRequest, found: Found) -> AccountRef:
        """Who pays; raises ``AccountUnclear`` or ``NotPermitted``."""
        named = accounts.declared_site(found.obj) or self.catalogued(found)
        return named or accounts.reference_of(accounts.chosen_site(request))

    def catalogued(self, found: Found) -> AccountRef | None:
        """What the site's own catalogue says, so that a click counts where a run would; None where it says nothing."""
        catalogue = catalogue_for(found.model) if found.is_saved else None
        try:
            return catalogue.account(found.obj) if catalogue is not None else None
        except (AccountUnclear, ObjectDoesNotExist):
            return None

    def owner(self, obj: Any) -> AccountRef:
        return accounts.declared_site(obj) or accounts.reference_of(accounts.only_site())

    def check_lock(self, request: HttpRequest, found: Found) -> None:
        """Raise ``ObjectLocked`` when this person could not save the object now."""
        if found.is_saved:
            rights.check_lock(request.user, found.obj)

    def label_of(self, found: Found) -> str:
        return str(found.obj) if found.is_saved else ""

    def language_of(self, found: Found) -> str:
        """Language of the content, from its locale where it has one."""
        if isinstance(found.obj, TranslatableMixin) and found.obj.locale_id:
            return str(found.obj.locale.language_code)
        return str(settings.LANGUAGE_CODE)

    def read(self, request: HttpRequest, target: Target, action: Action, payload: Mapping[str, Any]) -> ActionInput:
        if action.reads == "object":
            return self.read_object(request, target, payload)
        leaf, given = self.leaf_of(target, payload), payload.get("input")
        if isinstance(given, Mapping) and "raw" in given:
            return self.read_rich_text(target, leaf, payload)
        if isinstance(given, Mapping) and given.get("image") is True:
            return self.read_image(request, target, leaf, payload)
        return self.read_text(target, leaf, payload)

    def leaf_of(self, target: Target, payload: Mapping[str, Any]) -> Leaf:
        """The text that the browser names; raises ``InvalidRequest`` where there is none, or ``NotPermitted``.

        Inside a stream the browser names the types of the blocks on the way, ``target.blocks``.
        """
        given = payload.get("target")
        steps = given.get("blocks", "") if isinstance(given, Mapping) else ""
        if not isinstance(steps, str):
            raise InvalidRequest("target.blocks must be a text")
        try:
            found = leaf_at(type(target.obj), target.field, steps.split("/") if steps else [])
        except FieldDoesNotExist:
            found = None
        if found is None:
            raise InvalidRequest("there is no text at the target that AI may work on")
        return found

    def read_text(self, target: Target, leaf: Leaf, payload: Mapping[str, Any]) -> ActionInput:
        """A plain text, as it stands in the form."""
        text = text_of(payload)
        return ActionInput(
            text=text,
            codec=PlainText.like(text, is_multiline=leaf.kind == fields.TEXTAREA, max_length=leaf.max_length),
            max_length=leaf.max_length,
            language=target.language,
            context=context_of(payload),
        )

    def read_rich_text(self, target: Target, leaf: Leaf, payload: Mapping[str, Any]) -> ActionInput:
        """Blocks of a rich text editor; what the field does not allow is dropped from the answer."""
        if leaf.kind != fields.RICH_TEXT:
            raise InvalidRequest("there is no rich text at the target")
        from shareai_cms.integrations.wagtail.richtext import rich_text_input

        raw = payload["input"]["raw"]
        return rich_text_input(raw, features=leaf.features, language=target.language, context=context_of(payload))

    def read_image(self, request: HttpRequest, target: Target, leaf: Leaf, payload: Mapping[str, Any]) -> ActionInput:
        """The image that an alternative text is about: the one that was chosen beside it."""
        if leaf.kind != fields.IMAGE:
            raise InvalidRequest("there is no image at the target")
        image = images.chosen(request, payload["input"].get("chosen"))
        context = {"image": str(image.title), **context_of(payload)}
        return images.image_input(images.jpeg_copy(image), leaf=leaf, language=target.language, context=context)

    def read_object(self, request: HttpRequest, target: Target, payload: Mapping[str, Any]) -> ActionInput:
        """The words of the whole object: its latest draft, or what the form sent of an unsaved one."""
        if fields.is_excluded(type(target.obj), target.field):
            raise NotPermitted("EXCLUDED_FIELDS names this field")
        longest = getattr(self.prose_field(target), "max_length", None)
        context = context_of(payload)
        sent = "\n\n".join(text for text in (text_of(payload), *context.values()) if text.strip())
        return ActionInput(
            text=drafts.text_of(target.obj, request.user) or sent,
            codec=PlainText(is_multiline=False, max_length=longest),
            max_length=longest,
            language=target.language,
            context=context,
        )

    def prose_field(self, target: Target) -> Any:
        """The text field that the browser named; raises ``InvalidRequest`` for any other."""
        model = type(target.obj)
        if not fields.is_prose(model, target.field):
            raise InvalidRequest("target.field does not hold text that AI may work on")
        return model._meta.get_field(target.field)

    def form_value(self, target: Target, name: str, text: str) -> Mapping[str, Any] | None:
        """A rich text as the blocks of its editor; a stream's form takes no text from outside."""
        try:
            field = type(target.obj)._meta.get_field(name)
        except FieldDoesNotExist:
            return None
        if isinstance(field, StreamField):
            return None
        if isinstance(field, RichTextField):
            from shareai_cms.integrations.wagtail.catalog.texts import draftail_of

            standing = str(getattr(drafts.latest(target.obj), field.attname) or "")
            return {"kind": "richtext", "raw": draftail_of(text, field_features(field), standing)}
        return super().form_value(target, name, text)

    def record_applied(
        self, request: HttpRequest, target: Target, suggestion: Suggestion, fields: Sequence[str] = ()
    ) -> None:
        """One line in the object's history: the action and the field. An unsaved object has none yet."""
        if target.obj.pk is None:
            return
        usage = suggestion.usage
        try:
            label = str(actions.get(usage.feature).label)
        except UnknownAction:
            label = usage.feature
        names = fields or [usage.field or target.field]
        log(
            instance=target.obj,
            action=APPLIED,
            user=request.user,
            data={
                "action": label,
                "field": ", ".join(path_label(target.obj, name) for name in names)[:200],
                "suggestion": suggestion.pk,
            },
        )
