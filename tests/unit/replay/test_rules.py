"""What counts as volatile, and what does not."""

from __future__ import annotations

import pytest

from backend.errors import UsageError
from tests.unit.replay.making import NOON
from workbench.replay import rules
from workbench.replay.lines import Text, difference
from workbench.replay.rules import RULES, Rules

LATER = NOON + 3600


def used(one: str, two: str, by: Rules = Rules()) -> set[str] | None:  # noqa: B008 - frozen
    """The rules under which two texts are equal; None when they differ."""
    found = difference(Text(one), Text(two), by, (NOON, LATER))
    return None if found.lines else set(found.rules)


@pytest.mark.parametrize(
    ("one", "two", "rule"),
    [
        ("<object object at 0x7fcffd4c4fc0>", "<object object at 0x7f31a486cfc0>", "address"),
        ("f at 0x55d0a8b2c1e0", "f at 0x55d0a8b2c1e8", "address"),
        ("id 123e4567-e89b-12d3-a456-426614174000", "id 00000000-e89b-12d3-a456-426614174fff", "uuid"),
        ("/tmp/tmpab12cd34/x.csv", "/tmp/tmpzz12cd99/x.csv", "temporary path"),
        ("/var/folders/ab/T/x1", "/var/folders/cd/T/x2", "temporary path"),
        (f"/home/a/sessions/{'0a' * 16}/data/x", "/mnt/data/x", "session folder"),
        ('File "<run 3>", line 1', 'File "<run 12>", line 1', "run number"),
        ("Cell In[3], line 1", "Cell In[17], line 1", "run number"),
        ("<ipython-input-3-0a1b2c3d4e5f>", "<ipython-input-9-aaaaaaaaaaaa>", "code name"),
        ("2026-09-21 14:13:20.123456", "2026-09-21 15:13:20", "time"),
        ("2026-09-21T14:13:20+00:00", "2026-09-21T23:13:20+09:00", "time"),
        ("on 2026-09-21", "on 2026-09-22", "date"),
        ("12:34:56 INFO ready", "13:00:01 INFO ready", "clock"),
        ("1790000000.25", "1790003600.75", "epoch"),
        ("1790000000250", "1790003600750", "epoch"),
        ("took 1.23 s", "took 0.98 s", "duration"),
        ("5.1 µs ± 12 ns per loop", "4.9 µs ± 30 ns per loop", "duration"),
        ("pid=4711", "pid=4712", "process"),
    ],
)
def test_each_rule_makes_its_lines_equal(one: str, two: str, rule: str) -> None:
    assert used(one, two) == {rule}
    assert used(one, two, Rules().without([rule])) != {rule}
    assert used(one, two, Rules(())) is None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("2024-01-01", "2024-01-02"),  # dates that are data
        ("2024-01-01 10:00:00", "2024-01-02 10:00:00"),
        ("1234567890", "1234567891"),
        ("0xff", "0xfe"),
        ("3 rows", "4 rows"),
        ("3.5", "3.6"),
        ("12:34", "12:35"),
        ("v1.2", "v1.3"),
    ],
)
def test_data_counts(one: str, two: str) -> None:
    assert used(one, two) is None


def test_a_line_that_is_the_same_stays_so_however_near_it_is() -> None:
    """Near one of the two runs only: the rule must not make of one line two."""
    found = difference(
        Text("a 2026-09-21 00:00:00\nb 1"), Text("a 2026-09-21 00:00:00\nb 2"), Rules(), (NOON, NOON + 1e7)
    )
    assert [line for line in found.lines if line[0] in "-+"] == ["- b 1", "+ b 2"]


def test_rules_of_the_user() -> None:
    chosen = rules.chosen([r"build \d+"])
    assert used("build 7", "build 8", chosen) == {r"/build \d+/"}
    assert used("0x7f31a486cfc0", "0x7fcffd4c4fc0", rules.chosen([r"build \d+"], exact=True)) is None
    with pytest.raises(UsageError, match="not a regular expression"):
        rules.chosen(["("])
    with pytest.raises(UsageError, match="matches an empty text"):
        rules.chosen(["x*"])
    with pytest.raises(UsageError, match="no rule 'tme'"):
        rules.chosen([], ["tme"])


def test_a_marked_line_is_volatile_whatever_its_numbers() -> None:
    marked = Rules(()).with_([rules.marking("  loss: 0.3141 (epoch 12)")])
    assert used("a\n  loss: 0.3141 (epoch 12)\nb", "a\n  loss: 0.2 (epoch 7)\nb", marked) is not None
    assert used("a\n  loss: 0.3141 (epoch 12)\nb", "a\n  gain: 0.2 (epoch 7)\nb", marked) is None


def test_names_are_unique() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
