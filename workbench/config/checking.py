"""Values from outside against the schema, by pydantic. Imported only when there are values."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from workbench.config.problems import Problem, nearest
from workbench.config.schema import EditorSettings, OutputSettings, Profile

T = TypeVar("T")
Tree = dict[str, Any]
Path = tuple[str, ...]

_SECTIONS: Mapping[str, type] = {"editor": EditorSettings, "output": OutputSettings}
_MAX_SHOWN = 40


def check(
    schema: type[T], tree: Tree, origins: Mapping[Path, str], prefix: Path = ()
) -> tuple[T, list[Problem]]:
    """An instance of `schema` from the values that are right, and a problem for each that is not.

    Wrong values are taken out of `tree`, so that their defaults hold.
    """
    adapter = TypeAdapter(schema)
    problems: list[Problem] = []
    while True:
        try:
            return adapter.validate_python(tree), problems
        except ValidationError as error:
            places = set()
            for details in error.errors(include_url=False):
                place = _place(details["loc"], tree)
                if place not in places:  # a union reports each of its members
                    places.add(place)
                    full = prefix + place
                    source = next(
                        (origins[full[:n]] for n in range(len(full), 0, -1) if full[:n] in origins), ""
                    )
                    problems.append(Problem(source, ".".join(full), _sentence(details, place, schema)))
            for place in places:
                _remove(tree, place)


def _place(location: tuple[int | str, ...], tree: Tree) -> Path:
    """The part of an error's location that names a setting (pydantic adds names of union members)."""
    place: list[str] = []
    node: Any = tree
    for part in location:
        if not isinstance(node, dict) or part not in node:
            break
        place.append(str(part))
        node = node[part]
    return tuple(place)


def _sentence(details: ErrorDetails, place: Path, schema: type) -> str:
    if details["type"] == "unexpected_keyword_argument":
        return f"there is no such setting{nearest(place[-1], _known(place, schema))}"
    if details["type"].startswith("dataclass"):
        return "must be a table, with a name in brackets above its settings."
    if details["type"] == "auth":
        return f"{details['msg']}."  # what stands there may be a token
    shown = repr(details["input"])
    if len(shown) > _MAX_SHOWN:
        shown = f"{shown[:_MAX_SHOWN]}…"
    message = details["msg"].partition(", unable")[0].replace("a valid integer", "an integer")
    message = (
        message.replace("a valid", "a")
        .replace("a tuple", "a list")
        .replace("Input should", "must")
        .replace("String should", "must")
    )
    return f"{message[:1].lower()}{message[1:]}, not {shown}."


def _known(place: Path, schema: type) -> list[str]:
    if len(place) > 1:
        schema = Profile if place[0] == "profiles" else _SECTIONS.get(place[0], schema)
    return [field.name for field in dataclasses.fields(schema)]


def _remove(tree: Tree, place: Path) -> None:
    for part in place[:-1]:
        tree = tree[part]
    tree.pop(place[-1], None)
