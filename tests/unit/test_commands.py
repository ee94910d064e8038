"""The command table: what follows from it is right for every row."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from textual.binding import Binding

from workbench.commands.command import Command, Place
from workbench.commands.command import bindings as binding_types
from workbench.commands.table import COMMANDS
from workbench.config.keys import check_keys


def bindings(commands: tuple[Command, ...], place: Place) -> list[Binding]:
    """The bindings of a place, which are all of the long form."""
    return [binding for binding in binding_types(commands, place) if isinstance(binding, Binding)]


FIXED = {"f5", "f8", "ctrl+a", "ctrl+s", "ctrl+r", "ctrl+p", "f1", "ctrl+q"}


def test_ids_are_unique() -> None:
    counts = Counter(command.id for command in COMMANDS)
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_command_has_help_and_a_way_to_reach_it(command: Command) -> None:
    assert command.help.endswith(".")
    assert command.label
    assert command.key or command.palette


def test_the_keys_that_never_move_are_fixed() -> None:
    assert {command.key for command in COMMANDS if command.fixed} >= FIXED


@pytest.mark.parametrize("place", Place)
def test_no_key_does_two_things_in_one_place(place: Place) -> None:
    keys = Counter(binding.key for binding in bindings(COMMANDS, place))
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("place", [place for place in Place if place is not Place.APP and not place.alone])
def test_no_pane_hides_a_key_of_the_app(place: Place) -> None:
    app = {binding.key for binding in bindings(COMMANDS, Place.APP)}
    pane = {binding.key for binding in bindings(COMMANDS, place)}
    assert not app & pane - {"ctrl+n", "ctrl+w"}


def test_each_binding_has_one_key_and_an_id_of_its_own() -> None:
    every = [binding for place in Place for binding in bindings(COMMANDS, place)]
    assert all("," not in binding.key for binding in every)
    assert len({binding.id for binding in every}) == len(every)


def test_the_defaults_pass_the_check_of_keys() -> None:
    keys = {command.id: command.key for command in COMMANDS if command.key}
    _, problems = check_keys(keys, COMMANDS, "table")
    assert [str(problem) for problem in problems] == []


FILES = {
    Place.EDITOR: ("test_edit", "test_vi_keys", "test_finding", "test_workday"),
    Place.OUTPUT: ("test_output", "test_find", "test_lending"),
    Place.HISTORY: ("test_history", "test_exporting"),
    Place.FILES: ("test_files", "test_editing_files"),
    Place.VARIABLES: ("test_variables",),
    Place.PREVIEW: ("test_preview", "test_lending", "test_editing_files"),
    Place.SEARCH: ("test_search", "test_exporting", "test_replay", "test_jump"),
    Place.TRANSFERS: ("test_transfers", "test_outside"),
}
"""How the names of test files begin that press the keys of a pane."""
ABOUT_KEYS = ("test_commands.py", "test_keys.py", "test_own_keys.py", "test_load.py", "test_usage.py")
"""Tests that name commands without running them."""
TABLES = ("MOVES", "DELETIONS")
"""Tables of keys that a test presses one after another."""


def _tests(beginnings: tuple[str, ...]) -> Iterator[ast.AST]:
    """What tests of the app, of the terminal and of single parts are made of."""
    folder = Path(__file__).parents[1]
    for part in ("app", "terminal", "unit", "snapshots"):
        for file in (folder / part).rglob("test_*.py"):
            if file.name.startswith(beginnings) and file.name not in ABOUT_KEYS:
                yield from ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def _texts(node: ast.AST) -> set[str]:
    found = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
    return {value for value in found if isinstance(value, str)}


@cache
def _said() -> set[str]:
    """The texts and names in tests."""
    said: set[str] = set()
    for node in _tests(("test_",)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            said.add(node.value)
        elif isinstance(node, ast.Attribute):
            said.add(node.attr)
    return said


@cache
def _pressed(beginnings: tuple[str, ...]) -> set[str]:
    """The keys that tests press, or loop over to press them."""
    pressed: set[str] = set()
    for node in _tests(beginnings):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            pressed |= (
                _texts(node)
                if name in ("press", "pressed", "press_keys", "keys", "parametrize", "answer")
                else set()
            )
        elif isinstance(node, ast.For | ast.comprehension):
            pressed |= _texts(node.iter)
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in TABLES:
            pressed |= _texts(node.value)
    return pressed


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_command_is_named_by_a_test(command: Command) -> None:
    """By its id, its action or its title in the palette, or a test of its place presses its key."""
    action = command.action.partition("(")[0]
    names = {command.id, command.action, f"action_{action}", f"{command.group}: {command.label}"}
    keys = {command.key, *command.aliases} - {""}
    assert names & _said() or keys & _pressed(FILES.get(command.place, ("test_",)))
