"""Rate and time left, of a clock that the test turns."""

from __future__ import annotations

from collections.abc import AsyncIterator

from workbench.transfers.meter import WINDOW, Meter


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_rate_and_time_left_follow_the_last_seconds() -> None:
    clock = Clock()
    meter = Meter(100_000_000, clock)
    assert (meter.rate, meter.left, meter.words) == (None, None, "0 B of 100 MB")
    for _ in range(10):
        clock.now += 0.5
        meter.add(5_000_000)
    assert meter.rate == 10_000_000
    assert meter.left == 5
    assert meter.words == "50 MB of 100 MB · 10 MB/s · 5.0 s left"
    for _ in range(20):  # it became slow
        clock.now += 0.5
        meter.add(500_000)
    assert meter.rate is not None
    assert abs(meter.rate - 1_000_000) < 100_000


def test_what_stands_still_has_an_ever_smaller_rate() -> None:
    clock = Clock()
    meter = Meter(1000, clock)
    clock.now += 1
    meter.add(500)
    clock.now += WINDOW * 10
    assert meter.rate is not None
    assert meter.rate < 10


def test_without_a_total_there_is_no_end_to_tell() -> None:
    clock = Clock()
    meter = Meter(None, clock)
    clock.now += 1
    meter.add(2_000)
    assert (meter.left, meter.words) == (None, "2.0 kB · 2.0 kB/s")


async def test_pieces_count_when_they_are_taken() -> None:
    async def two() -> AsyncIterator[bytes]:
        yield b"ab"
        yield b"c"

    meter = Meter()
    seen = [(piece, meter.moved) async for piece in meter.watch(two())]
    assert seen == [(b"ab", 0), (b"c", 2)]
    assert meter.moved == 3
