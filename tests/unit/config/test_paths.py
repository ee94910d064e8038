"""Directories: where they are, and that asking makes none."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from workbench.config.paths import Paths, find_paths, private_directory


def test_home_puts_all_under_one_directory(tmp_path: Path) -> None:
    home = tmp_path / "home"
    paths = find_paths({"WORKBENCH_HOME": str(home)})
    assert paths == Paths(home / "config", home / "data", home / "state")
    assert paths.config_file == home / "config" / "config.toml"
    assert paths.themes == home / "config" / "themes"
    assert paths.history == home / "data" / "history.db"
    assert not home.exists()


def test_home_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_paths({"WORKBENCH_HOME": "x"}).data == tmp_path / "x" / "data"


def test_without_home_the_platform_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    paths = find_paths({})
    for path in (paths.config, paths.data, paths.state):
        assert path.is_relative_to(tmp_path)
        assert path.name == "session-workbench"
    assert list(tmp_path.iterdir()) == []


def test_a_private_directory_is_for_this_user_only(tmp_path: Path) -> None:
    made = private_directory(tmp_path / "a" / "b")
    assert private_directory(made) == made
    for path in (made, made.parent):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
