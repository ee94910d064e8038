"""Code may clear away what its shell lives on: the same cell goes on, and later cells have it again."""

from __future__ import annotations

import pytest

from backend.models import Status
from backend.port import Backend
from tests.contract.driver import run, value

pytestmark = pytest.mark.needs("local")

CLEARING = [
    "globals().clear()",
    "for name in list(globals()): del globals()[name]",
    "del __builtins__",
    "__builtins__ = None",
    "__builtins__ = {}",
    "del __name__",
    "import sys\ndel sys.modules['__main__']",
    "import sys\nsys.modules.clear()",
]
IN_IPYTHON = [
    "del _oh",
    "del In, Out, _ih, _dh, get_ipython, exit, quit",
    "_oh = _ih = _dh = None",
    "_oh = {}",
    "%reset -f",
    "%reset_selective -f .",
    "get_ipython().user_ns.clear()",
    "get_ipython().user_ns = None",
    "get_ipython().user_module = None",
]
LATER = {
    "6 * 7": "42",
    "len([1])": "1",
    "def f(): return [range(3)[1]]\nf()": "[1]",
    "class Thing: pass\nThing.__module__": "'__main__'",
    "import sys\nsys.modules['__main__'].__dict__ is globals()": "True",
    "import pickle\ntype(pickle.loads(pickle.dumps(Thing()))) is Thing": "True",
}


async def works(backend: Backend) -> None:
    for code, expected in LATER.items():
        assert await value(backend, code) == expected
    ran = await run(backend, "display(7)")
    assert [each.bundle["text/plain"] for each in ran.displays] == ["7"]
    assert "Thing" in (await backend.complete("one", "Thi", 3)).matches


@pytest.mark.parametrize("code", CLEARING)
async def test_later_cells_work(backend: Backend, code: str) -> None:
    await backend.start("one")
    assert (await run(backend, code)).status is Status.SUCCEEDED
    await works(backend)


@pytest.mark.parametrize("code", IN_IPYTHON)
async def test_later_cells_of_ipython_work(ipython: Backend, code: str) -> None:
    await value(ipython, "41")
    assert (await run(ipython, code)).status in (Status.SUCCEEDED, Status.FAILED)
    await works(ipython)
    assert await value(ipython, "Out[max(Out)], In[-1], type(get_ipython()).__name__") is not None
    assert (await run(ipython, "%cd -q /\n%cd -q -")).status is Status.SUCCEEDED


@pytest.mark.parametrize("code", ["globals().clear()", "del globals()['__builtins__']"])
async def test_the_value_of_the_same_cell_is_shown(backend: Backend, code: str) -> None:
    assert await value(backend, f"{code}\n42") == "42"


async def test_what_code_makes_of_a_name_stays(backend: Backend) -> None:
    await run(backend, "In = exit = display = 5\n__name__ = 'mine'\n__doc__ = 'words'")
    assert await value(backend, "In, exit, display, __name__, __doc__") == "(5, 5, 5, 'mine', 'words')"
