"""How much of a page is embedded again when it is edited: ``python -m bench.reembedding``.

Beside the passages of the search index stands what most tools do: the page in pieces of 1,000 characters that overlap
by 100, with the same memory of what was embedded before.
"""

from __future__ import annotations

import json
import os
import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from bench._edits import LANGUAGES, Draft, Editor, all_sections, pages

#: Pages of a manual whose history was looked at had 16,900 characters on average.
LENGTHS = (2_000, 5_000, 16_900)
#: Pages of most sites are shorter; this length is judged.
JUDGED = 5_000
PAGES, EDITS_EACH = 30, 8
PIECE, OVERLAP = 1_000, 100

Texts = Callable[[Draft], set[str]]


def passages(draft: Draft) -> set[str]:
    from shareai_cms.search.markup import blocks_of_html
    from shareai_cms.search.passages import embedded_text, split, title_of
    from shareai_cms.search.sources.base import Extract

    extract = Extract(title=draft.title, language="", blocks=blocks_of_html(draft.html()))
    title = title_of(extract)
    return {embedded_text(title, piece.heading, piece.text) for piece in split(extract)}


def fixed_pieces(draft: Draft) -> set[str]:
    text = " ".join(re.sub(r"<.*?>", " ", draft.html()).split())
    return {text[start : start + PIECE] for start in range(0, len(text), PIECE - OVERLAP)}


def main() -> dict[str, Any]:
    """Run the bench and return its figures: shares of a page's characters, by the page's length."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    figures: dict[str, Any] = {}
    for length in LENGTHS:
        ours, fixed = _shares(length, passages), _shares(length, fixed_pieces)
        of_length = {
            "edits": len(ours),
            "passages": _mean(share for _name, share in ours),
            "fixed_pieces": _mean(share for _name, share in fixed),
            "by_edit": _by_edit(ours),
        }
        figures[str(length)] = of_length
        print(
            f"pages of {length:>6} characters, {len(ours)} edits: {of_length['passages']:6.1%} embedded again, "
            f"in fixed pieces {of_length['fixed_pieces']:6.1%}"
        )
    for name, share in figures[str(LENGTHS[-1])]["by_edit"].items():
        print(f"  {name:20} {share:6.1%}")
    figures["share"] = figures[str(JUDGED)]["passages"]
    print(json.dumps(figures))
    return figures


def _shares(length: int, texts_of: Texts) -> list[tuple[str, float]]:
    """Each edit's name and the share of the edited page's characters that were never embedded before."""
    found = []
    for number, page in enumerate(pages(length, PAGES)):
        editor = Editor(number, all_sections(LANGUAGES[number % len(LANGUAGES)]))
        for _turn in range(EDITS_EACH):
            before, (name, draft) = texts_of(page), editor.edited(page)
            after = texts_of(draft)
            whole = sum(map(len, after))
            found.append((name, sum(len(text) for text in after - before) / whole if whole else 0.0))
            page = draft
    return found


def _by_edit(shares: Iterable[tuple[str, float]]) -> dict[str, float]:
    found: dict[str, list[float]] = defaultdict(list)
    for name, share in shares:
        found[name].append(share)
    return {name: _mean(values) for name, values in sorted(found.items())}


def _mean(values: Iterable[float]) -> float:
    return round(statistics.mean(values), 4)


if __name__ == "__main__":
    main()
