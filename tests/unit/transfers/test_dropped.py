"""What terminals paste when files are dropped on them, and what becomes of names that are taken."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from backend.errors import UsageError
from workbench.transfers.conflicts import Choice, Decision, settle
from workbench.transfers.dropped import Dropped, dropped, sized
from workbench.transfers.names import below, free, last


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    made = [tmp_path / name for name in ("a.txt", "two words.csv", "it's ü.png")]
    for path in made:
        path.write_text("x")
    (tmp_path / "folder").mkdir()
    return made


@pytest.mark.parametrize("join", [" ", "\n", "\r\n"])
def test_several_quoted_paths(files: list[Path], join: str) -> None:
    found = dropped(join.join(shlex.quote(str(path)) for path in files))
    assert found == Dropped(tuple((path, 1) for path in files), (), ())


@pytest.mark.parametrize(
    "write", [str, lambda path: path.as_uri(), lambda path: str(path).replace(" ", r"\ ")]
)
def test_one_path_in_many_spellings(files: list[Path], write: object) -> None:
    assert callable(write)
    assert dropped(f" {write(files[1])}\n").files == ((files[1], 1),)


def test_what_is_not_there_and_what_is_a_folder_is_said(files: list[Path], tmp_path: Path) -> None:
    found = dropped(f"{files[0]} {tmp_path / 'none'} {tmp_path / 'folder'} a\0b '{files[1]}' 'open")
    assert found.files == () or found.missing
    found = dropped(f"{files[0]} {tmp_path / 'none'} {tmp_path / 'folder'} {files[0]}")
    assert found == Dropped(((files[0], 1),), (tmp_path / "folder",), (str(tmp_path / "none"),))
    assert dropped("print('hello')\n\n").files == ()
    assert dropped("") == Dropped((), (), ())


def test_a_file_that_goes_while_it_is_looked_at_is_missing(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = str(files[0])

    def gone(path: Path) -> bool:
        files[0].unlink(missing_ok=True)
        return False

    monkeypatch.setattr("workbench.transfers.dropped.is_folder", gone)
    assert dropped(first) == Dropped((), (), (first,))
    assert sized([files[0], files[1]]) == Dropped(((files[1], 1),), (), (first,))


async def test_taken_names_are_asked_for_once_or_for_all() -> None:
    asked: list[tuple[str, int]] = []
    said: list[Decision | None] = []

    async def ask(name: str, others: int) -> Decision | None:
        asked.append((name, others))
        return said.pop(0)

    async def names(*decisions: Decision | None) -> list[tuple[int, str, bool]] | None:
        asked.clear()
        said[:] = decisions
        settled = await settle(["a.txt", "b.txt", "c.txt", "d"], {"a.txt", "b.txt", "c.txt", "b-2.txt"}, ask)
        return None if settled is None else [(one.index, one.name, one.overwrite) for one in settled]

    replace, both, skip = (Decision(choice) for choice in Choice)
    assert await names(replace, both, skip) == [(0, "a.txt", True), (1, "b-3.txt", False), (3, "d", False)]
    assert asked == [("a.txt", 2), ("b.txt", 1), ("c.txt", 0)]
    every = await names(Decision(Choice.REPLACE, for_all=True))
    assert every is not None
    assert [overwrite for _, _, overwrite in every] == [True, True, True, False]
    assert len(asked) == 1
    assert await names(skip, None) is None


async def test_two_of_one_name_both_get_one() -> None:
    async def ask(name: str, others: int) -> Decision | None:
        return Decision(Choice.REPLACE)

    settled = await settle(["a", "a"], {"a"}, ask)
    assert settled is not None
    assert [(one.name, one.overwrite) for one in settled] == [("a", True), ("a-2", False)]


def test_no_path_of_a_session_leads_outside(tmp_path: Path) -> None:
    assert below(tmp_path, "plots/a/b.png", "plots") == tmp_path / "a" / "b.png"
    assert last("plots/a.png") == "a.png"
    assert free("a.tar", {"a.tar", "a-2.tar"}) == "a-3.tar"
    for path in ("plots/../../x", "/etc/passwd", "plots//x", "a/.", "nul\0"):
        with pytest.raises(UsageError):
            below(tmp_path, path, "plots")
