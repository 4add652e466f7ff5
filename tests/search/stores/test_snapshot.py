"""The files that processes share: lost, cut, foreign, half written; and whose they are."""

from __future__ import annotations

import errno
import logging
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shareai_cms.models import Generation, SearchDocument
from shareai_cms.search import clock
from shareai_cms.search.stores import arrays, current
from shareai_cms.search.stores.base import Scope
from shareai_cms.search.stores.current import store_for
from shareai_cms.search.stores.snapshot import base_parts, files
from shareai_cms.search.stores.snapshot import folder as sharing
from shareai_cms.search.stores.snapshot.store import SnapshotStore
from tests.search.stores.crowd import crowd
from tests.search.stores.reference import DIMENSIONS, Index, unit

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("committed"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]


@pytest.fixture
def filled(index: Index) -> Index:
    for number in range(12):
        index.add(f"harbour number{number}", "rain and storm", title="Boats")
    return index


def fresh(generation: Generation | None) -> SnapshotStore:
    """What a process that has just begun has."""
    current._stores.clear()
    store = store_for(generation)
    assert isinstance(store, SnapshotStore)
    return store


def answers(store: SnapshotStore, index: Index) -> tuple[Any, ...]:
    vector = np.array(unit(random.Random(4)), dtype=np.float32)
    scan = store.scan(["harbour", "storm"], vector, Scope())
    legs = scan.keywords(100), scan.meaning(100)
    return tuple((leg.passages.tolist(), leg.scores.tolist()) for leg in legs)


def snapshot(above: Path) -> Path:
    """The only one that there is."""
    [found] = [path for path in above.glob("*/*") if path.is_dir()]
    return found


class TestAFolder:
    def test_is_private_and_has_nothing_half_made(self, filled: Index, folder: Path) -> None:
        fresh(filled.generation).refresh()
        made = snapshot(folder)
        assert made.name == f"{filled.generation.pk}-{clock.moment().born}-{clock.now()}"
        assert made.parent.stat().st_mode & 0o777 == 0o700
        assert not list(folder.glob("*/unfinished-*"))

    def test_is_used_by_the_next_process(self, filled: Index, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        before = answers(fresh(filled.generation), filled)
        monkeypatch.setattr(base_parts, "all_pieces", lambda *_: pytest.fail("built again"))
        assert answers(fresh(filled.generation), filled) == before

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
    def test_is_mapped_and_shared(self, filled: Index, folder: Path) -> None:
        store = fresh(filled.generation)
        answers(store, filled)
        lines = [line for line in Path("/proc/self/maps").read_text().splitlines() if str(snapshot(folder)) in line]
        mapped = {line.rpartition("/")[2] for line in lines}
        assert {"vectors", "posted", "frequencies", "passages"} <= mapped
        assert all(" r--s " in line for line in lines)
        assert store._state is not None
        assert not store._state.base.part.vectors.flags.owndata

    def test_without_a_generation_has_keywords(self, folder: Path) -> None:
        Index(None).add("harbour")
        assert len(fresh(None).scan(["harbour"], None, Scope()).keywords(3).passages) == 1
        assert snapshot(folder).name.startswith("0-")

    def test_of_old_snapshots_is_tidied_up_later(
        self, filled: Index, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = fresh(filled.generation)
        store.refresh()
        made = []
        for _ in range(3):
            filled.add("harbour")
            store._rebuild()
            made.append(f"{filled.generation.pk}-{clock.moment().born}-{clock.now()}")
        above = next(folder.iterdir())
        assert len(names(above)) == 4
        for name in set(names(above)) - {made[2]}:
            os.utime(above / name, (time.time() - 10_000,) * 2)
        (above / "unfinished-x").mkdir()
        filled.add("harbour")
        store._rebuild()
        assert sorted(names(above)) == sorted(
            [*made[1:], f"{filled.generation.pk}-{clock.moment().born}-{clock.now()}"]
        )
        assert len(store.scan(["harbour"], None, Scope()).keywords(100).passages) == 16

    @pytest.mark.parametrize("way", ["open to others", "of another user", "a link", "a file"])
    def test_that_is_not_ours_alone_is_refused(
        self, filled: Index, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any, way: str
    ) -> None:
        before = answers(fresh(filled.generation), filled)
        [ours] = folder.iterdir()
        if way == "open to others":
            ours.chmod(0o750)
        elif way == "of another user":
            user = os.getuid()
            monkeypatch.setattr(sharing, "_user", lambda: str(user))
            monkeypatch.setattr(os, "getuid", lambda: user + 1)
        else:
            ours.rename(folder / "elsewhere")
            ours.symlink_to(folder / "elsewhere") if way == "a link" else ours.write_text("")
        caplog.set_level(logging.WARNING, logger="shareai_cms.search")
        store = fresh(filled.generation)
        assert answers(store, filled) == before
        assert "snapshot=no_folder" in caplog.text
        assert store._state is not None
        assert store._state.base.folder is None

    def test_of_a_full_disk_leaves_it_to_memory(
        self, filled: Index, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any
    ) -> None:
        def full(self: Any, name: str, rows: Any) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(arrays.FileArrays, "append", full)
        caplog.set_level(logging.WARNING, logger="shareai_cms.search")
        keywords, meaning = answers(fresh(filled.generation), filled)
        assert len(keywords[0]) == len(meaning[0]) == 24
        assert "snapshot=unwritten error=OSError" in caplog.text
        assert list(next(folder.iterdir()).glob("*-*")) == []


def names(above: Path) -> list[str]:
    return [path.name for path in above.iterdir() if path.is_dir()]


class TestDamage:
    def ways(self, made: Path) -> Iterator[Callable[[], Any]]:
        for path in sorted(made.iterdir()):
            content = path.read_bytes()
            yield lambda path=path, content=content: path.write_bytes(content[:-1])
            if content:
                middle = len(content) // 2
                changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
                yield lambda path=path, changed=changed: path.write_bytes(changed)
        header, posted = made / "header.json", made / "posted"
        yield posted.unlink
        yield lambda: posted.write_bytes(posted.read_bytes() + b"x")
        for text in ("", "null", "[]", "{}", '{"content": "{}", "checksum": 2745614147}', "\x00" * 100, "{" * 10_000):
            yield lambda text=text: header.write_text(text)

    def test_is_noticed_whatever_it_is_and_mended(self, filled: Index, folder: Path, caplog: Any) -> None:
        before = answers(fresh(filled.generation), filled)
        ways = list(self.ways(snapshot(folder)))
        assert len(ways) > 50
        for way in ways:
            way()
            caplog.clear()
            assert answers(fresh(filled.generation), filled) == before
            assert "snapshot=damaged" in caplog.text or not snapshot(folder)
        caplog.clear()
        assert answers(fresh(filled.generation), filled) == before
        assert not caplog.text

    @pytest.mark.parametrize("made_by", ["format", "words", "byte_order"])
    def test_is_what_another_version_wrote(
        self, filled: Index, folder: Path, monkeypatch: pytest.MonkeyPatch, made_by: str
    ) -> None:
        fresh(filled.generation).refresh()
        usual = files._made_by()
        monkeypatch.setattr(files, "_made_by", lambda: {**usual, made_by: "other"})
        with pytest.raises(files.DamagedError):
            files.load(snapshot(folder))

    def test_is_no_other_generation_with_the_same_number(self, filled: Index, folder: Path) -> None:
        fresh(filled.generation).refresh()
        filled.generation.model = "another"
        filled.generation.save()
        store = fresh(filled.generation)
        store.refresh()
        label, _part = files.load(snapshot(folder))
        assert label.model == "another"

    def test_is_not_what_lies_about(self, filled: Index, folder: Path) -> None:
        before = answers(fresh(filled.generation), filled)
        above = next(folder.iterdir())
        for name in ("README", "lost+found", "1-2-3-4", "a-b-c", "--", "1-2-x"):
            (above / name).mkdir()
        (above / f"{filled.generation.pk}-{clock.moment().born}-{clock.now() - 1}").write_text("no folder")
        assert answers(fresh(filled.generation), filled) == before

    def test_of_the_clock_makes_it_anew(self, filled: Index, folder: Path) -> None:
        from shareai_cms.models import SearchClock

        fresh(filled.generation).refresh()
        SearchClock.objects.update(version=1)
        store = fresh(filled.generation)
        assert len(answers(store, filled)[0][0]) == 24
        assert store._state is not None
        assert store._state.moment.version == 1


class TestAKill:
    @pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a fork")
    def test_at_any_step_leaves_the_others_fine(
        self, filled: Index, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = fresh(filled.generation)
        before = answers(store, filled)
        filled.add("harbour again")
        after = answers(store, filled)
        # The child must not touch the parent's connection.
        moment, pieces = clock.moment(), list(base_parts.all_pieces(*store._bases.vectors))
        with monkeypatch.context() as patch:
            patch.setattr(base_parts, "all_pieces", lambda *_: iter(pieces))
            patch.setattr(clock, "moment", lambda: moment)
            steps = 0
            while killed(lambda: store._bases.build(), after=steps):
                steps += 3
                assert answers(fresh(filled.generation), filled) == after
                assert len([name for name in names(next(folder.iterdir())) if name.startswith("unfinished")]) <= steps
        assert steps > 30
        assert before != after
        filled.add("harbour once more")
        store._rebuild()
        assert not list(folder.glob("*/unfinished-*"))


def killed(build: Callable[[], Any], *, after: int) -> bool:
    """Whether a process was killed at its so many-th step of writing, before it was done."""
    number = os.fork()
    if not number:  # pragma: no cover - the child's end is a kill
        steps = iter(range(after))
        for owner, name in ((arrays.FileArrays, "append"), (files, "_measure"), (Path, "rename"), (os, "fsync")):
            setattr(owner, name, deadly(getattr(owner, name), steps))
        try:
            build()
        finally:
            os._exit(0)
    _number, status = os.waitpid(number, 0)
    return os.WIFSIGNALED(status)


def deadly(call: Callable[..., Any], steps: Iterator[int]) -> Callable[..., Any]:
    def stepping(*arguments: Any, **named: Any) -> Any:
        if next(steps, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **named)

    return stepping


class TestGhosts:
    def test_of_deleted_passages_are_few(self, generation: Generation, folder: Path) -> None:
        crowd(generation, 300)
        store = fresh(generation)
        store.refresh()
        found = []
        for gone in (100, 120):
            first = SearchDocument.objects.order_by("pk").values_list("pk", flat=True)[:gone]
            SearchDocument.objects.filter(pk__in=list(first)).delete()
            clock.tick()
            store.refresh()
            found.append(len(store.scan(["harbour"], None, Scope()).keywords(1_000).passages))
        assert found == [300, 80]


class TestALock:
    def test_lets_one_process_build(self, filled: Index, folder: Path) -> None:
        store = fresh(filled.generation)
        before = answers(store, filled)
        with sharing.sole_builder(next(folder.iterdir())) as is_alone:
            assert is_alone
            assert store._bases.build() is None
            filled.add("harbour")
            store._rebuild()
            assert len(answers(store, filled)[0][0]) == len(before[0][0]) + 1

    def test_is_not_waited_for_for_ever(self, filled: Index, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(base_parts, "PATIENCE", 0.1)
        with sharing.sole_builder(sharing.shared_folder()):
            store = fresh(filled.generation)
            assert len(answers(store, filled)[0][0]) == 24
            assert store._state is not None
            assert store._state.base.folder is None


class TestAnotherGeneration:
    def test_has_keywords_until_its_vectors_are_there(
        self, filled: Index, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keywords, _meaning = answers(fresh(filled.generation), filled)
        Generation.objects.update(state="retired")
        new = Generation.objects.create(model="new", dimensions=DIMENSIONS, state="active")
        aside: list[int] = []
        monkeypatch.setattr(base_parts, "SOON", 0)
        monkeypatch.setattr(SnapshotStore, "_rebuild_aside", lambda store: aside.append(1))
        store = fresh(new)
        assert answers(store, filled) == (keywords, ([], []))
        assert aside
        filled.generation = new
        filled.add("harbour")
        assert len(answers(store, filled)[1][0]) == 1
        store.refresh()
        assert len(answers(store, filled)[0][0]) == len(keywords[0]) + 1
        assert store._state is not None
        assert store._state.base.is_current

    def test_that_is_small_is_built_at_once(self, filled: Index, folder: Path) -> None:
        fresh(filled.generation).refresh()
        new = Generation.objects.create(model="new", dimensions=DIMENSIONS)
        filled.generation = new
        filled.add("harbour")
        assert len(answers(fresh(new), filled)[1][0]) == 1
