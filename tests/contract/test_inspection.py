"""What a live name is, told without changing it."""

from __future__ import annotations

import time

import pytest

from backend.models import Inspection
from backend.port import Backend
from tests.contract.driver import run, running, value

pytestmark = pytest.mark.needs("local")


async def look(backend: Backend, code: str, cursor: int | None = None) -> Inspection | None:
    """Inspect; a machine under load may take more than the time there is, so three tries."""
    for _ in range(3):
        found = await backend.inspect("one", code, len(code) if cursor is None else cursor)
        if found is not None:
            return found
    return None


async def test_a_function_tells_its_signature_and_documentation(backend: Backend) -> None:
    await run(backend, "def half(x: int, *, up=False) -> int:\n    'Half of x.'\n    return x // 2")
    found = await look(backend, "y = half")
    assert found is not None
    assert (found.name, found.type) == ("half", "function")
    assert found.signature.startswith("half(x")
    assert found.documentation == "Half of x."


@pytest.mark.parametrize(("code", "cursor"), [("half(", 5), ("half(1, [2", 8), ("half", 0), ("x = half ", 6)])
async def test_the_name_is_the_one_at_the_cursor_or_the_one_called(
    backend: Backend, code: str, cursor: int
) -> None:
    await run(backend, "def half(x): pass")
    found = await look(backend, code, cursor)
    assert found is not None
    assert found.name == "half"


async def test_a_value_is_shown_short(backend: Backend) -> None:
    await run(backend, "numbers = list(range(100_000))")
    found = await look(backend, "numbers")
    assert found is not None
    assert found.type == "list"
    assert len(found.value) <= 400


async def test_attributes_of_modules_are_found(backend: Backend) -> None:
    await run(backend, "import os.path")
    found = await look(backend, "os.path.join")
    assert found is not None
    assert found.name == "os.path.join"


async def test_properties_are_not_computed(backend: Backend) -> None:
    await run(
        backend,
        "class Thing:\n    count = 0\n    @property\n    def costly(self):\n        'Costs.'\n"
        "        Thing.count += 1\nthing = Thing()",
    )
    found = await look(backend, "thing.costly")
    assert found is not None
    assert found.documentation == "Costs."
    assert await value(backend, "Thing.count") == "0"


@pytest.mark.parametrize("code", ["", "nothing_of_the_kind", "1 + 1", "os.", "'text'", "a.b.c.d"])
async def test_what_is_no_name_gives_nothing(backend: Backend, code: str) -> None:
    await run(backend, "1")
    assert await backend.inspect("one", code, len(code)) is None


async def test_a_repr_that_never_ends_is_given_up(backend: Backend) -> None:
    await run(backend, "import time\nclass Slow:\n    def __repr__(self): time.sleep(60)\nslow = Slow()")
    began = time.monotonic()
    assert await backend.inspect("one", "slow", 4) is None
    assert await value(backend, "1 + 1") == "2"
    assert time.monotonic() - began < 2


async def test_a_running_session_tells_nothing(backend: Backend) -> None:
    await run(backend, "x = 1")
    async with running(backend, "print('on')\nwhile True: pass") as busy:
        await busy.until_printed("on\n")
        assert await backend.inspect("one", "x", 1) is None
        await busy.stop()
        await busy.end()
