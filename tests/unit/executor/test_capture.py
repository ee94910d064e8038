"""What one execution printed: counted to the byte, and a long stream kept whole in a file."""

from __future__ import annotations

import os
import random
import resource
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.executor import capture as module
from backend.executor.capture import FILES, SPOOL_CAP, SPOOL_FROM, Capture
from backend.models import Stream

OUT, ERR = Stream.STDOUT, Stream.STDERR
MUCH = SPOOL_FROM + 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where spool files would be; nothing is there yet."""
    return tmp_path / "spool"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits of a few bytes in place of many millions."""
    monkeypatch.setattr(module, "SPOOL_FROM", 20)
    monkeypatch.setattr(module, "SPOOL_CAP", 100)


def captured(folder: Path, *sizes: int, name: str = "x", stream: Stream = OUT) -> Capture:
    capture = Capture(folder, name)
    for size in sizes:
        capture.data(stream, b"x" * size)
    return capture


def test_a_short_output_is_counted_and_touches_no_disk(folder: Path) -> None:
    capture = captured(folder, SPOOL_FROM)
    capture.data(ERR, b"\xff")
    assert capture.sizes() == {OUT: SPOOL_FROM, ERR: 1}
    assert capture.spool() == {}
    assert not folder.exists()


def test_a_silent_execution_has_no_sizes(folder: Path) -> None:
    assert (Capture(folder, "x").sizes(), Capture(folder, "x").spool()) == ({}, {})


def test_a_long_stream_is_whole_in_a_file_that_only_its_user_reads(folder: Path) -> None:
    capture = Capture(folder, "x")
    capture.data(OUT, b"a" * SPOOL_FROM)
    capture.data(ERR, b"short")
    capture.data(OUT, b"bc")
    assert list(capture.spool()) == [OUT]
    path = Path(capture.spool()[OUT])
    assert path.read_bytes() == b"a" * SPOOL_FROM + b"bc"
    assert path.parent == folder
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_file_ends_at_its_cap_and_the_count_goes_on(folder: Path) -> None:
    capture = captured(folder, *[1 << 20] * 70)
    assert capture.sizes() == {OUT: 70 << 20}
    assert Path(capture.spool()[OUT]).stat().st_size == SPOOL_CAP


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.usefixtures("small")
def test_any_pieces_agree_with_the_plain_rule(folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    capture = Capture(folder, f"run {seed}")
    plain = {OUT: b"", ERR: b""}
    for _ in range(chance.randrange(40)):
        stream, data = chance.choice((OUT, ERR)), chance.randbytes(chance.randrange(1, 30))
        capture.data(stream, data)
        plain[stream] += data
    capture.close()
    assert capture.sizes() == {stream: len(data) for stream, data in plain.items() if data}
    assert {stream: Path(path).read_bytes() for stream, path in capture.spool().items()} == {
        stream: data[:100] for stream, data in plain.items() if len(data) > 20
    }


def test_after_its_end_nothing_is_written(folder: Path) -> None:
    before = len(os.listdir("/dev/fd"))  # noqa: PTH208
    capture = captured(folder, MUCH)
    capture.close()
    capture.data(OUT, b"late")
    capture.data(ERR, b"e" * MUCH)
    assert Path(capture.spool()[OUT]).stat().st_size == MUCH
    assert list(capture.spool()) == [OUT]
    assert len(os.listdir("/dev/fd")) == before  # noqa: PTH208


# -- names


@pytest.mark.parametrize("name", ["../../up", "/root/x", "a\0b", "\udcff", "x" * 5000, ""])
def test_no_id_leads_outside(folder: Path, name: str) -> None:
    path = Path(captured(folder, MUCH, name=name).spool()[OUT])
    assert path.parent == folder
    assert path.is_file()


def test_a_link_in_its_place_is_not_followed(folder: Path, tmp_path: Path) -> None:
    path = Path(captured(folder, MUCH).spool()[OUT])
    path.unlink()
    victim = tmp_path / "victim"
    victim.write_text("whole")
    path.symlink_to(victim)
    assert Path(captured(folder, MUCH).spool()[OUT]).stat().st_size == MUCH
    assert victim.read_text() == "whole"


# -- a disk that does not work


def no_parent(folder: Path) -> Path:
    return folder / "not" / "there"


def no_directory(folder: Path) -> Path:
    folder.write_text("")
    return folder


def a_link(folder: Path) -> Path:
    folder.symlink_to("/tmp")
    return folder


@pytest.mark.parametrize("prepare", [no_parent, no_directory, a_link])
def test_a_folder_that_is_none_costs_the_file_and_nothing_else(folder: Path, prepare: object) -> None:
    capture = captured(prepare(folder), MUCH, MUCH)  # type: ignore[operator]  # one of the above
    capture.close()
    assert capture.spool() == {}
    assert capture.sizes() == {OUT: 2 * MUCH}


@pytest.fixture
def little_room() -> Iterator[int]:
    """Files of this process cannot grow beyond so many bytes: EFBIG, as ENOSPC on a full disk."""
    room = MUCH + 1000
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    yield room
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_costs_the_file_and_nothing_else(folder: Path, little_room: int) -> None:
    capture = captured(folder, MUCH)
    assert list(capture.spool()) == [OUT]
    capture.data(OUT, b"x" * little_room)
    capture.data(OUT, b"more")
    assert capture.spool() == {}
    assert list(folder.iterdir()) == []  # what could not be whole gives its space back
    assert capture.sizes() == {OUT: MUCH + little_room + 4}


# -- old files


def aged(folder: Path, count: int) -> list[str]:
    """Names of that many files, oldest first."""
    names = []
    for number in range(count):
        capture = captured(folder, MUCH, name=str(number))
        capture.close()
        path = Path(capture.spool()[OUT])
        os.utime(path, (number, number))
        names.append(path.name)
    return names


def test_the_oldest_files_are_removed(folder: Path) -> None:
    names = aged(folder, FILES)
    new = captured(folder, MUCH, name="new")
    assert {path.name for path in folder.iterdir()} == {*names[1:], Path(new.spool()[OUT]).name}


def test_all_files_together_have_a_limit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = aged(folder, 5)
    monkeypatch.setattr(module, "BYTES", SPOOL_CAP + 3 * MUCH)
    new = captured(folder, MUCH, name="new")
    assert {path.name for path in folder.iterdir()} == {*names[2:], Path(new.spool()[OUT]).name}


def test_the_other_stream_of_the_same_execution_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FILES", 1)
    capture = captured(folder, MUCH)
    capture.data(ERR, b"e" * MUCH)
    assert sorted(path.suffix for path in folder.iterdir()) == [".stderr", ".stdout"]
