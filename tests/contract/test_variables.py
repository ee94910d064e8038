"""The variables of a session are told without running any of its code."""

from __future__ import annotations

import pytest

from backend.models import Variable
from backend.port import Backend
from tests.contract.driver import run, value

pytestmark = pytest.mark.needs("local")


async def look(backend: Backend) -> dict[str, Variable]:
    """The variables; a machine under load may take more than the time there is, so some tries."""
    for _ in range(5):
        found = await backend.variables("one")
        if found is not None:
            return {each.name: each for each in found}
    raise AssertionError("no answer in time")


async def test_names_types_sizes_and_values(backend: Backend) -> None:
    await run(backend, "1")
    assert await look(backend) == {}
    await run(
        backend,
        "import os\n_hidden = 1\nnumber = 12\ntext = 'x' * 1000\nitems = [1, 'a', {'k': (1.5, None)}]\n"
        "big = 7 ** 9999\ndef work(): pass\nclass Thing: pass\nthing = Thing()\nempty = set()\n"
        "deep = [[[[[1]]]]]\nmany = list(range(100))",
    )
    found = await look(backend)
    assert found["number"] == Variable("number", "int", "", "12")
    assert (found["text"].size, found["text"].value[:5]) == ("1000", "'xxxx")
    assert found["items"] == Variable("items", "list", "3", "[1, 'a', {'k': (1.5, None)}]")
    assert found["big"].value.startswith("<")
    assert found["work"] == Variable("work", "function")
    assert found["thing"] == Variable("thing", "Thing")
    assert found["empty"].value == "set()"
    assert found["deep"].value == "[[[[…]]]]" or found["deep"].value == "[[[…]]]"
    assert found["many"].value == "[0, 1, 2, 3, 4, 5, 6, 7, …]"
    assert {"os", "_hidden", "In", "Out", "exit"}.isdisjoint(found)


async def test_no_code_of_the_session_is_run(backend: Backend) -> None:
    await run(
        backend,
        "calls = []\n"
        "def told(*a, **k): calls.append(1); return 'x'\n"
        "class Meta(type):\n    __eq__ = __hash__ = __instancecheck__ = __subclasscheck__ = told\n"
        "    __name__ = property(told)\n"
        "class Evil(metaclass=Meta):\n"
        "    __repr__ = __len__ = __eq__ = __str__ = __iter__ = __class__ = told\n"
        "    __hash__ = lambda self: 1\n"
        "    shape = property(told)\n    __getattribute__ = told\n"
        "class Listed(list): __repr__ = __len__ = __iter__ = told\n"
        "evil, listed = Evil(), Listed()\nheld = [evil, listed]\ncalls.clear()",
    )
    found = await look(backend)
    assert (found["evil"].type, found["evil"].value) == ("Evil", "")
    assert found["held"].value == "[<Evil>, <Listed>]"
    assert await value(backend, "len(calls)") == "0"


async def test_while_code_runs_nothing_is_told_and_a_later_look_has_what_is_new(backend: Backend) -> None:
    await run(backend, "a = 1")
    await look(backend)
    await run(backend, "b = 2; del a")
    assert list(await look(backend)) == ["b"]
