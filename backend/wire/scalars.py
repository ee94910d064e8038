"""Single values of the wire, read in every spelling seen: text, numbers, times, durations, sizes."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from backend.wire.text import well_formed

_TIME = re.compile(
    r"\s*(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.,](\d+))?\s*(?:([Zz]|UTC|GMT)|([+-])(\d\d):?(\d\d))?\s*"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GO = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(h|ms|us|µs|μs|ns|m|s)")
_UNITS = {
    "h": 3_600_000.0,
    "m": 60_000.0,
    "s": 1000.0,
    "ms": 1.0,
    "us": 1e-3,
    "µs": 1e-3,
    "μs": 1e-3,
    "ns": 1e-6,
}
_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*")
_LONGEST = 400  # characters of a number: the longest float has 330


def as_text(value: Any) -> str:
    """A stream, a name, an id: text as it is, null as nothing, parts of a list joined, all else as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return well_formed("".join(value))
    try:
        return well_formed(json.dumps(value, ensure_ascii=False))
    except (TypeError, ValueError, RecursionError):
        return ""


def as_number(value: Any) -> int | float | None:
    """A finite number, or text that spells one; None for what tells no number. Whole numbers stay whole."""
    if isinstance(value, str):
        if len(value) > _LONGEST or not _NUMBER.fullmatch(value):
            return None
        value = float(value)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return value if math.isfinite(value) else None
    except OverflowError:
        return None


def as_size(value: Any) -> int:
    """Bytes of a file; 0 for what tells none."""
    number = as_number(value)
    return 0 if number is None else max(0, int(number))


def as_time(value: Any) -> float | None:
    """Seconds since the epoch of an ISO time with any number of digits, taken as UTC without an offset.

    Numbers are seconds, or milliseconds where seconds would be past the year 5000. None for what tells none.
    """
    if not isinstance(value, str):
        number = as_number(value)
        return number if number is None or abs(number) < 1e11 else number / 1000
    found = _TIME.fullmatch(value)
    if not found:
        return None
    day, clock, fraction, _, sign, hours, minutes = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}+00:00")
    except ValueError:
        return None
    offset = (int(hours) * 3600 + int(minutes) * 60) * (-1 if sign == "-" else 1) if sign else 0
    seconds = (moment - _EPOCH) // timedelta(seconds=1) - offset
    # joined as text where it can be: a sum would round twice
    return float(f"{seconds}.{fraction or 0}") if seconds >= 0 else seconds + float(f"0.{fraction or 0}")


def time_text(seconds: float) -> str:
    """The time as the service writes it: nine digits of fraction and Z; the epoch for a year past 9999."""
    seconds = seconds if math.isfinite(seconds) else 0.0
    whole = math.floor(seconds)
    more, nanoseconds = divmod(round((seconds - whole) * 1e9), 1_000_000_000)
    try:
        moment = _EPOCH + timedelta(seconds=whole + more)
    except OverflowError:
        moment, nanoseconds = _EPOCH, 0
    return f"{moment.replace(tzinfo=None).isoformat()}.{nanoseconds:09d}Z"


def as_milliseconds(text: str) -> float | None:
    """The duration that an X-Ms-* header tells: integers and decimals are milliseconds, `42m56.97s` is Go's.

    The units of plain numbers are stated nowhere; an execution that slept for five seconds was seen with 5011
    and 5010.000000. None for what is no duration, or a negative one.
    """
    number = as_number(text)
    if number is not None:
        return number if number >= 0 else None
    text = text.strip()
    parts = _GO.findall(text)
    if not parts or "".join(map("".join, parts)) != text or len(text) > _LONGEST:
        return None
    return sum(float(amount) * _UNITS[unit] for amount, unit in parts)


def go_duration(milliseconds: float) -> str:
    """The duration as Go writes it, to the microsecond: `1h2m3.5s`, `42m56.970311s`, `9ms`, `0s`."""
    microseconds = max(0, round(milliseconds * 1000))
    if microseconds < 1_000_000:
        return f"{_decimal(microseconds, 3)}ms" if microseconds else "0s"
    minutes, rest = divmod(microseconds, 60_000_000)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return f"{text}{_decimal(rest, 6)}s"


def _decimal(number: int, places: int) -> str:
    whole, fraction = divmod(number, 10**places)
    return f"{whole}.{fraction:0{places}d}".rstrip("0").rstrip(".")
