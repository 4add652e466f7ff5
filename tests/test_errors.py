"""The error tree: its drawing, its codes and its words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.utils.translation import override

from shareai_cms import errors
from shareai_cms.errors import MarketplaceError, ShareAIError, error_classes

#: Stand for a group and are never raised themselves; the drawing gives them no status.
GROUPS = {"ShareAIError", "ActionRefused", "MarketplaceError", "OutputRefused", "CheckoutRefused", "ProviderError"}


def every_class(cls: type[ShareAIError] = ShareAIError) -> Iterator[type[ShareAIError]]:
    yield cls
    for child in cls.__subclasses__():
        if child.__module__.startswith(f"{errors.__name__}."):
            yield from every_class(child)


ALL = list(every_class())


def drawn() -> dict[str, tuple[str, str, str]]:
    """Name → (name of the group above, status, code), as the drawing in the docstring has it."""
    found, path = {}, ["ShareAIError"]
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"^    ([│├└─ ]*)(\w+Error\b|[A-Z]\w+)(?: +(\d{3}) (\w+))?", line)
        if match is None or "── " not in line:
            continue
        depth = len(match[1]) // 4
        del path[depth:]
        found[match[2]] = (path[-1], match[3] or "", match[4] or "")
        path.append(match[2])
    return found


class TestTheDrawing:
    def test_shows_every_class_and_no_other(self) -> None:
        assert set(drawn()) == {cls.__name__ for cls in ALL} - {"ShareAIError"}

    @pytest.mark.parametrize("cls", ALL[1:], ids=lambda cls: cls.__name__)
    def test_shows_the_status_the_code_and_the_group(self, cls: type[ShareAIError]) -> None:
        group, status, code = drawn()[cls.__name__]
        groups = [base.__name__ for base in cls.__mro__ if base.__name__ in GROUPS - {cls.__name__}]
        assert group == groups[0]
        if cls.__name__ not in GROUPS:
            assert (status, code) == (str(cls.http_status), cls.code)


class TestEveryError:
    def test_has_a_code_of_its_own(self) -> None:
        codes = [cls.code for cls in ALL]
        assert len(codes) == len(set(codes))
        assert {cls.code: cls for cls in ALL}.items() <= error_classes().items()

    @pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
    def test_speaks_in_whole_sentences(self, cls: type[ShareAIError]) -> None:
        with override("en"):
            for text in (str(cls.sentence), str(cls.remedy)):
                assert re.match(r"^[A-Z].*[.]$", text), text
                assert "{" not in text
                assert "%" not in text
                assert "  " not in text

    @pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
    def test_explains_itself_to_developers(self, cls: type[ShareAIError]) -> None:
        assert re.match(r"^[A-Z].*[.]", cls.__doc__ or "")

    @pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
    def test_has_a_status_that_is_an_error(self, cls: type[ShareAIError]) -> None:
        assert 400 <= cls.http_status <= 599

    @pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
    def test_can_be_made_with_nothing_but_a_detail(self, cls: type[ShareAIError]) -> None:
        assert str(cls("why it happened")) == f"{cls.code}: why it happened"
        assert str(cls()) == cls.code

    def test_does_not_show_the_detail_to_editors(self) -> None:
        error = ShareAIError("a technical reason")
        assert "technical" not in str(error.sentence) + str(error.remedy)

    def test_may_say_it_in_other_words_this_once(self) -> None:
        error = ShareAIError(sentence="Only this once.", remedy="Wait.", retry_after=3)
        assert (error.sentence, error.remedy, error.retry_after) == ("Only this once.", "Wait.", 3)
        assert ShareAIError.sentence != "Only this once."


class TestAnErrorOfTheMarketplace:
    def test_carries_what_support_asks_for(self) -> None:
        error = MarketplaceError("no", status=429, marketplace_code="busy", request_id="r1", retryable=True)
        assert (error.status, error.marketplace_code, error.request_id, error.retryable) == (429, "busy", "r1", True)

    def test_is_not_sent_again_unless_it_says_so(self) -> None:
        assert MarketplaceError("no").retryable is False
