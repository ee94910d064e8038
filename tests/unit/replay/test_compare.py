"""Outcomes compared: what is equal, what differs, what failed, and what cannot be told."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from backend.models import Change, ErrorInfo, FileChange, Status, Stream
from tests.unit.replay.making import NOON, entry, png
from workbench.history.entry import Entry, Segment
from workbench.replay.compare import Comparison, Verdict, again, compare
from workbench.replay.rules import Rule, Rules

REMOTE: dict[str, Any] = {"isolation": "", "api_version": "2025-10-02-preview", "files_changed": None}


def compared(before: Entry, after: Entry, by: Rules = Rules()) -> Comparison:  # noqa: B008 - frozen
    return compare(before, replace(after, number=before.number), by)


def aspects(before: Entry, after: Entry) -> list[str]:
    return [one.aspect for one in compared(before, after).differences]


def test_the_same_is_equal() -> None:
    one = entry("x", "out\n", "1")
    assert compared(one, entry("x", "out\n", "1")).verdict is Verdict.EQUAL


def test_every_aspect_differs_on_its_own() -> None:
    plain = entry("x", "out\n", "1")
    error = ErrorInfo("ValueError", "bad", "Traceback…")
    others = {
        "status": replace(plain, status=Status.TIMED_OUT),
        "value": entry("x", "out\n", "2"),
        "stdout": entry("x", "put\n", "1"),
        "stderr": replace(plain, segments=(*plain.segments, Segment(Stream.STDERR, "w"))),
        "displays": replace(plain, segments=(*plain.segments, Segment(None, bundle={"text/plain": "d"}))),
        "error": replace(plain, error=error),
        "files": replace(plain, files_changed=(FileChange("a", Change.CREATED, 1),)),
    }
    for aspect, other in others.items():
        assert aspects(plain, other) == [aspect]
    picture = {"image/png": png(1), "text/plain": "<Figure>"}
    assert aspects(replace(plain, value=picture), replace(plain, value=picture | {"image/png": png(2)})) == [
        "images"
    ]


def test_a_difference_has_its_lines() -> None:
    found = compared(entry("x", "a\nb\nc\n"), entry("x", "a\nB\nc\n")).differences[0]
    assert found.diff == ("@@ -1,3 +1,3 @@", "  a", "- b", "+ B", "  c")


@pytest.mark.parametrize("status", [Status.LOST, Status.REJECTED, Status.WORKER_DIED])
def test_the_targets_failure_is_no_difference(status: Status) -> None:
    after = entry("x", status=status, message="It went away.")
    found = compared(entry("x"), after)
    assert (found.verdict, found.reason) == (Verdict.FAILED, "It went away.")
    assert (
        compared(replace(after, status=Status.WORKER_DIED), replace(after, status=Status.WORKER_DIED)).verdict
        is Verdict.EQUAL
    )


def test_tracebacks_do_not_count_and_messages_do() -> None:
    one = entry("x", status=Status.FAILED, error=ErrorInfo("E", "m", 'File "<run 1>", line 1'))
    two = entry("x", status=Status.FAILED, error=ErrorInfo("E", "m", "another interpreter's"))
    assert compared(one, two).verdict is Verdict.EQUAL
    assert aspects(one, replace(two, error=ErrorInfo("E", "n", ""))) == ["error"]
    volatile = replace(one, error=ErrorInfo("E", "at 0x7f0000000010", ""))
    assert compared(volatile, replace(one, error=ErrorInfo("E", "at 0x7f0000000020", ""))).rules == {
        "address"
    }


def test_a_picture_is_its_pixels() -> None:
    one, two = ({"image/png": png(7, made, level)} for made, level in (("matplotlib 3.8", 1), ("", 9)))
    assert (
        compared(
            entry(value=None, segments=(Segment(None, bundle=one),)),
            entry(segments=(Segment(None, bundle=two),)),
        ).verdict
        is Verdict.EQUAL
    )
    damaged = {"image/png": png(7)[:-30]}
    assert (
        compared(
            entry(segments=(Segment(None, bundle=damaged),)), entry(segments=(Segment(None, bundle=damaged),))
        ).verdict
        is Verdict.EQUAL
    )


def test_what_a_target_does_not_tell_is_not_compared() -> None:
    shown = Segment(None, bundle={"text/plain": "table"})
    local = entry("x", "a\n", files_changed=(FileChange("a", Change.CREATED, 1),))
    found = compared(replace(local, segments=(*local.segments, shown)), entry("x", "a\n", **REMOTE))
    assert found.verdict is Verdict.EQUAL
    assert found.untold == ("displays", "files")


def test_a_remote_target_tells_one_picture() -> None:
    pictures = [{"image/png": png(shade)} for shade in (1, 2)]
    local = entry(segments=tuple(Segment(None, bundle=one) for one in pictures))
    last = entry(value=None, **REMOTE)
    assert (
        compared(local, replace(last, value=pictures[1] | {"text/plain": "<png image>"})).verdict
        is Verdict.EQUAL
    )
    assert aspects(local, replace(last, value=pictures[0])) == ["images"]
    assert compared(local, last).untold == ("displays", "images")


def test_a_text_without_its_quotes_is_the_same_value() -> None:
    assert compared(entry(value="'a\\nb'"), entry(value="a\nb")).verdict is Verdict.EQUAL
    assert aspects(entry(value="'a'"), entry(value="b")) == ["value"]


def test_a_stream_that_was_cut_is_compared_as_far_as_it_goes() -> None:
    cut = entry("x", "a" * 10, truncated=(Stream.STDOUT,))
    found = compared(entry("x", "a" * 30), cut)
    assert (found.verdict, found.untold) == (Verdict.EQUAL, ("stdout after 10 characters",))
    assert aspects(entry("x", "b" * 30), cut) == ["stdout"]


def test_without_an_outcome_before_there_is_nothing_to_differ_from() -> None:
    lost = entry("x", status=Status.LOST)
    assert compared(lost, entry("x", "news")).verdict is Verdict.EQUAL
    assert aspects(lost, entry("x", status=Status.FAILED)) == ["status"]


def test_comparing_again_needs_the_outcomes_only() -> None:
    first = compared(entry("x", "build 7"), entry("x", "build 8"))
    assert first.verdict is Verdict.DIFFERS
    second = again(first, Rules().with_([Rule("build", r"build \d+")]))
    assert (second.verdict, second.rules) == (Verdict.EQUAL, frozenset(["build"]))


def test_progress_bars_colours_and_ends_of_lines_do_not_count() -> None:
    assert (
        compared(entry("x", "10%\r100%\n\x1b[31mred\x1b[0m \n"), entry("x", "50%\r100%\nred\n\n")).verdict
        is Verdict.EQUAL
    )


def test_two_hundred_executions_take_less_than_their_budget() -> None:
    """200 ms on a free machine; the benchmark holds that. Here: nothing grows with the square of a text."""
    pairs = [
        (
            entry("x", "".join(f"row {row} {number}\n" for row in range(200))),
            entry("x", "".join(f"row {row} {number + row % 2}\n" for row in range(200))),
        )
        for number in range(20)
    ]
    flood = (
        entry("x", "\n".join(f"a{n % 97}" for n in range(60_000))),
        entry("x", "\n".join(f"b{n % 89}" for n in range(60_000))),
    )
    began = time.process_time()
    for one, two in (*pairs, flood):
        assert compared(one, two).verdict is Verdict.DIFFERS
    assert time.process_time() - began < 4.0


def test_moments_are_seconds() -> None:
    assert entry().started_at == NOON
