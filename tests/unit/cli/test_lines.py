"""Lines of standard input: pipes, files, terminals, their ends, and what cannot be read."""

from __future__ import annotations

import asyncio
import os
import pty
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.cli import lines
from workbench.cli.lines import Lines, TooLongError, can_ask


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """The ends of a pipe, to read and to write; the test closes the second."""
    ours, theirs = os.pipe()
    yield ours, theirs
    os.close(ours)


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Keyboard and terminal."""
    keyboard, screen = pty.openpty()
    yield keyboard, screen
    os.close(keyboard)
    os.close(screen)


def echoes(fd: int) -> bool:
    return bool(termios.tcgetattr(fd)[3] & termios.ECHO)


async def test_lines_come_in_order_up_to_the_end(pipe: tuple[int, int]) -> None:
    fd, write = pipe
    os.write(write, "one\nzwei ü\r\n\nlast".encode())
    os.close(write)
    source = Lines(fd)
    assert not source.typed
    assert [await source.line() for _ in range(6)] == ["one", "zwei ü", "", "last", None, None]


async def test_a_file_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_text("a\nb\n")
    with path.open("rb") as file:
        source = Lines(file.fileno())
        assert [await source.line() for _ in range(3)] == ["a", "b", None]


async def test_waiting_for_a_line_does_not_stop_the_loop(pipe: tuple[int, int]) -> None:
    fd, write = pipe
    source = Lines(fd)
    waiting = asyncio.create_task(source.line())
    os.write(write, b"half ")
    await asyncio.sleep(0.05)
    assert not waiting.done()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    os.write(write, b"a line\n")
    assert await source.line() == "half a line"
    os.close(write)


async def test_a_line_too_long_is_refused(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST", 100)
    fd, write = pipe
    os.write(write, b"x" * 101 + b"\n")
    with pytest.raises(TooLongError):
        await Lines(fd).line()
    os.close(write)


async def test_a_line_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST", 100_000)
    endless = os.open("/dev/zero", os.O_RDONLY)
    with pytest.raises(TooLongError):
        await Lines(endless).line()
    os.close(endless)


async def test_a_secret_is_not_shown_and_the_terminal_is_restored(terminal: tuple[int, int]) -> None:
    keyboard, screen = terminal
    source = Lines(screen)
    assert source.typed
    waiting = asyncio.create_task(source.line(secret=True))
    await asyncio.sleep(0)
    assert not echoes(screen)
    os.write(keyboard, b"geheim\n")
    assert await waiting == "geheim"
    assert echoes(screen)


async def test_a_secret_given_up_restores_the_terminal(terminal: tuple[int, int]) -> None:
    _, screen = terminal
    waiting = asyncio.create_task(Lines(screen).line(secret=True))
    await asyncio.sleep(0)
    assert not echoes(screen)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert echoes(screen)


async def test_ctrl_d_ends_the_input_of_one_question(terminal: tuple[int, int]) -> None:
    keyboard, screen = terminal
    source = Lines(screen)
    os.write(keyboard, b"\x04")
    assert await source.line() is None
    os.write(keyboard, b"more\n")
    assert await source.line() == "more"


def test_the_null_device_and_what_is_closed_cannot_be_asked(pipe: tuple[int, int], tmp_path: Path) -> None:
    fd, write = pipe
    os.close(write)
    assert can_ask(fd)
    with Path(os.devnull).open() as null, (tmp_path / "file").open("w") as file:
        assert not can_ask(null.fileno())
        assert can_ask(file.fileno())
        closed = os.dup(file.fileno())
    os.close(closed)
    assert not can_ask(closed)
