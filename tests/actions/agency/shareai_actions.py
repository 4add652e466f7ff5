"""Actions that an agency adds to its client's site, as docs/how-to/own-action.md shows."""

from __future__ import annotations

from shareai_cms.actions import Action, ActionInput, Option, register
from shareai_cms.actions.prompts import prompt
from shareai_cms.marketplace import Message


@register
class Friendlier(Action):
    slug = "friendlier"
    label = "Make it friendlier"
    field_kinds = frozenset({"text", "textarea"})
    units = 2

    def messages(self, given: ActionInput) -> tuple[Message, ...]:
        return prompt(self.slug, "Rewrite the content in a warm and friendly tone.", given)


@register
class ForAnAudience(Action):
    slug = "for-an-audience"
    label = "Write for an audience"
    field_kinds = frozenset({"text", "textarea"})
    routes = ("premium",)
    options = (
        Option(name="audience", label="Audience", choices=(("experts", "Experts"), ("children", "Children"))),
        Option(name="wish", label="Anything else?", kind="text", is_required=False, max_length=200),
    )

    def messages(self, given: ActionInput) -> tuple[Message, ...]:
        return prompt(self.slug, f"Rewrite the content for {given.options['audience']}.", given)
