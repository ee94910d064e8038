"""Every backend under one name: tests of this folder run against each of them.

A backend lives for the whole run, since a warm interpreter costs 0.2 to 0.5 s; each test finds it empty.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.port import Backend

HERE = Path(__file__).parent
KINDS = ("ipython", "plain")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all tests of this folder: a backend belongs to the loop it was made in."""
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def plain_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter that has nothing installed."""
    folder = tmp_path_factory.mktemp("bare") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return str(folder / "bin" / "python")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def backends(
    tmp_path_factory: pytest.TempPathFactory, plain_python: str
) -> AsyncIterator[dict[str, LocalBackend]]:
    """All backends, by kind."""
    interpreters = {"ipython": sys.executable, "plain": plain_python}
    made = {
        kind: LocalBackend(tmp_path_factory.mktemp(kind), Choice(interpreters[kind], "test"))
        for kind in KINDS
    }
    for each in made.values():
        each.launch()
    yield made
    for each in made.values():
        await each.close()


@pytest.fixture(params=KINDS)
def python(request: pytest.FixtureRequest, plain_python: str) -> str:
    """An interpreter, for tests that need a backend of their own."""
    return sys.executable if request.param == "ipython" else plain_python


@pytest_asyncio.fixture(params=KINDS, loop_scope="session")
async def backend(
    request: pytest.FixtureRequest, backends: dict[str, LocalBackend]
) -> AsyncIterator[Backend]:
    """A backend with no session and no file yet."""
    yield backends[request.param]
    await _clear(backends[request.param])


@pytest_asyncio.fixture(loop_scope="session")
async def ipython(backends: dict[str, LocalBackend]) -> AsyncIterator[Backend]:
    """A backend whose interpreter has IPython."""
    yield backends["ipython"]
    await _clear(backends["ipython"])


async def _clear(used: LocalBackend) -> None:
    for info in await used.sessions():
        await used.end_session(info.identifier)
    for folder in used.root.iterdir():
        shutil.rmtree(folder)
