"""Identifiers: made at random, recognised, masked."""

from __future__ import annotations

import re

import pytest

from workbench.identifiers import brief, looks_random, masked, masked_svg, new_identifier


def test_new_ones_have_32_letters_and_digits_and_differ() -> None:
    made = {new_identifier() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch("[a-z0-9]{32}", one) for one in made)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("default", False),
        ("weather-of-the-last-week", False),
        ("0123456789abcdef", True),
        ("8f14e45f-ceea-467f-a0e6-3c1b1f2a7d90", True),
        ("my session number 12345", False),
    ],
)
def test_what_nobody_would_choose_is_shown_by_its_beginning(name: str, expected: bool) -> None:
    assert looks_random(name) is expected
    assert brief(name) == (f"{name[:4]}…" if expected else name)


def test_masked_text_keeps_its_length_and_nothing_of_the_rest() -> None:
    text = "session a b@c/12345 and ?identifier=a%20b%40c%2F12345."
    hidden = masked(text, ["a b@c/12345"])
    assert len(hidden) == len(text)
    assert "12345" not in hidden
    assert hidden.startswith("session a b@••••••• and ?identifier=a%20•")


def test_a_picture_has_its_own_spelling_of_them() -> None:
    svg = "<text>a&amp;&#160;b&lt;secret</text>"
    assert masked_svg(svg, ["a& b<secret"]) == "<text>a&amp;&#160;b•••••••</text>"
