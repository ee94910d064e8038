"""Theme files from our `themes` folder and the user's, each checked whole before anything is made of it."""

from __future__ import annotations

import contextlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import workbench
from backend.records import dataclass
from workbench.config.problems import nearest
from workbench.sanitize import sanitize_line
from workbench.theming.theme_file import ANSI_KEYS, COLOR_KEYS, SYNTAX_KEYS, ThemeFile

DEFAULT_THEME = "harbor"

_TABLES = {"colors": COLOR_KEYS, "syntax": SYNTAX_KEYS, "ansi": ANSI_KEYS}
_TOP = ("name", "dark", *_TABLES, "variables")
_COLOR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_WORDS = ("bold", "italic", "underline", "dim", "strike")
_VARIABLE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
# a colour with or without opacity, `auto` with opacity, or text style words; no reference to other variables
_STYLE = "(?:not )?(?:none|bold|italic|underline|reverse|dim|strike)"
_VALUE = re.compile(
    rf"(?:#(?:[0-9a-f]{{3}}|[0-9a-f]{{6}})|auto)(?: \d{{1,3}}%)?|transparent|{_STYLE}(?: {_STYLE})*",
    re.IGNORECASE,
)
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Themes:
    """Themes by name, and one sentence for each file that is broken."""

    themes: Mapping[str, ThemeFile]
    problems: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()
    """Names of those that are the user's files."""

    def choose(self, name: str) -> tuple[ThemeFile, str]:
        """The theme of a name and no message, or the default theme and what is wrong with the name."""
        found = self.themes.get(name)
        if found is not None:
            return found, ""
        message = f"There is no theme {name!r}{nearest(name, self.themes)}"
        return self.themes[DEFAULT_THEME], sanitize_line(message)


class ThemeError(ValueError):
    """A theme file that cannot be used; the message says why, without the file's name."""


def builtin_directory() -> Path:
    """The `themes` folder beside the package, in a wheel and in a checkout alike.

    `importlib.resources.files("themes")` would take any other `themes` package or folder on the path.
    """
    return Path(workbench.__file__).parent.parent / "themes"


def load_themes(user: Path | None = None) -> Themes:
    """Our themes, and those of the `user` folder, which go before ours of the same name."""
    themes: dict[str, ThemeFile] = {}
    problems: list[str] = []
    own: set[str] = set()
    for directory in (builtin_directory(), user):
        for path in _files(directory, problems):
            try:
                theme = parse_theme(path.read_text("utf-8"))
            except (ThemeError, UnicodeDecodeError, OSError) as error:
                reason = error.strerror if isinstance(error, OSError) else str(error)
                problems.append(sanitize_line(f"The theme file {path.name} is left out: {reason}"))
            else:
                themes[theme.name] = theme
                if directory is user:
                    own.add(theme.name)
    return Themes(themes, tuple(problems), frozenset(own))


def signature(user: Path) -> frozenset[tuple[str, int, int]]:
    """Name, time and size of each theme file: other ones where a file came, went or changed."""
    found = set()
    for directory in (builtin_directory(), user):
        for path in _files(directory, []):
            with contextlib.suppress(OSError):
                stat = path.stat()
                found.add((str(path), stat.st_mtime_ns, stat.st_size))
    return frozenset(found)


def parse_theme(text: str) -> ThemeFile:
    """The theme in a file's text. Raises ThemeError with what is wrong, several things at once if need be."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(f"{error}.") from error
    wrong = list(_faults(data))
    if wrong:
        more = f" And {len(wrong) - _SHOWN} more." if len(wrong) > _SHOWN else ""
        raise ThemeError(" ".join(wrong[:_SHOWN]) + more)
    return ThemeFile(
        data["name"], data["dark"], data["colors"], data["syntax"], data["ansi"], data.get("variables", {})
    )


def _files(directory: Path | None, problems: list[str]) -> list[Path]:
    if directory is None:
        return []
    try:
        return sorted(path for path in directory.iterdir() if path.suffix == ".toml")
    except FileNotFoundError:
        return []
    except OSError as error:
        problems.append(sanitize_line(f"The themes in {directory} are left out: {error.strerror}"))
        return []


def _faults(data: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong, a sentence each."""
    yield from _names("", data, _TOP, optional=("variables",))
    name = data.get("name", "x")
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        yield f"name must be printable text, not {name!r}."
    if not isinstance(data.get("dark", True), bool):
        yield f"dark must be true or false, not {data['dark']!r}."
    for table, keys in _TABLES.items():
        values = data.get(table, {})
        if not isinstance(values, dict):
            yield f"{table} must be a table."
        elif table in data:
            yield from _names(f"{table}.", values, keys)
            yield from _colors(table, {key: values[key] for key in keys if key in values})
    variables = data.get("variables", {})
    if not isinstance(variables, dict):
        yield "variables must be a table."
        return
    for key, value in variables.items():
        if not _VARIABLE.fullmatch(key):
            yield f"variables.{key} is no name of a variable."
        elif not isinstance(value, str) or not _VALUE.fullmatch(value):
            yield f"variables.{key} must be a colour like '#1f2733 50%' or text styles, not {value!r}."


def _names(
    prefix: str, found: Mapping[str, Any], known: Iterable[str], optional: Iterable[str] = ()
) -> Iterator[str]:
    missing = [key for key in known if key not in found]
    for key in found:
        if key not in tuple(known):
            yield f"There is no {prefix}{key}{nearest(key, missing or known)}"
    absent = [f"{prefix}{key}" for key in missing if key not in tuple(optional)]
    if absent:
        yield f"{', '.join(absent)} {'is' if len(absent) == 1 else 'are'} missing."


def _colors(table: str, values: Mapping[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        words = value.split() if isinstance(value, str) else []
        styles = words[:-1] if table == "syntax" else []
        fine = bool(words) and _COLOR.fullmatch(words[-1]) and words == [*styles, words[-1]]
        if not fine or not set(styles) <= set(_WORDS):
            yield f"{table}.{key} must be a colour like '#1f2733', not {value!r}."
