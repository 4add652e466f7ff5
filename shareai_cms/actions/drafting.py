"""A first draft where there is nothing yet."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shareai_cms.actions.base import Action, ActionInput
from shareai_cms.actions.options import Option
from shareai_cms.actions.prompts import prompt
from shareai_cms.actions.registry import register
from shareai_cms.actions.writing import LONG_TEXT
from shareai_cms.marketplace import Message

BRIEF_CHARACTERS = 2_000


@register
class Draft(Action):
    """Writes a long text from a brief; whatever the field holds stays, and the draft comes after it."""

    slug = "draft"
    label = _("Draft from a brief")
    description = _("Writes a first version of the whole text from your notes.")
    icon = "draft"
    field_kinds = LONG_TEXT
    units = 5
    least = 0
    room = 1_000
    places = "after"
    options = (
        Option(
            name="brief",
            label=_("Brief"),
            kind="text",
            max_length=BRIEF_CHARACTERS,
            placeholder=_("What is it about? Who reads it? What must be in it?"),
            help=_("Notes are enough. Facts that are not in the brief are not made up."),
        ),
    )

    def messages(self, given: ActionInput) -> tuple[Message, ...]:
        parts = [
            "Write a first draft of 300 to 800 words after the brief in the <option> tag. Its notes say what the text "
            "is about and what must be in it. Invent no facts, names, numbers or quotations; where one is missing, "
            "write around it. "
            + (f"Write in the language with the tag {given.language}. " if given.language else "")
            + "Content, where there is any, already stands in the field: do not repeat it.",
            _form(given),
        ]
        if given.max_length is not None:
            parts.append(f"Use at most {max(1, given.max_length - len(given.text) - 2)} characters.")
        return prompt(self.slug, " ".join(parts), given)

    def max_tokens(self, given: ActionInput) -> int:
        return 4_000


def _form(given: ActionInput) -> str:
    if given.format != "html":
        return "Answer with plain text: paragraphs with an empty line between them, no markup."
    tags = ", ".join(f"<{tag}>" for tag in ("p", *given.tags))
    return f"Answer with HTML of these tags alone: {tags}. Give it headings and lists where they help and are allowed."
