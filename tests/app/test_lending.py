"""Buffers in $EDITOR, output in $PAGER, values in a viewer, and the files that were opened last."""

from __future__ import annotations

import stat
import tempfile
from pathlib import Path

import pytest
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tests.app.whole import whole
from workbench.screens.recent import RecentScreen


def program(path: Path, script: str) -> Path:
    """A program that gets the name of a copy as its last argument, `$last`."""
    path.write_text(f"#!/bin/sh\nfor last; do :; done\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def copies(folder: Path) -> list[Path]:
    """The copies that are there for other programs."""
    return list(folder.glob("workbench-*/*"))


@pytest.mark.usefixtures("lent")
async def test_a_buffer_comes_back_from_the_editor_as_one_step_of_undo(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    editor = program(home / "editor", 'basename "$last" > "$HOME/name"; printf "and more\\r\\n" >> "$last"')
    monkeypatch.setenv("VISUAL", str(editor))
    async with whole() as app:
        await app.write("one\n")
        await app.press("alt+q")
        await app.until(lambda: app.code == "one\nand more\n", "what the editor wrote")
        await app.press("ctrl+z")
        assert app.code == "one\n"
        assert (home.parent / "name").read_text() == "untitled-1.py\n"
        assert not copies(home), "no copy is left"
        program(editor, "exit 3")
        await app.command("Buffer: Edit buffer in $EDITOR")
        await app.notice("editor ended with 3, and changed nothing.")
        program(editor, "printf '\\377' > \"$last\"")
        await app.press("alt+q")
        await app.notice("The buffer is as it was, for it is not UTF-8.")
        assert app.code == "one\n"
        assert len(copies(home)) == 1, "what was written stays"
        monkeypatch.setenv("VISUAL", "gone-editor")
        await app.press("alt+q")
        await app.notice("VISUAL names gone-editor, and there is no such program.")


@pytest.mark.usefixtures("lent")
async def test_output_in_the_pager_and_a_value_in_the_viewer(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    monkeypatch.setenv("PAGER", str(program(home / "pager", 'cp "$last" "$HOME/paged"')))
    async with whole() as app:
        await app.press("f3", "p")
        await app.notice("There is no execution here.")
        await app.run("print('\\x1b[31mred\\x1b[0m'); {'a': [1, 2]}")
        await app.press("p")
        paged = home.parent / "paged"
        await app.until(lambda: paged.exists() and paged.read_text().startswith("red\n"), "the pager")
        assert "{'a': [1, 2]}" in paged.read_text()
        await app.until(lambda: not copies(home), "no copy is left")
        monkeypatch.delenv("DISPLAY", raising=False)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        await app.press("o")
        await app.notice("There is no display here for a viewer")
        monkeypatch.setenv("DISPLAY", ":9")
        monkeypatch.setenv("PATH", f"{home}:/usr/bin:/bin")
        program(home / "xdg-open", 'cp "$last" "$HOME/viewed"')
        await app.press("o")
        await app.notice("A copy of the value is opened.")
        assert "1" in (home.parent / "viewed").read_text()
        assert copies(home), "the viewer may read it as long as the workbench runs"
    assert not copies(home)


async def test_recent_files_are_listed_narrowed_opened_and_forgotten(home: Path) -> None:
    for name in ("alpha.py", "beta.py", "[b]x.py"):
        (home / name).write_text(f"# {name}\n")
    async with whole(files=[home / "alpha.py"]) as app:
        await app.until(lambda: app.code == "# alpha.py\n")
        for name in ("beta.py", "[b]x.py"):
            await app.main.editor.open_path(home / name).wait()
        await app.press("ctrl+w")
        await app.until(lambda: app.main.recent_desk._path.read_text().count(".py") == 3)
        await app.press("ctrl+t")
        await app.see("Recent files", "[b]x.py", "beta.py", "alpha.py")
        assert isinstance(app.app.screen, RecentScreen)
        listed = app.app.screen.query_one(OptionList)
        listed.post_message(OptionList.OptionSelected(listed, Option("gone"), 99))  # while it went
        await app.pilot.pause()
        assert isinstance(app.app.screen, RecentScreen)
        await app.press("down", "ctrl+d")
        await app.until(lambda: "beta.py" not in app.text.split("part of a name")[1])
        await app.press(*"x.p", "enter")
        await app.until(lambda: app.code == "# [b]x.py\n")
        await app.until(lambda: "beta" not in app.main.recent_desk._path.read_text(), "it is forgotten")
        app.main.recent_desk._path.write_text("{")
        await app.command("Buffer: Recent files")
        await app.notice("cannot be used: it is not JSON.")
    async with whole() as app:
        await app.press("ctrl+t")
        await app.notice("cannot be used: it is not JSON.")
