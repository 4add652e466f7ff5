"""What the model is asked for: the parts that are wanted, the form of the answer, and the facts as data."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator, Mapping

from shareai_cms.actions.enriching.fitting import allowed_tags, limit_of
from shareai_cms.actions.enriching.given import EnrichInput
from shareai_cms.actions.enriching.material import document
from shareai_cms.actions.facts import (
    ALT_TEXT,
    ATTRIBUTE,
    CATEGORY,
    DESCRIPTION,
    NAME,
    REVIEW_SUMMARY,
    SEO_DESCRIPTION,
    SEO_TITLE,
    SHORT_DESCRIPTION,
    TAGS,
    PartSpec,
)
from shareai_cms.actions.languages import english_name
from shareai_cms.actions.prompts import RULES
from shareai_cms.marketplace import Message

TASK = (
    "The <content> tag holds a JSON document with everything that is known of one product of a shop. "
    "Propose the parts listed below from these facts alone. Say nothing that they do not say: no number, unit, size, "
    "material, colour, certification, award or brand that is not there, and no promise. What a part would need and the "
    'facts lack, leave out, and name it under "missing" in a few words. Customers\' reviews are opinions: use them for '
    "the review summary alone. "
    "Answer with one JSON object that has these keys and no others:"
)
_ASKED: Mapping[str, str] = {
    NAME: '"name": a string',
    DESCRIPTION: '"description": a string that describes the product to buyers',
    SHORT_DESCRIPTION: '"short_description": a string of one or two sentences',
    SEO_TITLE: '"seo_title": a string, the title for search engines',
    SEO_DESCRIPTION: '"seo_description": a string of one or two sentences for search engines',
    TAGS: '"tags": a list of strings, each one to three words that buyers search for',
    CATEGORY: '"category": a string, one of "allowed_categories" as it is written there',
    ALT_TEXT: (
        '"alt_texts": a list of {"image": its number, "text": a sentence for people who cannot see it, without '
        '"image of"}, one for each image'
    ),
    REVIEW_SUMMARY: (
        '"review_summary": {"pros": [{"text": a few words, "reviews": the numbers of all reviews that say so}], '
        '"cons": the same}, the most frequent first, at most 5 of each'
    ),
}
_ATTRIBUTES = (
    '"attributes": a list of {"key": as given, "values": a list of strings, "because": the words of the facts that say '
    'so, copied exactly}, for the attributes that have "may_have" or "free_text"; a value of "may_have" as it is '
    'written there, several values only where "several" is true, nothing that the facts do not say'
)
_TRANSLATED_ATTRIBUTES = (
    '"attributes": a list of {"key": as given, "values": its values translated}, for the attributes with "free_text"'
)
_MISSING = '"missing": a list of strings'


def messages(given: EnrichInput) -> tuple[Message, ...]:
    """System rules, and one message of task, facts between unguessable delimiters, and pictures."""
    fence = secrets.token_hex(8)
    language = f' language="{given.facts.language}"' if given.facts.language else ""
    text = "\n".join(
        [
            "Task: enrich-product",
            TASK,
            *(f"- {line}" for line in _lines(given)),
            _language(given),
            "",
            f'<content id="{fence}" format="json"{language}>\n{document(given)}\n</content id="{fence}">',
        ]
    )
    content = tuple(_with_images(text, given)) if given.images else text
    return (Message(role="system", content=RULES), Message(role="user", content=content))


def _lines(given: EnrichInput) -> Iterator[str]:
    for part, spec in given.wanted.items():
        if part == ATTRIBUTE:
            yield _TRANSLATED_ATTRIBUTES if given.is_translation else _ATTRIBUTES
        elif part != ALT_TEXT or given.images:
            chosen = ', each one of "allowed_tags" as it is written there' if given.facts.allowed_tags else ""
            yield _ASKED[part] + (chosen if part == TAGS else "") + _form(spec)
    yield _MISSING


def _form(spec: PartSpec) -> str:
    said = ""
    if spec.format == "html":
        said += f", HTML of these tags alone: {', '.join(sorted(allowed_tags(spec)))}"
    if (most := limit_of(spec)) is not None:
        said += f", at most {most} characters" + (" each" if spec.part in (TAGS, ALT_TEXT) else "")
    if spec.part == TAGS:
        said += f", at most {spec.most or 10} tags"
    return said


def _language(given: EnrichInput) -> str:
    code = given.written_in
    if not code:
        return "Write in the language of the facts."
    name = f"{english_name(code)} (language tag {code})"
    if given.is_translation:
        return (
            f"Translate every text into {name}, as a native writer would put it, with the facts as they are. Keep the "
            "names of brands. Convert no units."
        )
    return f"Write in {name}."


def _with_images(text: str, given: EnrichInput) -> Iterator[Mapping[str, object]]:
    yield {"type": "text", "text": text}
    for number, image in enumerate(given.images, start=1):
        data = base64.b64encode(image.data).decode("ascii")
        yield {"type": "text", "text": f"Image {number}:"}
        yield {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{data}"}}
