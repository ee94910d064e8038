"""Local backends: one that lives for the whole run, found empty by each test, and one of a test's own."""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all tests of this folder: a backend belongs to the loop it was made in."""
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def lasting(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalBackend]:
    """The backend of the whole run, on our own interpreter, which has IPython."""
    made = LocalBackend(tmp_path_factory.mktemp("lasting"), Choice(sys.executable, "test"))
    made.launch()
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="session")
async def backend(lasting: LocalBackend) -> AsyncIterator[LocalBackend]:
    """It, with no session and no file."""
    yield lasting
    for info in await lasting.sessions():
        await lasting.end_session(info.identifier)
    for folder in lasting.root.iterdir():
        shutil.rmtree(folder)


@pytest_asyncio.fixture(loop_scope="session")
async def own(tmp_path: Path) -> AsyncIterator[LocalBackend]:
    """A backend for a test that breaks more than a session."""
    made = LocalBackend(tmp_path / "sessions", Choice(sys.executable, "test"))
    made.launch()
    yield made
    await made.close()
