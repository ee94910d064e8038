"""The clipboard of the system, through the tools that it has: text in and out, bounded in time and size."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
from collections.abc import Mapping

from backend.records import dataclass

OSC_52_BYTES = 74_994
"""Text that goes out by escape sequence: what xterm takes, 100,000 characters of base64."""

MOST_BYTES = 20 * 1024 * 1024
"""Text that is read from a clipboard; the largest that a buffer opens."""

PATIENCE = 2.0
"""Seconds that a tool gets. One that waits for a display which is gone would wait for ever."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The commands that copy from standard input and paste to standard output; empty where there are none."""

    copy: tuple[str, ...] = ()
    paste: tuple[str, ...] = ()


_WAYLAND = (Tools(("wl-copy",), ("wl-paste", "--no-newline")),)
_X11 = (
    Tools(("xclip", "-selection", "clipboard"), ("xclip", "-selection", "clipboard", "-o")),
    Tools(("xsel", "--clipboard", "--input"), ("xsel", "--clipboard", "--output")),
)
_MAC = (Tools(("pbcopy",), ("pbpaste",)),)
_WINDOWS = (Tools(("clip.exe",), ("powershell.exe", "-NoProfile", "-Command", "Get-Clipboard -Raw")),)


def find_tools(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Tools:
    """The tools of this machine that can work here: those of a display need one."""
    wanted: list[Tools] = []
    if platform == "darwin":
        wanted += _MAC
    if environment.get("WAYLAND_DISPLAY"):
        wanted += _WAYLAND
    if environment.get("DISPLAY"):
        wanted += _X11
    if environment.get("WSL_DISTRO_NAME"):
        wanted += _WINDOWS
    path = environment.get("PATH")
    return next((tools for tools in wanted if shutil.which(tools.copy[0], path=path)), Tools())


async def copy(text: str, tools: Tools) -> bool:
    """Give text to the system's clipboard; whether a tool took it."""
    if not tools.copy:
        return False
    code, _ = await _run(tools.copy, text.encode("utf-8", "replace"))
    return code == 0


async def paste(tools: Tools) -> str | None:
    """The text of the system's clipboard; None where no tool gives it, empty for what is no text."""
    if not tools.paste:
        return None
    code, data = await _run(tools.paste, b"")
    return data.decode("utf-8", "replace") if code == 0 else None


async def _run(command: tuple[str, ...], data: bytes) -> tuple[int, bytes]:
    """Exit code and output of a tool; code -1 when it cannot be started, takes too long or says too much."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE if not data else asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,  # wl-copy and xclip leave a child that would hold a pipe open
            start_new_session=True,
        )
    except OSError:
        return -1, b""
    try:
        async with asyncio.timeout(PATIENCE):
            return await _talk(process, data)
    except (TimeoutError, OSError):
        return -1, b""
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _talk(process: asyncio.subprocess.Process, data: bytes) -> tuple[int, bytes]:
    if process.stdin is not None:
        with contextlib.suppress(ConnectionError):
            process.stdin.write(data)
            await process.stdin.drain()
        process.stdin.close()
    output = bytearray()
    while process.stdout is not None and (piece := await process.stdout.read(1 << 16)):
        output += piece
        if len(output) > MOST_BYTES:
            return -1, b""
    return await process.wait(), bytes(output)
