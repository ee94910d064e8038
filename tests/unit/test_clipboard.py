"""The clipboard of the system, with real programs in the place of its tools."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from workbench import clipboard
from workbench.clipboard import Tools, copy, find_tools, paste


def program(folder: Path, name: str, text: str) -> str:
    """A program of a folder."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o700)
    return str(file)


def test_tools_need_their_display(tmp_path: Path) -> None:
    for name in ("wl-copy", "xclip", "xsel", "pbcopy", "clip.exe"):
        program(tmp_path, name, "")
    path = {"PATH": str(tmp_path)}
    assert find_tools(path, "linux") == Tools()
    assert find_tools({**path, "WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "linux").copy == ("wl-copy",)
    assert find_tools({**path, "DISPLAY": ":0"}, "linux").copy[0] == "xclip"
    assert find_tools({**path, "WSL_DISTRO_NAME": "x"}, "linux").copy == ("clip.exe",)
    assert find_tools(path, "darwin").paste == ("pbpaste",)
    (tmp_path / "xclip").unlink()
    assert find_tools({**path, "DISPLAY": ":0"}, "linux").copy[0] == "xsel"


async def test_text_goes_out_and_in(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    tools = Tools((program(tmp_path, "out", f"cat > {kept}"),), (program(tmp_path, "in", f"cat {kept}"),))
    assert await copy("é\n" * 100_000, tools)
    assert await paste(tools) == "é\n" * 100_000


async def test_tools_that_fail_hang_or_flood_stop_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "PATIENCE", 0.3)
    monkeypatch.setattr(clipboard, "MOST_BYTES", 1000)
    fails, hangs = program(tmp_path, "fails", "exit 1"), program(tmp_path, "hangs", "exec sleep 60")
    floods = program(tmp_path, "floods", "exec yes")
    began = time.monotonic()
    for bad in (fails, hangs, "/no/such/tool"):
        assert not await copy("x" * 1_000_000, Tools((bad,), (bad,)))
        assert await paste(Tools((bad,), (bad,))) is None
    assert await paste(Tools((floods,), (floods,))) is None
    assert time.monotonic() - began < 20
    assert not await copy("x", Tools())
    assert await paste(Tools()) is None
