"""The list of recent files on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.recent import KEPT, RecentError, load_recent, note_recent, save_recent


def test_the_last_file_is_first_and_each_is_there_once(tmp_path: Path) -> None:
    path = tmp_path / "state" / "recent.json"
    assert load_recent(path) == []
    for name in ("/a", "/b", "/a", "/ö\n"):
        note_recent(path, Path(name))
    assert load_recent(path) == [Path("/ö\n"), Path("/a"), Path("/b")]
    assert path.stat().st_mode & 0o777 == 0o600
    for number in range(KEPT + 5):
        note_recent(path, Path(f"/{number}"))
    assert len(load_recent(path)) == KEPT


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '[""]', "[" * 100_000, '["a\\u0000"]', "[" + '"x",' * 100_000 + '"x"]']
)
def test_a_broken_list_says_so_and_is_begun_anew(tmp_path: Path, text: str) -> None:
    path = tmp_path / "recent.json"
    path.write_text(text)
    with pytest.raises(RecentError):
        load_recent(path)
    note_recent(path, Path("/a"))
    assert load_recent(path) == [Path("/a")]


def test_a_list_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "recent.json").mkdir()
    with pytest.raises(RecentError, match="cannot be read"):
        load_recent(tmp_path / "recent.json")
    with pytest.raises(OSError, match="directory"):
        save_recent(tmp_path / "recent.json", [Path("/a")])
