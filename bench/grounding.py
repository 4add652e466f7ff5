"""What the check of values catches, and what it takes: ``python -m bench grounding``.

The graded texts of the tests, by kind of value and by half: the second half was written when the code was done. Then
the CPU time of reading one product's answer and checking it, with a description, 30 attributes and 10 alt texts.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from typing import Any

TURNS = 60
NAMES = ("Frame", "Edge", "Drawer", "Knobs", "Leaf", "Hinges", "Screws", "Shelf", "Stretcher", "Top")
OAK = (
    "<p>A table of solid oak for six people, 180 x 90 x 75 cm, 45 kg. The top is oiled by hand and stands on legs of "
    "black steel. It has two drawers for cutlery.</p>"
)


def main() -> dict[str, Any]:
    """Run the bench and return its figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    figures = {**_graded(), "milliseconds": round(_milliseconds(), 2)}
    print(f"\nan answer read and checked: {figures['milliseconds']} ms of CPU, median of {TURNS}")
    return figures


def _graded() -> dict[str, Any]:
    from shareai_cms.actions.grounding import KINDS
    from tests.actions.grounding import first_half, second_half, tied_values
    from tests.actions.grounding.grading import grade, read

    halves = {"first half": grade(read(first_half.CASES)), "second half": grade(read(second_half.CASES))}
    print(f"{'':14}" + "".join(f"{name:>24}" for name in halves) + "   (caught of planted)")
    for kind in KINDS:
        cells = (f"{each.caught[kind]} of {each.planted[kind]}" for each in halves.values())
        print(f"{kind:14}" + "".join(f"{cell:>24}" for cell in cells))
    for name, each in halves.items():
        planted, caught = sum(each.planted.values()), sum(each.caught.values())
        print(f"\n{name}: {each.cases} texts, {caught} of {planted} planted values caught, ", end="")
        print(
            f"{sum(each.named.values())} by the right name; {len(each.wrong)} flags wrong, {each.supported} values true"
        )
        print(
            "\n".join(f"  missed: {line}" for line in each.missed)
            + "\n".join(f"  wrong: {line}" for line in each.wrong)
        )
    tied = [tied_values.grade(table) for table in (tied_values.CASES, tied_values.LATER)]
    for each in tied:
        print(
            f"\nvalues of attributes: {each.planted - len(each.missed)} of {each.planted} planted ones caught, "
            f"{len(each.wrong)} of {each.supported} true ones flagged"
        )
        print("\n".join(f"  {line}" for line in (*each.missed, *each.wrong)))
    both = (*halves.values(), *tied)
    wrong, supported = sum(len(each.wrong) for each in both), sum(each.supported for each in both)
    figures = {name: {"planted": dict(each.planted), "caught": dict(each.caught)} for name, each in halves.items()}
    missed = sum(len(each.missed) for each in both)
    return {**figures, "cases": sum(each.cases for each in both), "missed": missed, "wrong": wrong / supported}


def _milliseconds() -> float:
    from shareai_cms import actions
    from shareai_cms.actions.enriching.given import EnrichInput
    from shareai_cms.actions.facts import PARTS, Attribute, ImageFact, PartSpec, ProductFacts, Review

    known = [Attribute(key=f"known-{n}", label=f"Fact {n} (cm)", values=(str(3 * n),)) for n in range(20)]
    # Names that the description has, such as that of its legs, are the slow ones.
    wanted = [Attribute(key=f"open-{n}", label=name, allowed=("Oak", "Pine", "Steel")) for n, name in enumerate(NAMES)]
    facts = ProductFacts(
        name="Harbour table",
        language="en",
        brand="Quayside",
        description=OAK * 8,
        description_format="html",
        attributes=(*known, *wanted),
        categories=("Tables", "Chairs"),
        reviews=tuple(Review(text="Sturdy, and easy to clean.", rating=5) for _review in range(20)),
        images=tuple(ImageFact(key=str(n), title="Table", load=lambda: b"\xff\xd8\xff") for n in range(10)),
    )
    parts = tuple(
        PartSpec(part=part, label=part, format="html" if part == "description" else "plain") for part in PARTS
    )
    action, times = actions.get("enrich-product"), []
    for _turn in range(TURNS):
        given = EnrichInput(facts=facts, parts=parts)
        loaded = len(given.images)
        started = time.process_time()
        result = action.decode(_answer(loaded), given)
        times.append((time.process_time() - started) * 1_000)
    assert len(result["parts"]) >= 15
    return statistics.median(times)


def _answer(images: int) -> str:
    return json.dumps(
        {
            "description": OAK.replace("A table", "This table") * 8,
            "short_description": "A table of solid oak for six people.",
            "seo_title": "Harbour table of solid oak",
            "seo_description": "A table of solid oak, 180 cm long, with legs of black steel, oiled by hand.",
            "attributes": [{"key": f"open-{n}", "values": ["Oak"], "because": "solid oak"} for n in range(10)],
            "tags": ["oak", "table", "dining room"],
            "category": "Tables",
            "alt_texts": [{"image": n + 1, "text": "A table of oak in front of a window."} for n in range(images)],
            "review_summary": {"pros": [{"text": "Sturdy", "reviews": [1, 2, 3]}], "cons": []},
        }
    )
