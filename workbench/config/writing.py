"""Writing settings into one table of config.toml, with everything else in it left as it is.

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
"""Settings of one table."""
Place = tuple[str, ...]
"""Names of the table: `("profiles", "pool")`, `("keys",)`, and `()` for what stands above all tables."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_HEADER = re.compile(r"\s*\[")
_BLANK_OR_COMMENT = re.compile(r"\s*(#.*)?$")
BY_HAND = "Write it by hand."


def save_profile(path: Path, name: str, table: Table, drop: Collection[str] = ()) -> None:
    """Write settings of a profile; see `save_table`."""
    save_table(path, ("profiles", name), table, drop)


def save_theme(path: Path, name: str) -> None:
    """Write which theme is worn; see `save_table`."""
    save_table(path, (), {"theme": name})


def save_keys(path: Path, keys: Mapping[str, str], drop: Collection[str] = ()) -> None:
    """Write keys by command id; those in `drop` are the default ones again. See `save_table`."""
    save_table(path, ("keys",), keys, drop)


def save_table(path: Path, place: Place, table: Table, drop: Collection[str] = ()) -> None:
    """Write settings of a table into the config file at `path`, which need not exist. Raises ConfigError.

    Its settings in `drop` go; others than those named stay as they are.
    """
    old = _read(path)
    before = _parsed(old, path)
    new = with_table(old, place, table, drop)
    _check(before, new, place, table, drop, path)
    _replace(path.resolve(), new)
    if _read(path) != new:
        raise ConfigError(f"{path} was changed by another program while it was saved.", "Save once more.")


def with_profile(text: str, name: str, table: Table, drop: Collection[str] = ()) -> str:
    """`text`, a config file, with these settings in the table of a profile, which is added if need be."""
    return with_table(text, ("profiles", name), table, drop)


def with_table(text: str, place: Place, table: Table, drop: Collection[str] = ()) -> str:
    """`text`, a config file, with these settings in one of its tables, which is added if need be.

    Lines of settings that do not change stay as they are, comments too.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    found = _find(lines, place)
    if found is None:
        ended = text if not text or text.endswith("\n") else text + newline
        gap = newline if ended.strip() else ""
        header = ".".join(_key(name) for name in place)
        return f"{ended}{gap}[{header}]{newline}{_settings(table, newline)}"
    start, end = found
    while end > start and _BLANK_OR_COMMENT.match(lines[end - 1].rstrip("\r\n")):
        end -= 1  # comments before the next table belong to that one
    missing = dict(table)
    kept: list[str] = []
    for line in lines[start:end]:
        key, value = _setting(line)
        if key in missing:
            wanted = missing.pop(key)
            same = type(wanted) is type(value) and wanted == value
            kept.append(line if same else _settings({key: wanted}, newline))
        elif key not in drop:
            kept.append(line)
    above = [line if line.endswith("\n") else line + newline for line in [*lines[:start], *kept]]
    added = _settings(missing, newline)
    if added and not place and not kept and lines:
        added += newline  # a line between the first setting of all and what follows
    return "".join([*above, added, *lines[end:]])


def _settings(table: Table, newline: str) -> str:
    return "".join(f"{_key(key)} = {_value(value)}{newline}" for key, value in table.items())


def _setting(line: str) -> tuple[str, Any]:
    """Key and value of a line that is one setting; an empty key for any other."""
    try:
        found = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return "", None
    return next(iter(found.items()), ("", None))


def _find(lines: list[str], place: Place) -> tuple[int, int] | None:
    """First line below a table's header and the line after its last; what is inside a long text is none."""
    start = None if place else 0
    for number, line in enumerate(lines):
        if not _HEADER.match(line) or not _whole("".join(lines[:number])):
            continue
        if start is not None:
            return start, number
        if _names(line, place):
            start = number + 1
    return None if start is None else (start, len(lines))


def _whole(text: str) -> bool:
    """Whether a text ends where a table may begin: outside of strings and lists."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _names(line: str, place: Place) -> bool:
    with contextlib.suppress(tomllib.TOMLDecodeError):
        return tomllib.loads(line) == _nested(place, {})
    return False


def _nested(place: Place, table: Mapping[str, Any]) -> dict[str, Any]:
    nested = dict(table)
    for name in reversed(place):
        nested = {name: nested}
    return nested


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
    before: dict[str, Any], new: str, place: Place, table: Table, drop: Collection[str], path: Path
) -> None:
    """Raises ConfigError unless the new text is the old settings with this one table changed."""
    what = f"the profile {place[1]!r}" if place[:1] == ("profiles",) else f"[{'.'.join(place)}]"
    refused = ConfigError(
        f"{path} has {what} in a form that cannot be replaced safely, so it is left as it is.", BY_HAND
    )
    try:
        got = tomllib.loads(new)
        wanted = _with(before, place, table, drop)
    except (tomllib.TOMLDecodeError, TypeError):
        raise refused from None
    if got != wanted:
        raise refused


def _with(tree: dict[str, Any], place: Place, table: Table, drop: Collection[str]) -> dict[str, Any]:
    """`tree` with one table changed. Raises TypeError where something else is in its place."""
    if not isinstance(tree, dict):
        raise TypeError
    if not place:
        return {**{key: value for key, value in tree.items() if key not in drop}, **table}
    return {**tree, place[0]: _with(tree.get(place[0], {}), place[1:], table, drop)}


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
