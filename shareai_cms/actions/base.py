"""What an AI action is: a slug, its price in units, its prompt and the form of its answer."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, Self, runtime_checkable

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from shareai_cms.actions.options import Option, read_options
from shareai_cms.conf import conf
from shareai_cms.errors import InputEmpty, InputTooLong, InvalidRequest
from shareai_cms.marketplace import Message
from shareai_cms.permissions import USE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shareai_cms.actions.events import Delta

#: Multiplies an action's units on the premium route, unless the action says otherwise.
PREMIUM_FACTOR = 3
ROUTES = ("standard", "premium")

_TAG = re.compile(r"<[^<>]*>")


class Codec(Protocol):
    """Turns the model's answer into a result that the editor's field can take."""

    def decode(self, output: str) -> dict[str, Any]:
        """Return a result with its ``kind``; raise an ``OutputRefused`` when nothing is usable."""

    def beside(self, original: str) -> Self:
        """The codec for an answer that is added after the original instead of replacing it."""


@runtime_checkable
class PartialCodec(Protocol):
    """A codec that can tell how far a stopped answer came."""

    def decode_partial(self, output: str) -> dict[str, Any]:
        """Like ``Codec.decode``, with the content beyond the answer's end left as it was and ``rest`` "kept"."""


class Sieve(Protocol):
    """Decides, while an answer is written, which parts of it the browser gets."""

    def feed(self, piece: str) -> Iterable[Delta]:
        """What may be shown now that this piece has come."""

    def end(self) -> Iterable[Delta]:
        """What may be shown of the rest."""


@dataclass(frozen=True, kw_only=True)
class ActionInput:
    """What an action works on: the content as data, and what is known around it."""

    codec: Codec
    text: str = ""
    format: Literal["plain", "html"] = "plain"
    #: A scaled-down copy of the image, encoded as ``image_type`` says.
    image: bytes = field(default=b"", repr=False)
    image_type: str = ""
    #: BCP 47 tag of the content's language, empty when unknown.
    language: str = ""
    #: Longest answer that the field takes, in characters; None for no limit.
    max_length: int | None = None
    #: Names of the HTML tags that the field keeps, for ``html``.
    tags: tuple[str, ...] = ()
    context: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """Characters that a reader sees."""
        text = _TAG.sub("", self.text) if self.format == "html" else self.text
        return len(" ".join(text.split()))

    def digest(self) -> str:
        """SHA-256 of everything that makes this input what it is."""
        image = hashlib.sha256(self.image).hexdigest() if self.image else ""
        parts = [self.text, self.format, image, dict(self.context), dict(self.options)]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class RouteOffer:
    """One way to run an action and what it costs."""

    route: str
    label: Any
    units: int


class Action:
    """Base of all actions; subclass it in ``shareai_actions.py`` and register it.

    The client names an action by its slug and never sends a prompt.
    """

    #: Names the action in addresses, usage rows and prompts; never changes.
    slug: ClassVar[str] = ""
    label: ClassVar[Any] = ""
    description: ClassVar[Any] = ""
    icon: ClassVar[str] = "shareai"
    #: The customer-facing unit that this action is counted in.
    meter: ClassVar[str] = "writing"
    #: Units on the standard route, known before the click.
    units: ClassVar[int] = 1
    #: What somebody must be allowed to do on the account; see ``permissions``.
    right: ClassVar[str] = USE
    #: Kinds of field it fits: ``text``, ``textarea``, ``richtext``, ``image``.
    field_kinds: ClassVar[frozenset[str]] = frozenset()
    #: Field names it fits; empty means any of those kinds.
    field_names: ClassVar[frozenset[str]] = frozenset()
    #: ``field`` works on the field's own content, ``object`` on the text of the whole page.
    reads: ClassVar[Literal["field", "object"]] = "field"
    #: The answer has the paragraphs of the content, one for one, so that a stopped one can be taken as far as it goes.
    keeps_structure: ClassVar[bool] = False
    #: False for answers that only make sense whole.
    is_streamed: ClassVar[bool] = True
    #: Fewest characters of content that it can work on; 0 for one that works on an empty field too.
    least: ClassVar[int] = 1
    #: Fewest characters that a field must take for the action to be worth its units there.
    room: ClassVar[int] = 0
    #: Whether the answer replaces the content or is added after it.
    places: ClassVar[Literal["instead", "after"]] = "instead"
    #: False where marking every change would hide more than it shows.
    is_compared: ClassVar[bool] = True
    #: Roads to the marketplace that it may take; ``("premium",)`` is offered only where a premium route is configured.
    routes: ClassVar[tuple[str, ...]] = ROUTES
    #: What the editor is asked before the click that costs.
    options: ClassVar[tuple[Option, ...]] = ()

    def fits(self, kind: str, name: str) -> bool:
        """Whether the action is offered at a field of this kind and name."""
        return kind in self.field_kinds and (not self.field_names or name in self.field_names)

    def is_available(self, language: str) -> bool:
        """Whether the site is set up for it: a route to take, and choices for content in this language."""
        return bool(self.offers()) and all(option.is_answerable(language) for option in self.options)

    def offers(self) -> tuple[RouteOffer, ...]:
        """The routes that this site offers for the action, cheapest first."""
        every = [RouteOffer(route="standard", label=_("Standard"), units=self.units)]
        if conf.routes["premium"]:
            every.append(RouteOffer(route="premium", label=_("Premium"), units=self.units * PREMIUM_FACTOR))
        return tuple(offer for offer in every if offer.route in self.routes)

    def units_for(self, route: str) -> int:
        """Units of one run on a route; raises ``InvalidRequest`` for a route that is not offered."""
        for offer in self.offers():
            if offer.route == route:
                return offer.units
        raise InvalidRequest(f"the route {route!r} is not offered"[:200])

    def read_options(self, given: Any, language: str) -> dict[str, str]:
        """The browser's ``options``, checked against the declaration; raises an ``ActionRefused``."""
        return read_options(self.options, given, language)

    def check(self, given: ActionInput) -> None:
        """Refuse input that the action cannot work on; raises ``InputEmpty`` or ``InputTooLong``."""
        if self.least and not given.text.strip():
            raise InputEmpty()
        if given.length < self.least:
            raise InputEmpty(
                f"{given.length} characters, the action needs {self.least}",
                sentence=gettext("The text is too short for this action."),
                remedy=ngettext(
                    "Write at least %(least)d character first.",
                    "Write at least %(least)d characters first.",
                    self.least,
                )
                % {"least": self.least},
            )
        if len(given.text) > conf.max_input_characters:
            raise InputTooLong(f"{len(given.text)} characters, the limit is {conf.max_input_characters}")

    def messages(self, given: ActionInput) -> tuple[Message, ...]:
        """The prompt; content goes through ``prompts.data`` and never into the system message."""
        raise NotImplementedError

    def max_tokens(self, given: ActionInput) -> int:
        """Most tokens that the answer may take; generous, since a cut answer is worth nothing."""
        return 300 + len(given.text)

    def sieve(self, given: ActionInput) -> Sieve | None:
        """For an answer that must not be shown piece by piece as the model writes it; used by one run."""
        return None

    def keeps_result(self) -> bool:
        """Whether the result is stored, so that the same click asked again gets it for nothing."""
        return True

    def decode(self, output: str, given: ActionInput) -> dict[str, Any]:
        """The result for the editor; raises an ``OutputRefused``."""
        if self.places == "after":
            return {"kind": "addition", "addition": given.codec.beside(given.text).decode(output)}
        return given.codec.decode(output)

    def decode_partial(self, output: str, given: ActionInput) -> dict[str, Any]:
        """The result of an answer that the editor stopped; raises an ``OutputRefused``.

        With ``rest`` "kept" it ends with what the answer did not reach, as it was.
        """
        if self.keeps_structure and isinstance(given.codec, PartialCodec):
            return given.codec.decode_partial(output)
        return self.decode(output, given)
