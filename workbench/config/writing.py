"""Writing one `[profiles.NAME]` table into config.toml, with everything else in it left as it is.

The file is changed as text: lines of that one table are replaced, or added at its end or that of the file.
What came of it is read again, and must differ from before in that table alone; else nothing is written.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from backend.errors import ConfigError
from workbench.config.paths import private_directory

Table = Mapping[str, str | int | float | bool]
"""Settings of a profile."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_HEADER = re.compile(r"\s*\[")
_BLANK_OR_COMMENT = re.compile(r"\s*(#.*)?$")
BY_HAND = "Write the profile into it by hand."


def save_profile(path: Path, name: str, table: Table, drop: Collection[str] = ()) -> None:
    """Write settings of a profile into the config file at `path`, which need not exist. Raises ConfigError.

    Its settings in `drop` go; others than those named stay as they are.
    """
    old = _read(path)
    before = _parsed(old, path)
    new = with_profile(old, name, table, drop)
    _check(before, new, name, table, drop, path)
    _replace(path.resolve(), new)
    if _read(path) != new:
        raise ConfigError(f"{path} was changed by another program while it was saved.", "Save once more.")


def with_profile(text: str, name: str, table: Table, drop: Collection[str] = ()) -> str:
    """`text`, a config file, with these settings in the table of a profile, which is added if need be.

    Lines of settings that do not change stay as they are, comments too.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    place = _find(lines, name)
    if place is None:
        ended = text if not text or text.endswith("\n") else text + newline
        gap = newline if ended.strip() else ""
        return f"{ended}{gap}[profiles.{_key(name)}]{newline}{_settings(table, newline)}"
    start, end = place
    while end > start + 1 and _BLANK_OR_COMMENT.match(lines[end - 1].rstrip("\r\n")):
        end -= 1  # comments before the next table belong to that one
    missing = dict(table)
    kept: list[str] = []
    for line in lines[start + 1 : end]:
        key, value = _setting(line)
        if key in missing:
            wanted = missing.pop(key)
            same = type(wanted) is type(value) and wanted == value
            kept.append(line if same else _settings({key: wanted}, newline))
        elif key not in drop:
            kept.append(line)
    above = [line if line.endswith("\n") else line + newline for line in [*lines[: start + 1], *kept]]
    return "".join([*above, _settings(missing, newline), *lines[end:]])


def _settings(table: Table, newline: str) -> str:
    return "".join(f"{_key(key)} = {_value(value)}{newline}" for key, value in table.items())


def _setting(line: str) -> tuple[str, Any]:
    """Key and value of a line that is one setting; an empty key for any other."""
    try:
        found = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return "", None
    return next(iter(found.items()), ("", None))


def _find(lines: list[str], name: str) -> tuple[int, int] | None:
    """First line of a profile's table and the line after its last; what is inside a long text is none."""
    start = None
    for number, line in enumerate(lines):
        if not _HEADER.match(line) or not _whole("".join(lines[:number])):
            continue
        if start is not None:
            return start, number
        if _names_profile(line, name):
            start = number
    return None if start is None else (start, len(lines))


def _whole(text: str) -> bool:
    """Whether a text ends where a table may begin: outside of strings and lists."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _names_profile(line: str, name: str) -> bool:
    with contextlib.suppress(tomllib.TOMLDecodeError):
        return tomllib.loads(line) == {"profiles": {name: {}}}
    return False


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: str | int | float | bool) -> str:
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(value: str) -> str:
    """A basic string of TOML, whose escapes are those of JSON but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ConfigError(f"{path} cannot be read: {said}.", BY_HAND) from error


def _parsed(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} has a mistake, so it is left as it is: {error}.", BY_HAND) from error


def _check(
    before: dict[str, Any], new: str, name: str, table: Table, drop: Collection[str], path: Path
) -> None:
    """Raises ConfigError unless the new text is the old settings with this one profile changed."""
    refused = ConfigError(
        f"{path} has the profile {name!r} in a form that cannot be replaced safely, so it is left as it is.",
        BY_HAND,
    )
    profiles = before.get("profiles", {})
    if not isinstance(profiles, dict):
        raise refused
    had = profiles.get(name, {})
    if not isinstance(had, dict):
        raise refused
    kept = {key: value for key, value in had.items() if key not in drop}
    wanted = {**before, "profiles": {**profiles, name: {**kept, **table}}}
    try:
        got = tomllib.loads(new)
    except tomllib.TOMLDecodeError:
        raise refused from None
    if got != wanted:
        raise refused


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all, with the rights it had."""
    temporary = ""
    try:
        private_directory(path.parent)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".config-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(descriptor)
            if path.exists():
                os.fchmod(descriptor, path.stat().st_mode & 0o777)
        Path(temporary).replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise ConfigError(f"{path} cannot be written: {error.strerror}.", BY_HAND) from error
