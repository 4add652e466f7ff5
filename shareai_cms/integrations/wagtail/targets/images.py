"""Images of the Wagtail image library, and those about to be added to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.http import HttpRequest

from shareai_cms.actions.base import ActionInput
from shareai_cms.actions.targets import AccountRef, Target, TargetRef, context_of, policy_for
from shareai_cms.errors import InvalidRequest
from shareai_cms.integrations.wagtail import compat, fields, images, rights
from shareai_cms.integrations.wagtail.places import Leaf
from shareai_cms.integrations.wagtail.targets.base import Found, WagtailPolicy
from shareai_cms.models import Suggestion

#: Where Wagtail asks for the text of an image that is put into a rich text: no field of the image.
INSERTED = "alt_text"


class ImagePolicy(WagtailPolicy):
    """An image may be described by whoever may change it, and a new one by whoever may add it.

    Inside the editor of a page (``parent``, as ``type:id:parent``) the text belongs to that page: whoever may
    change the page may have an image described that they may choose, and the page's site pays.
    """

    def handles(self, model: type[models.Model]) -> bool:
        return compat.is_image_model(model)

    def find(self, request: HttpRequest, ref: TargetRef) -> Found:
        model: Any = ref.model()
        parent = self.find_parent(request, ref.parent) if ref.parent else None
        if not ref.id:
            rights.check_adding(request.user, model)
            return Found(model=model, obj=model(), parent=parent)
        image = self.load(model, ref.id)
        rights.check_right(request.user, image, "choose" if parent else "change")
        return Found(model=model, obj=image, parent=parent)

    def find_parent(self, request: HttpRequest, parent: str) -> tuple[WagtailPolicy, Found]:
        """What is being edited around the image; raises as its own policy does."""
        name, pk, above = [*parent.split(":", 2), "", ""][:3]
        ref = TargetRef(type=name, id=pk, parent=above)
        policy = policy_for(ref.model())
        if not isinstance(policy, WagtailPolicy) or isinstance(policy, ImagePolicy):
            raise InvalidRequest("target.parent must name what is being edited")
        return policy, policy.find(request, ref)

    def payer(self, request: HttpRequest, found: Found) -> AccountRef:
        if found.parent is None:
            return super().payer(request, found)
        policy, around = found.parent
        payer: AccountRef = policy.payer(request, around)
        return payer

    def check_lock(self, request: HttpRequest, found: Found) -> None:
        if found.parent is not None:
            policy, around = found.parent
            policy.check_lock(request, around)

    def language_of(self, found: Found) -> str:
        if found.parent is None:
            return super().language_of(found)
        policy, around = found.parent
        return str(policy.language_of(around))

    def leaf_of(self, target: Target, payload: Mapping[str, Any]) -> Leaf:
        if target.field == INSERTED and not fields.is_prose(type(target.obj), INSERTED):
            return Leaf(kind=fields.IMAGE, name=INSERTED)
        return super().leaf_of(target, payload)

    def read_image(self, request: HttpRequest, target: Target, leaf: Leaf, payload: Mapping[str, Any]) -> ActionInput:
        """The image itself: what is known of it comes from the library, or it is not in there yet."""
        if leaf.kind != fields.IMAGE:
            raise InvalidRequest("there is no image at the target")
        context = {name: text for name, text in context_of(payload).items() if text}
        if payload["target"].get("parent") and "title" in context:
            context["page"] = context.pop("title")
        if target.obj.pk is None:
            copy = images.uploaded_copy(payload["input"].get("upload"))
        else:
            copy, context = images.jpeg_copy(target.obj), {"title": str(target.obj.title), **context}
        return images.image_input(copy, leaf=leaf, language=target.language, context=context)

    def record_applied(
        self, request: HttpRequest, target: Target, suggestion: Suggestion, fields: Sequence[str] = ()
    ) -> None:
        # A text that went into a page's rich text changed nothing of the image.
        if target.field != INSERTED:
            super().record_applied(request, target, suggestion, fields)
