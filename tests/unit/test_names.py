"""Our private names must not be those of the framework's base classes: a collision breaks it silently."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from functools import cache

import pytest
from textual.message_pump import MessagePump

import workbench


def _pumps() -> list[type[MessagePump]]:
    found = []
    for info in pkgutil.walk_packages(workbench.__path__, "workbench."):
        if info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        for value in vars(module).values():
            ours = inspect.isclass(value) and value.__module__ == info.name
            if ours and issubclass(value, MessagePump):
                found.append(value)
    return found


def _assigned(source: str) -> set[str]:
    """The attributes assigned on self in a class body."""
    return {
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }


@cache
def _names(cls: type) -> set[str]:
    return _assigned(textwrap.dedent(inspect.getsource(cls))) | set(vars(cls))


@pytest.mark.parametrize("cls", _pumps(), ids=lambda cls: cls.__name__)
def test_private_attributes_are_not_those_of_textual(cls: type[MessagePump]) -> None:
    theirs: set[str] = set()
    for base in cls.__mro__[1:]:
        if base.__module__.startswith("textual."):
            theirs |= _names(base)
    private = {
        name
        for name in _assigned(textwrap.dedent(inspect.getsource(cls)))
        if name.startswith("_") and not name.startswith("__")
    }
    assert private & theirs <= ALLOWED.get(cls.__name__, set())


# the editor overrides these on purpose; its equality test holds for the pinned series of Textual
ALLOWED = {"FastTextArea": {"_highlight_query", "_highlights", "_cursor_offset"}}
