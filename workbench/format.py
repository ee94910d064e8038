"""Sizes, ages, durations and statuses in the few words a person reads at a glance."""

from __future__ import annotations

import time

from backend.models import Status

_SIZES = ("kB", "MB", "GB", "TB", "PB")

_SYMBOLS = {
    Status.QUEUED: "◦",
    Status.RUNNING: "▶",
    Status.SUCCEEDED: "✓",
    Status.FAILED: "✗",
    Status.INTERRUPTED: "■",
    Status.TIMED_OUT: "◷",
    Status.WORKER_DIED: "†",
    Status.LOST: "?",
    Status.REJECTED: "⊘",
}

_COLOURS = {
    Status.QUEUED: "text-muted",
    Status.RUNNING: "accent",
    Status.SUCCEEDED: "success",
    Status.FAILED: "error",
    Status.INTERRUPTED: "warning",
    Status.TIMED_OUT: "warning",
    Status.WORKER_DIED: "error",
    Status.LOST: "error",
    Status.REJECTED: "warning",
}


def status_symbol(status: Status) -> str:
    """One character of width one for a status; no two statuses share theirs."""
    return _SYMBOLS[status]


def status_colour(status: Status) -> str:
    """The theme variable a status is painted with, without the `$`."""
    return _COLOURS[status]


def status_words(status: Status) -> str:
    """A status as words: `timed out`, `worker died`."""
    return status.value.replace("_", " ")


def size(count: int) -> str:
    """A number of bytes in decimal units: `0 B`, `999 B`, `1.2 kB`, `34 kB`, `1.0 MB`."""
    if count < 1000:
        return f"{max(count, 0)} B"
    amount = float(count)
    for unit in _SIZES:
        amount /= 1000
        if amount < 9.95:
            return f"{amount:.1f} {unit}"
        if amount < 999.5 or unit == _SIZES[-1]:
            return f"{amount:,.0f} {unit}"
    raise AssertionError("the last unit takes every amount")


def duration(milliseconds: float) -> str:
    """How long something took: `0.4 ms`, `12 ms`, `1.2 s`, `2 min 03 s`, `1 h 02 min`."""
    if milliseconds < 0.95:
        return f"{max(milliseconds, 0):.1f} ms"
    if milliseconds < 999.5:
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1000
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes:02} min"


def age(moment: float, now: float | None = None) -> str:
    """How long ago `moment` was, in one unit: `now`, `12 s`, `3 min`, `2 h`, `5 d`, `8 mo`, `3 y`.

    Both are seconds since the epoch; a moment in the future (another machine's clock) is `now` too.
    """
    seconds = int((time.time() if now is None else now) - moment)
    if seconds < 5:
        return "now"
    for limit, unit, word in (
        (60, 1, "s"),
        (3600, 60, "min"),
        (86_400, 3600, "h"),
        (60 * 86_400, 86_400, "d"),
    ):
        if seconds < limit:
            return f"{seconds // unit} {word}"
    days = seconds // 86_400
    return f"{days // 30} mo" if days < 720 else f"{days // 365} y"


def ago(moment: float, now: float | None = None) -> str:
    """`age` as part of a sentence: `just now`, `3 min ago`."""
    passed = age(moment, now)
    return "just now" if passed == "now" else f"{passed} ago"


def stamp(moment: float) -> str:
    """`moment` (seconds since the epoch) as local date and time: `2026-03-09 14:05:31`."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment))


def count(number: int, one: str, many: str = "") -> str:
    """A counted noun: `1 entry`, `2,345 entries`. `many` is `one` with an s unless given."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


_KEY_NAMES = {
    "slash": "/",
    "question_mark": "?",
    "full_stop": ".",
    "comma": ",",
    "plus": "+",
    "minus": "-",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "escape": "Esc",
    "delete": "Del",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


def key_words(key: str) -> str:
    """A key as people write it: `Ctrl+S`, `F5`, `Enter`, `/`; a bare letter stays small, as it is typed."""
    *modifiers, name = key.split("+")
    shown = _KEY_NAMES.get(name) or (name if len(name) == 1 and not modifiers else name.capitalize())
    return "+".join([*(word.capitalize() for word in modifiers), shown])
