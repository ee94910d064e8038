"""Copies that leave the app, and pastes that come in: short, long, and far too long."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.app.whole import whole
from tests.unit.test_clipboard import program


async def test_the_clipboard_of_the_system_is_used(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    program(tmp_path, "wl-copy", f"cat > {kept}")
    program(tmp_path, "wl-paste", f"cat {kept}")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-9")
    async with whole() as it:
        await it.write("copied")
        await it.press("ctrl+a", "ctrl+c")
        await it.until(lambda: kept.exists() and kept.read_text() == "copied", "the copy")
        kept.write_text("from outside\r\n")
        await it.press("ctrl+v")
        await it.until(lambda: it.code == "from outside\n", "the paste")


async def test_what_is_too_long_for_any_clipboard_goes_into_a_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    async with whole() as it:
        it.app.copy_to_clipboard("x" * 200_000 + "\ud800")
        await it.notice("clipboard.txt")
        assert it.app.kept is not None
        file = it.app.kept / "clipboard.txt"
        assert file.read_text() == "x" * 200_000 + "?"
        assert file.stat().st_mode & 0o077 == 0
        await it.press("ctrl+v")
        await it.until(lambda: len(it.code) == 200_001, "the own clipboard")


async def test_a_large_paste_asks(home: Path) -> None:
    text = ("x" * 99 + "\n") * 11_000
    async with whole() as it:
        it.main.editor.editor._paste(text)
        await it.see("Paste so much?", "1.1 million characters in 11,001 lines")
        await it.press("escape")
        assert it.code == ""
        it.main.editor.editor._paste(text.replace("\n", "\r"))  # as terminals send it
        await it.see("Paste so much?", "11,001 lines")
        await it.press("y")
        await it.until(lambda: it.code == text, "the text")
        it.main.editor.editor._paste("x" * 21_000_000)
        await it.notice("too much to paste")


async def test_a_binary_file_is_shown_and_left_alone(home: Path) -> None:
    file = home / "a.bin"
    file.write_bytes(b"\x00\x01text\xff\n")
    async with whole(files=[file]) as it:
        await it.notice("a.bin can only be read: it is a binary file")
        await it.see("read-only", "text")
        await it.press("x", "ctrl+s")
        await it.notice("left as it is")
        assert file.read_bytes() == b"\x00\x01text\xff\n"


async def test_a_copy_of_output_is_told_once(home: Path) -> None:
    async with whole() as it:
        await it.run("print('one')")
        await it.press("f3", "y")
        await it.notice("3 characters copied.")
        await it.pilot.pause()
        assert it.notices == ["3 characters copied."]
