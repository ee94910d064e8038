"""What IPython adds."""

from __future__ import annotations

from backend.models import Status
from backend.port import Backend
from tests.contract.driver import run, value


async def test_shell_commands_print_under_their_own_execution(ipython: Backend) -> None:
    ran = await run(ipython, "!echo hi")
    assert (ran.stdout, ran.status) == ("hi\n", Status.SUCCEEDED)
    assert await value(ipython, "lines = !echo captured\nlines[0]") == "'captured'"


async def test_timeit(ipython: Backend) -> None:
    assert "per loop" in (await run(ipython, "%timeit -n 1 -r 1 1+1")).stdout


async def test_cell_magics(ipython: Backend) -> None:
    ran = await run(ipython, "%%bash\necho from bash")
    assert ran.stdout == "from bash\n"


async def test_an_unknown_magic_says_so(ipython: Backend) -> None:
    ran = await run(ipython, "%nosuchmagic")
    assert "nosuchmagic" in ran.stderr + str(ran.outcome.error)


async def test_html_representations_are_kept(ipython: Backend) -> None:
    ran = await run(ipython, "class Bold:\n    def _repr_html_(self): return '<b>x</b>'\nBold()")
    assert ran.outcome.value is not None
    assert ran.outcome.value["text/html"] == "<b>x</b>"


async def test_magics_are_offered_where_a_line_begins_or_behind_their_sign(ipython: Backend) -> None:
    async def offered(code: str) -> bool:
        return "%pdb" in (await ipython.complete("one", code, len(code))).matches

    await run(ipython, "1")
    assert await offered("pd")
    assert await offered("1\n    pd")
    assert await offered("x = %pd")
    assert not await offered("import pandas as pd")
