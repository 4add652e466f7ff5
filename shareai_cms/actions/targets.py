"""What an action is about, and whether this person may change it.

The browser names an object and a field; a policy per kind of object turns that into a ``Target`` after
checking every claim. Integrations register policies for their own objects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import get_language

from shareai_cms import metering
from shareai_cms.actions.base import Action, ActionInput
from shareai_cms.actions.codecs import PlainText
from shareai_cms.conf import conf
from shareai_cms.errors import AccountUnclear, InputTooLong, InvalidRequest, NotPermitted, ObjectNotFound
from shareai_cms.marketplace.text import clean

if TYPE_CHECKING:
    from django.http import HttpRequest

    from shareai_cms.models import Suggestion

#: Named here, since ``TargetRef.type`` hides the builtin inside its class.
ModelClass = type[models.Model]

#: As long as the columns that keep them.
_LONGEST = 255


@dataclass(frozen=True, kw_only=True)
class TargetRef:
    """An object and a field as the browser names them; nothing in it is trusted."""

    type: str
    id: str = ""
    parent: str = ""
    field: str = ""
    path: str = ""

    @classmethod
    def parse(cls, data: Any) -> TargetRef:
        """Read the reference from JSON or a query string; raises ``InvalidRequest``."""
        if not isinstance(data, Mapping):
            raise InvalidRequest("target must be an object")
        given: dict[str, str] = {}
        for name in (item.name for item in fields(cls)):
            value = data.get(name, "")
            if isinstance(value, int) and not isinstance(value, bool):
                value = str(value)
            if not isinstance(value, str) or len(value) > _LONGEST or clean(value) != value:
                raise InvalidRequest(f"target.{name} must be a short text")
            given[name] = value
        return cls(**given)

    def model(self) -> ModelClass:
        """The model that ``type`` names; raises ``InvalidRequest``."""
        try:
            return apps.get_model(self.type)
        except (LookupError, ValueError):
            raise InvalidRequest("target.type is not a model of this site") from None


@dataclass(frozen=True, kw_only=True)
class AccountRef:
    """Which site pays, as the platform knows it."""

    platform: str
    reference: str
    label: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Target:
    """An object that exists and that the person may change."""

    object_type: str
    object_ref: str
    object_label: str
    account: AccountRef
    field: str = ""
    path: str = ""
    language: str = ""
    obj: Any = None


class TargetPolicy:
    """The rules for one kind of object; this base serves any Django model."""

    def handles(self, model: type[models.Model]) -> bool:
        """Whether this policy answers for the model."""
        return True

    def resolve(self, request: HttpRequest, ref: TargetRef, *, payer: AccountRef | None = None) -> Target:
        """Check the reference; raises ``ObjectNotFound``, ``NotPermitted``, ``ObjectLocked`` or ``AccountUnclear``.

        ``payer`` is who has paid already, where that is known: nobody is asked for it then.
        """
        model = ref.model()
        codename = "change" if ref.id else "add"
        user: Any = request.user
        if not user.has_perm(f"{model._meta.app_label}.{codename}_{model._meta.model_name}"):
            raise NotPermitted(f"no permission to {codename} {model._meta.label_lower}")
        obj = self.load(model, ref.id) if ref.id else None
        return Target(
            object_type=model._meta.label_lower,
            object_ref=str(obj.pk) if obj is not None else "",
            object_label=str(obj)[:255] if obj is not None else "",
            account=payer or self.account(request, model, obj),
            field=ref.field,
            path=ref.path,
            language=get_language() or "",
            obj=obj,
        )

    def load(self, model: type[models.Model], pk: str) -> models.Model:
        """The instance; raises ``ObjectNotFound``."""
        try:
            return model._default_manager.get(pk=pk)
        except (ObjectDoesNotExist, ValueError, ValidationError, OverflowError):
            raise ObjectNotFound(f"{model._meta.label_lower} {pk[:40]}") from None

    def account(self, request: HttpRequest, model: type[models.Model], obj: Any) -> AccountRef:
        """Who pays: the declared ``shareai_site``, else the only account there is; raises ``AccountUnclear``."""
        declared = self.declared_site(obj if obj is not None else model())
        return declared if declared is not None else self.only_account()

    def owner(self, obj: Any) -> AccountRef:
        """Whose object it is where nobody is asking, as when it is indexed; raises ``AccountUnclear``."""
        declared = self.declared_site(obj)
        return declared if declared is not None else self.only_account()

    def declared_site(self, obj: Any) -> AccountRef | None:
        """What the model names in ``shareai_site``: an attribute, a foreign key, or a callable giving either."""
        try:
            declared = getattr(obj, "shareai_site", None)
            declared = declared() if callable(declared) else declared
        except ObjectDoesNotExist:
            return None  # it hangs on a relation that an object being added does not have yet
        if declared is None or isinstance(declared, AccountRef):
            return declared
        reference = declared.pk if isinstance(declared, models.Model) else declared
        return AccountRef(platform="django", reference=str(reference), label=str(declared)) if reference else None

    def only_account(self) -> AccountRef:
        """The one account of this environment, or a new one for the project; raises ``AccountUnclear``."""
        from shareai_cms.models import SiteAccount

        found = list(SiteAccount.objects.filter(metering.of_environment())[:2])
        if len(found) > 1:
            raise AccountUnclear("several site accounts and no shareai_site on the model")
        if found:
            return AccountRef(platform=found[0].platform, reference=found[0].reference, label=found[0].label)
        return AccountRef(platform="django", reference="default")

    def read(self, request: HttpRequest, target: Target, action: Action, payload: Mapping[str, Any]) -> ActionInput:
        """The action's input from the browser's payload; raises an ``ActionRefused``."""
        field = self.model_field(target)
        max_length = getattr(field, "max_length", None)
        text = text_of(payload)
        codec = PlainText.like(text, is_multiline=isinstance(field, models.TextField), max_length=max_length)
        return ActionInput(
            text=text, codec=codec, max_length=max_length, language=target.language, context=context_of(payload)
        )

    def model_field(self, target: Target) -> models.Field[Any, Any]:
        """The target's text field; raises ``InvalidRequest`` for any other."""
        model = apps.get_model(target.object_type)
        try:
            field = model._meta.get_field(target.field)
        except FieldDoesNotExist:
            raise InvalidRequest("target.field is not a field of the model") from None
        if not isinstance(field, models.CharField | models.TextField):
            raise InvalidRequest("target.field is not a text field")
        return field

    def form_value(self, target: Target, name: str, text: str) -> Mapping[str, Any] | None:
        """A text as the edit form's own field takes it; None where only the server can write it."""
        return {"kind": "text", "text": text}

    def record_applied(
        self, request: HttpRequest, target: Target, suggestion: Suggestion, fields: Sequence[str] = ()
    ) -> None:
        """Write the accepted suggestion into the object's history, where the platform has one.

        ``fields`` are those that took something of it; left out, it is the one that the suggestion was asked for.
        """


def text_of(payload: Mapping[str, Any]) -> str:
    """The text in a payload's ``input``; raises ``InvalidRequest``."""
    given = payload.get("input")
    text = given.get("text", "") if isinstance(given, Mapping) else None
    if not isinstance(text, str):
        raise InvalidRequest("input.text must be a text")
    if len(text) > conf.max_input_characters:
        # Before anything looks at the text: some of that takes time.
        raise InputTooLong(f"{len(text)} characters, the limit is {conf.max_input_characters}")
    return clean(text)


def context_of(payload: Mapping[str, Any]) -> dict[str, str]:
    """Short texts around the content, by name; raises ``InvalidRequest``."""
    given = payload.get("context") or {}
    if not isinstance(given, Mapping) or len(given) > 20:
        raise InvalidRequest("context must be a small object of texts")
    found: dict[str, str] = {}
    for name, value in given.items():
        if not isinstance(value, str) or not str(name).replace("_", "").isalnum():
            raise InvalidRequest("context must be a small object of texts")
        found[str(name)[:64]] = clean(value[:2_000])
    return found


_policies: list[TargetPolicy] = [TargetPolicy()]


def register_policy(policy: TargetPolicy, *, is_fallback: bool = False) -> None:
    """Add a policy; the latest registered that handles a model answers for it, a fallback after all others."""
    _policies.insert(1 if is_fallback else len(_policies), policy)


def policy_for(model: type[models.Model]) -> TargetPolicy:
    """The policy that answers for this model."""
    return next(policy for policy in reversed(_policies) if policy.handles(model))
