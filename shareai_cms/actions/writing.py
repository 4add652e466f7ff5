"""Actions on the words of one field: the same text, said otherwise."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from shareai_cms.actions.base import Action, ActionInput
from shareai_cms.actions.options import Option
from shareai_cms.actions.prompts import prompt
from shareai_cms.actions.registry import register
from shareai_cms.marketplace import Message

KEEP_HTML = (
    "The content is HTML. Keep its structure: the same headings, paragraphs, lists and tags in the same order, "
    "every <a ref> around the words it belongs to and every <embed ref> where it stands, with their ref unchanged. "
    "Change only the words. Answer with HTML."
)
#: For answers with fewer, more or other paragraphs than the content.
KEEP_REFS = (
    "The content is HTML. Use only tags that it uses itself. Where you keep the words of an <a ref>, keep the tag "
    "around them with its ref unchanged; keep every <embed ref>. Answer with HTML."
)
CONTINUE = (
    "Write what comes after the content: one or two paragraphs in the same language, voice and tense. "
    "Begin with a new sentence. Do not repeat the content, and invent no names, numbers or quotations."
)
ANY_TEXT = frozenset({"text", "textarea", "richtext"})
LONG_TEXT = frozenset({"textarea", "richtext"})


class Reworking(Action):
    """Base of the actions whose answer takes the place of the content."""

    field_kinds = ANY_TEXT
    #: What is asked for, in one or two sentences.
    task: ClassVar[str] = ""
    #: What is said about HTML where the content is some.
    html: ClassVar[str] = KEEP_HTML

    def instructions(self, given: ActionInput) -> str:
        return self.task

    def messages(self, given: ActionInput) -> tuple[Message, ...]:
        parts = [self.instructions(given)]
        if given.format == "html":
            parts.append(self.html)
        if given.max_length is not None:
            parts.append(f"Use at most {given.max_length} characters.")
        return prompt(self.slug, " ".join(parts), given)


@register
class Rewrite(Reworking):
    """Says the same more clearly, in the same form."""

    slug = "rewrite"
    label = _("Rewrite")
    description = _("Says the same more clearly and keeps the formatting.")
    keeps_structure = True
    task = "Rewrite the content so that it reads clearly and naturally. Keep its meaning and its length."


@register
class Correct(Reworking):
    """Mends spelling, grammar and punctuation, and leaves the style alone."""

    slug = "correct"
    label = _("Correct spelling and grammar")
    description = _("Mends mistakes and changes nothing else.")
    icon = "check"
    keeps_structure = True
    task = (
        "Correct spelling, grammar and punctuation. Change nothing else: neither wording nor style nor order. "
        "Repeat a content without mistakes as it is."
    )


@register
class Shorten(Reworking):
    """Says the same in fewer words."""

    slug = "shorten"
    label = _("Shorten")
    description = _("Says the same in about half the words.")
    icon = "cut"
    least = 60
    task = "Say the same in about half as many words. Keep what matters most, and leave out the rest."
    html = KEEP_REFS


@register
class Simplify(Reworking):
    """Says the same in plain language."""

    slug = "simplify"
    label = _("Simplify")
    description = _("Says the same in plain words and short sentences.")
    icon = "glasses"
    keeps_structure = True
    least = 20
    task = (
        "Say the same in plain language: everyday words, short sentences with one thought each, the active voice. "
        "Explain a technical term in a few words where it cannot be avoided. Leave no fact out."
    )


#: How each tone is asked for.
TONES = {
    "friendly": "warm and friendly, as to a guest",
    "formal": "formal and polite, without contractions or slang",
    "confident": "confident and direct, without hedging",
    "neutral": "neutral and factual, without praise or exclamation",
    "playful": "light and playful, with a wink but without silliness",
}


@register
class ChangeTone(Reworking):
    """Says the same in another tone."""

    slug = "tone"
    label = _("Change the tone")
    description = _("Says the same in a tone that you choose.")
    icon = "sliders"
    keeps_structure = True
    least = 10
    options = (
        Option(
            name="tone",
            label=_("Tone"),
            choices=(
                ("friendly", _("Friendly")),
                ("formal", _("Formal")),
                ("confident", _("Confident")),
                ("neutral", _("Neutral")),
                ("playful", _("Playful")),
            ),
            default="friendly",
        ),
    )

    def instructions(self, given: ActionInput) -> str:
        tone = TONES[given.options.get("tone", "friendly")]
        return f"Say the same in another tone: {tone}. Keep every fact and about the same length."


@register
class Expand(Reworking):
    """Says the same in more detail."""

    slug = "expand"
    label = _("Expand")
    description = _("Says the same in more detail, without new facts.")
    icon = "expand-right"
    field_kinds = LONG_TEXT
    least = 20
    room = 200
    html = KEEP_REFS
    task = (
        "Say the same in more detail, in up to twice as many words: spell out what is only hinted at, link the "
        "thoughts, explain terms. Add no facts, names or numbers that the content does not hold."
    )

    def max_tokens(self, given: ActionInput) -> int:
        return 600 + 2 * len(given.text)


@register
class Continue(Action):
    """Writes what might come next."""

    slug = "continue"
    label = _("Continue writing")
    description = _("Adds a paragraph or two after your text, which stays as it is.")
    icon = "arrow-right"
    field_kinds = LONG_TEXT
    least = 40
    room = 200
    places = "after"

    def messages(self, given: ActionInput) -> tuple[Message, ...]:
        parts = [CONTINUE]
        if given.format == "html":
            parts.append("The content is HTML. Answer with HTML of <p> tags alone, for what is new.")
        if given.max_length is not None:
            parts.append(f"Use at most {max(1, given.max_length - len(given.text) - 2)} characters.")
        return prompt(self.slug, " ".join(parts), given)

    def max_tokens(self, given: ActionInput) -> int:
        return 1_200


@register
class Summarise(Reworking):
    """Sums the content up in a few sentences."""

    slug = "summarise"
    label = _("Summarise")
    description = _("Sums the text up in a few sentences.")
    icon = "list-ul"
    field_kinds = LONG_TEXT
    least = 200
    is_compared = False
    task = "Sum the content up in two to four sentences that stand on their own. Name what matters most first."
    html = "The content is HTML. Answer with HTML of one or two <p> tags; keep no heading and no list."

    def max_tokens(self, given: ActionInput) -> int:
        return 1_000
