"""What a confined session may read of the interpreter's folders, and what it may not be led to."""

from __future__ import annotations

from pathlib import Path

from backend.executor.isolation import rules


def test_the_home_and_what_contains_it_are_not_read(tmp_path: Path) -> None:
    home = tmp_path / "home"
    packages = home / "venv" / "lib"
    packages.mkdir(parents=True)
    asked = [str(tmp_path), str(home), "/", "relative", str(tmp_path / "missing"), str(packages)]
    assert rules.interpreter_paths(asked, [], home) == sorted([str(rules.WORKER), str(packages)])


def test_nor_are_they_through_a_link(tmp_path: Path) -> None:
    home, link, other = tmp_path / "home", tmp_path / "link", tmp_path / "other"
    home.mkdir()
    link.symlink_to(tmp_path)
    other.symlink_to(home)
    assert rules.interpreter_paths([str(link), str(other)], [], home) == [str(rules.WORKER)]
    assert rules.interpreter_paths([str(home)], [], other) == [str(rules.WORKER)]
