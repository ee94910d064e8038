"""How often output is painted."""

from __future__ import annotations

import itertools

from workbench.widgets.output.pace import CALM, FLOODED, FRAME, Pace


class Clock:
    """A clock that goes by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_first_paint_comes_at_once_and_the_second_a_frame_later() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert pace.due(0)
    clock.now += FRAME / 2
    assert not pace.due(0)
    clock.now += FRAME + 0.001
    assert pace.due(0)


def test_a_flood_is_painted_twelve_times_a_second() -> None:
    clock = Clock()
    pace, painted = Pace(clock), []
    for _ in range(400):
        clock.now += 0.005
        if pace.due(0):
            painted.append(clock.now)
    gaps = [after - before for before, after in itertools.pairwise(painted)]
    assert gaps[0] <= 2 * FRAME
    assert all(FLOODED <= gap <= FLOODED + 0.006 for gap in gaps[6:])


def test_after_a_pause_it_is_quick_again() -> None:
    clock = Clock()
    pace = Pace(clock)
    for _ in range(20):
        clock.now += FLOODED + 0.001
        assert pace.due(0)
    clock.now += CALM + 0.01
    assert pace.due(0)
    clock.now += FRAME + 0.001
    assert pace.due(0)


def test_what_ended_is_painted_at_once() -> None:
    clock = Clock()
    pace = Pace(clock)
    for _ in range(20):
        clock.now += FLOODED + 0.001
        pace.due(0)
    clock.now += 0.001
    assert not pace.due(0)
    assert pace.due(1)
    assert not pace.due(1)
