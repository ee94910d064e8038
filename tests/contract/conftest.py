"""Every backend under one name: tests of this folder run against each of them.

The local ones, by shell, and remote ones, by API version: client and server over a socket. What a test asks
of a backend beyond what all have stands in a mark, `needs("streams")`; where that is missing it does not run:

- names of Capabilities;
- `local`: what only a backend of this machine has, such as displays, late output, exact counts of bytes;
- `recursive`: listings go into folders;
- `names`: files may be called anything.

A backend lives for the whole run, since a warm interpreter costs 0.2 to 0.5 s; each test finds it empty.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.models import Capabilities
from backend.port import Backend
from backend.wire.versions import FEATURES, ApiVersion, Option
from tests.contract import served

HERE = Path(__file__).parent
KINDS = ("ipython", "plain")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """One event loop for all tests of this folder, and none that asks for more than its backend has."""
    asking = [item for item in items if HERE in item.path.parents and not _has_all(item)]
    items[:] = [item for item in items if item not in asking]
    config.hook.pytest_deselected(items=asking)
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def _has_all(item: pytest.Item) -> bool:
    kind = item.callspec.params.get("backend", "") if hasattr(item, "callspec") else ""
    needs = {name for mark in item.iter_markers("needs") for name in mark.args}
    return kind not in served.VERSIONS or not needs - _features(ApiVersion(kind))


def _features(version: ApiVersion) -> set[str]:
    """What a remote backend of a version has of what tests ask for."""
    options = {Option.FOLDERS: "folders", Option.RECURSIVE: "recursive"}
    found = {name for option, name in options.items() if option in FEATURES[version].options}
    return found | {"deletes", "ends_sessions", "lists_sessions"}


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


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def url(backends: dict[str, LocalBackend]) -> AsyncIterator[str]:
    """A server over the backend that has IPython."""
    async with served.serving(backends["ipython"]) as found:
        yield found


@pytest_asyncio.fixture(params=[*KINDS, *served.VERSIONS], loop_scope="session")
async def backend(
    request: pytest.FixtureRequest, backends: dict[str, LocalBackend], url: str
) -> AsyncIterator[Backend]:
    """A backend with no session and no file yet."""
    local = backends.get(request.param)
    if local is not None:
        yield local
        await _clear(local)
        return
    async with served.reached(url, request.param) as remote:
        assert remote.capabilities == _capabilities(ApiVersion(request.param))
        yield remote


def _capabilities(version: ApiVersion) -> Capabilities:
    return Capabilities(
        streams=False,
        interrupts=False,
        completes=False,
        variables=False,
        inputs=False,
        folders="folders" in _features(version),
        makes_folders=False,
        moves_files=False,
    )


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
