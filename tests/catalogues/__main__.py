"""``make messages``: bring the catalogues up to the source and compile them; ``--check`` only looks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.catalogues.files import HOME, LANGUAGES, folder, is_translated, mo_bytes, po_bytes, read, updated
from tests.catalogues.source import Source, messages

REMEDY = "Run `make messages`, translate what is new, and run it again."


def problems(sources: list[Source], home: Path = HOME) -> Iterator[str]:
    """What a reader of the catalogues would not find there, a sentence each."""
    plural = {source.key for source in sources if isinstance(source.id, tuple)}
    for language in LANGUAGES:
        catalog = read(language, home)
        for context, text in sorted({source.key for source in sources}, key=str):
            known = catalog.get(text, context)
            if known is None or ((context, text) in plural and not known.pluralizable):
                yield f"The catalogue '{language}' lacks “{text}”. {REMEDY}"
        path = folder(language, home) / "django.mo"
        if not path.exists() or path.read_bytes() != mo_bytes(language, catalog):
            yield f"The file {path.name} of '{language}' is older than its django.po. {REMEDY}"


def update(sources: list[Source], home: Path = HOME) -> None:
    for language in LANGUAGES:
        catalog = updated(language, read(language, home), sources)
        folder(language, home).mkdir(parents=True, exist_ok=True)
        (folder(language, home) / "django.po").write_bytes(po_bytes(catalog))
        (folder(language, home) / "django.mo").write_bytes(mo_bytes(language, catalog))
        print(share(language, home))


def share(language: str, home: Path = HOME) -> str:
    """How much is translated, in words."""
    strings = [message.string for message in read(language, home) if message.id]
    done = sum(map(is_translated, strings))
    return f"{language}: {done} of {len(strings)} translated ({100 * done // max(1, len(strings))} %)"


def main(*given: str) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.catalogues", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 where something is missing")
    if not parser.parse_args(given).check:
        update(messages())
        return 0
    found = list(problems(messages()))
    for problem in found:
        print(problem)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
