"""Checks of `[keys]`: command ids, key names, keys that never move, two commands on one key."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from workbench.config.problems import Problem, nearest

_MODIFIERS = ("ctrl", "alt", "shift", "super", "hyper", "meta")
_EDITING = ("escape", "enter", "tab", "backspace", "delete", "insert", "space", "newline")
_MOVING = ("home", "end", "pageup", "pagedown", "up", "down", "left", "right")
_SIGNS = ("slash", "backslash", "at", "minus", "plus", "underscore")
_NAMED = frozenset((*_EDITING, *_MOVING, *_SIGNS)) | {f"f{number}" for number in range(1, 25)}
# how Textual names characters that Unicode names otherwise
_SHORT_NAMES = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}


class KeyedCommand(Protocol):
    """What a command must tell to be checked."""

    @property
    def id(self) -> str:
        """Its name in `[keys]`."""

    @property
    def key(self) -> str:
        """Its default key."""

    @property
    def aliases(self) -> Sequence[str]:
        """Its other keys; they stay when `key` is changed."""

    @property
    def fixed(self) -> bool:
        """Whether its key never moves."""

    @property
    def place(self) -> str:
        """Where its key works; `app` is everywhere."""


def normal_key(key: str) -> str | None:
    """The key as Textual spells it (`?` → `question_mark`), or None for a name that no key has."""
    *modifiers, base = key.split("+") if len(key) > 1 else [key]
    if len(base) == 1:
        base = base if base.isalnum() else _character_name(base)
    elif not _is_named(base):
        return None
    if not base or len(set(modifiers)) != len(modifiers) or not set(modifiers) <= set(_MODIFIERS):
        return None
    # Textual writes modifiers in alphabetical order
    return "+".join([*sorted(modifiers), base])


def check_keys(
    keys: Mapping[str, str], commands: Sequence[KeyedCommand], source: str
) -> tuple[dict[str, str], list[Problem]]:
    """The keys that are right, as Textual spells them, and what is wrong with the others."""
    known = {command.id: command for command in commands}
    good: dict[str, str] = {}
    problems: list[Problem] = []
    for name, key in keys.items():
        wrong, normal = _check_one(name, key, known)
        if wrong:
            problems.append(Problem(source, f"keys.{name}", wrong))
        else:
            good[name] = normal
    for name, message in list(_clashes(good, commands)):
        problems.append(Problem(source, f"keys.{name}", message))
        good.pop(name, None)
    return good, problems


def _check_one(name: str, key: str, known: Mapping[str, KeyedCommand]) -> tuple[str, str]:
    command = known.get(name)
    if command is None:
        return f"there is no command {name!r}{nearest(name, known)}", ""
    normal = normal_key(key)
    if normal is None:
        return f"{key!r} is no key; write for example 'f6', 'ctrl+t' or 'question_mark'.", ""
    if command.fixed and normal != command.key:
        return f"the key of {name!r} is {command.key} and never moves.", ""
    if command.fixed:
        return "", normal
    for other in known.values():
        if other.fixed and other is not command and normal in (other.key, *other.aliases):
            return f"{normal} belongs to {other.id!r} and never moves.", ""
    return "", normal


def _clashes(keys: Mapping[str, str], commands: Sequence[KeyedCommand]) -> Iterator[tuple[str, str]]:
    """Changed commands that share a key with another of the same place."""
    taken: dict[tuple[str, str], str] = {}
    # unchanged commands first: it is the changed one that is in the way
    for command in sorted(commands, key=lambda command: command.id in keys):
        first = keys.get(command.id, command.key)
        for key in (first, *command.aliases):
            if not key:
                continue
            other = taken.setdefault((command.place, key), command.id)
            if other != command.id and command.id in keys:
                yield command.id, f"{key} is the key of {other!r} in the same place."
                break


def _is_named(base: str) -> bool:
    if base in _NAMED or base in {_character_name(chr(code)) for code in range(0x21, 0x7F)}:
        return True
    try:
        character = unicodedata.lookup(base.replace("_", " "))
    except KeyError:
        return False
    return _character_name(character) == base


def _character_name(character: str) -> str:
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _SHORT_NAMES.get(name, name)
