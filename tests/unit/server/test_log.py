"""Log lines: printable ASCII, whatever is in them, and a stream that is gone stops nothing."""

from __future__ import annotations

import io
import logging

import pytest

from backend.server.log import Log, escaped, taken_over


@pytest.mark.parametrize(
    "text", ["\x1b]0;x\x07", "a\nb\rc", "\x9b31m", "\u202eabc", "\ud800", "\\n", "\x7f\0"]
)
def test_lines_are_printable_ascii(text: str) -> None:
    assert all(" " <= letter <= "~" for letter in escaped(text))
    assert escaped(text) != text


def test_lines_have_a_length() -> None:
    assert len(escaped("\x1b" * 10_000)) < 600


def test_the_libraries_write_here_while_a_server_runs() -> None:
    text = io.StringIO()
    logger = logging.getLogger("uvicorn.error")
    before = logger.handlers
    with taken_over(Log(stream=text)):
        logger.warning("no news")
        try:
            raise ValueError("of\nlines")
        except ValueError:
            logger.exception("It failed")
    assert logger.handlers is before
    (line,) = text.getvalue().splitlines()
    assert line.endswith("It failed: ValueError('of\\\\nlines')")


def test_a_stream_that_is_gone_stops_nothing() -> None:
    text = io.StringIO()
    text.close()
    Log(verbose=True, stream=text).request("GET", "/", 200, 0.0)
