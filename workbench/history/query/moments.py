"""Dates and times as a person types them, as moments in local time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

EXAMPLES = "2026-11-30, 2026-11, 14:30, today, yesterday, monday, 3d (days ago), 2h, 30m, 2w"
"""What can be typed, for hints and help."""

_AGO = re.compile(r"(\d{1,5})(m|min|h|d|w)")
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d?)(?:-(?P<day>\d\d?)"
    r"(?:[T ](?P<hour>\d\d?)(?::(?P<minute>\d\d)(?::(?P<second>\d\d))?)?)?)?)?",
    re.I,
)
_CLOCK = re.compile(r"(\d\d?):(\d\d)")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def span(text: str, now: float) -> tuple[float, float] | None:
    """The time that `text` names, as [begin, end) in seconds since the epoch; None for what is no time.

    `2026-11` is a month, `monday` the last one, `14:30` a minute of today; `3d` is the moment three days ago.
    """
    today = datetime.fromtimestamp(now).astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        found = _named(text.lower(), today, now) or _dated(text, today)
    except (ValueError, OverflowError, OSError):  # a 31st of February, a year without a calendar
        return None
    if found is None:
        return None
    begin, end = found
    return begin.timestamp(), end.timestamp()


def _named(text: str, today: datetime, now: float) -> tuple[datetime, datetime] | None:
    if match := _AGO.fullmatch(text):
        moment = datetime.fromtimestamp(now).astimezone() - timedelta(**{_UNITS[match[2]]: int(match[1])})
        return moment, moment
    if text in ("now", "today", "yesterday"):
        begin = _local(today - timedelta(days=int(text == "yesterday")))
        return begin, _local(begin + timedelta(days=1))
    days = [day for day in _DAYS if len(text) >= 3 and day.startswith(text)]
    if days:
        begin = _local(today - timedelta(days=(today.weekday() - _DAYS.index(days[0])) % 7))
        return begin, _local(begin + timedelta(days=1))
    return None


def _dated(text: str, today: datetime) -> tuple[datetime, datetime] | None:
    if match := _CLOCK.fullmatch(text):
        begin = today.replace(hour=int(match[1]), minute=int(match[2]))
        return begin, begin + timedelta(minutes=1)
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    numbers = [int(number) for number in match.groups() if number is not None]
    begin = _local(datetime(*(numbers + [1, 1][len(numbers) - 1 :])[: max(3, len(numbers))]))  # type: ignore[arg-type]
    return begin, _end(begin, len(numbers))


def _end(begin: datetime, parts: int) -> datetime:
    """The end of a year, month, day, hour, minute or second."""
    if parts == 1:
        return _local(begin.replace(year=begin.year + 1))
    if parts == 2:
        return _local((begin + timedelta(days=32)).replace(day=1))
    unit = ("days", "hours", "minutes", "seconds")[parts - 3]
    return _local(begin + timedelta(**{unit: 1}))


def _local(moment: datetime) -> datetime:
    """The same reading of the clock with the offset of its own day: days are 23 to 25 hours long."""
    return moment.replace(tzinfo=None).astimezone()
