"""A session's folder is made again whatever code of the session put in the place of its parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.errors import TargetError
from backend.executor.folders import SessionFolder


def test_a_link_to_what_is_gone_gives_way(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path, "one")
    folder.prepare()
    folder.data.rmdir()
    folder.data.symlink_to("nowhere")
    folder.prepare()
    assert folder.data.is_dir()
    assert not folder.data.is_symlink()


def test_a_file_in_the_place_of_a_folder_is_kept_beside_it(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path, "one")
    folder.prepare()
    folder.data.rmdir()
    folder.data.write_text("what was there")
    folder.prepare()
    assert folder.data.is_dir()
    (kept,) = folder.path.glob("data-*")
    assert kept.read_text() == "what was there"


def test_a_root_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TargetError, match="cannot be made: Not a directory"):
        SessionFolder(tmp_path / "file", "one").prepare()
