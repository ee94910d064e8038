"""Which program the environment names, with arguments and quotes, and what is said when there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.errors import UsageError
from workbench.outside import programs


@pytest.fixture
def path(tmp_path: Path) -> str:
    for name in ("edit", "look", "less", "xdg-open", "my editor"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    return str(tmp_path)


def test_visual_comes_before_editor_and_both_may_have_arguments(path: str) -> None:
    said = {"PATH": path, "EDITOR": "look", "VISUAL": "edit --wait '-c set nu'"}
    assert programs.editor(said) == ["edit", "--wait", "-c set nu"]
    assert programs.editor({"PATH": path, "EDITOR": "look", "VISUAL": " "}) == ["look"]
    assert programs.editor({"PATH": path, "EDITOR": f"'{path}/my editor' -n"}) == [f"{path}/my editor", "-n"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Neither VISUAL nor EDITOR"),
        ({"EDITOR": "gone -x"}, "EDITOR names gone, and there is no such program. Set EDITOR anew."),
        ({"VISUAL": "edit 'open"}, "VISUAL cannot be read: edit 'open"),
    ],
)
def test_a_missing_editor_is_one_sentence_with_its_remedy(
    path: str, said: dict[str, str], words: str
) -> None:
    with pytest.raises(UsageError) as caught:
        programs.editor({"PATH": path, **said})
    assert words in str(caught.value)
    assert caught.value.hint


def test_the_pager_is_the_users_or_less_which_stays_for_short_files(path: str, tmp_path: Path) -> None:
    assert programs.pager({"PATH": path, "PAGER": "look -R"}) == ["look", "-R"]
    assert programs.pager({"PATH": path}) == ["less", "-+F"]
    assert programs.pager({"PATH": path, "PAGER": "less -S"}) == ["less", "-S", "-+F"]
    with pytest.raises(UsageError, match="neither less nor more"):
        programs.pager({"PATH": str(tmp_path / "none")})


def test_a_viewer_needs_a_display(path: str, tmp_path: Path) -> None:
    assert programs.viewer({"PATH": path, "WAYLAND_DISPLAY": "w"}, "linux") == ["xdg-open"]
    assert programs.viewer({}, "darwin") == ["open"]
    with pytest.raises(UsageError, match="no display here"):
        programs.viewer({"PATH": path}, "linux")
    with pytest.raises(UsageError, match="no xdg-open"):
        programs.viewer({"PATH": str(tmp_path / "none"), "DISPLAY": ":0"}, "linux")
