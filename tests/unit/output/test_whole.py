"""An execution's output as text for a pager."""

from __future__ import annotations

from pathlib import Path

from backend.models import ErrorInfo, Status, Stream
from workbench.history.entry import Entry, Segment
from workbench.widgets.output.written.whole import whole_text


def test_all_that_came_in_order_without_colours() -> None:
    entry = Entry(
        "1",
        "code",
        "session",
        status=Status.FAILED,
        segments=(
            Segment(Stream.STDOUT, "\x1b[31mred\x1b[0m and \x1b]0;title\x07\n10%\r20%\n"),
            Segment(Stream.STDERR, "oh"),
            Segment(None, bundle={"text/plain": "<a figure>", "image/png": "x"}),
        ),
        value={"text/plain": "42"},
        error=ErrorInfo("ValueError", "no", "Traceback: no"),
        truncated=(Stream.STDOUT,),
        api_version="2025-10-02-preview",
        message="The end.",
    )
    text = whole_text(entry)
    assert "\x1b" not in text
    assert text.startswith("red and ")
    parts = ("red", "\n20%\n", "oh<a figure>", "\n42\n", "Traceback: no", "stdout was cut", "The end.")
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "write it to a file and fetch that, or have output_limit in the profile ask for more" in text


def test_a_long_stream_comes_whole_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "stdout"
    file.write_text("first\nmiddle\nlast\n")
    entry = Entry(
        "1",
        "code",
        "session",
        segments=(
            Segment(Stream.STDOUT, "first\n"),
            Segment(Stream.STDERR, "err\n"),
            Segment(Stream.STDOUT, "last\n"),
        ),
        dropped=(7, 0),
        spool=(str(file), ""),
    )
    assert whole_text(entry) == "err\n── all of stdout ──\nfirst\nmiddle\nlast\n"
    file.unlink()
    assert whole_text(entry) == "first\nerr\nlast\n", "the beginning and the end, where the file is gone"
