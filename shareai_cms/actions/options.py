"""What an action asks for between its pick and the click that costs: a tone, a language, a brief."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

from shareai_cms.errors import InputEmpty, InputTooLong, InvalidRequest
from shareai_cms.marketplace.text import clean

#: Values and their labels.
Choices = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class Option:
    """One question to the editor; the answer reaches the prompt as delimited data."""

    #: Lower-case letters, digits and underscores; never changes.
    name: str
    label: Any
    kind: Literal["choice", "text"] = "choice"
    #: For a ``choice``; a callable is given the language of the content.
    choices: Choices | Callable[[str], Choices] = ()
    is_required: bool = True
    default: str = ""
    #: For a ``text``, in characters.
    max_length: int = 500
    placeholder: Any = ""
    help: Any = ""

    def offered(self, language: str) -> Choices:
        """The choices for content in this language."""
        return self.choices(language) if callable(self.choices) else self.choices

    def is_answerable(self, language: str) -> bool:
        """False for a required choice with nothing to choose from."""
        return not (self.kind == "choice" and self.is_required) or bool(self.offered(language))

    def read(self, value: Any, language: str) -> str:
        """The answer as the browser sent it, checked; raises ``InvalidRequest``, ``InputEmpty`` or ``InputTooLong``."""
        if not isinstance(value, str):
            raise InvalidRequest(f"options.{self.name} must be a text")
        answer = clean(value.replace("\r\n", "\n")).strip() or self.default
        if not answer:
            return self._unanswered()
        return self._chosen(answer, language) if self.kind == "choice" else self._written(answer)

    def _unanswered(self) -> str:
        if self.is_required:
            raise InputEmpty(
                f"options.{self.name} is empty",
                sentence=_("“%(option)s” was left empty.") % {"option": self.label},
                remedy=_("Go back, fill it in and try again."),
            )
        return ""

    def _chosen(self, answer: str, language: str) -> str:
        if answer not in {value for value, _label in self.offered(language)}:
            raise InvalidRequest(
                f"options.{self.name} is none of its choices",
                sentence=_("What was chosen for “%(option)s” is not offered here.") % {"option": self.label},
                remedy=_("Go back and choose something else."),
            )
        return answer

    def _written(self, answer: str) -> str:
        if len(answer) > self.max_length:
            figures = {"option": self.label, "length": len(answer), "most": self.max_length}
            raise InputTooLong(
                f"options.{self.name} has {len(answer)} characters, the limit is {self.max_length}",
                sentence=_("“%(option)s” has %(length)d characters, of which %(most)d are taken.") % figures,
                remedy=_("Go back, shorten it and try again."),
            )
        return answer


def read_options(declared: tuple[Option, ...], given: Any, language: str) -> dict[str, str]:
    """Every declared option's answer, its default where the browser sent none; raises an ``ActionRefused``."""
    answers = {} if given is None else given
    if not isinstance(answers, Mapping):
        raise InvalidRequest("options must be an object")
    if len(answers) > len(declared) or any(name not in {option.name for option in declared} for name in answers):
        raise InvalidRequest("options holds a name that the action does not declare")
    return {option.name: option.read(answers.get(option.name, ""), language) for option in declared}
