"""What a target tells of itself."""

from __future__ import annotations

import platform

import pytest

from backend.errors import Unsupported
from backend.port import Backend
from tests.contract.driver import running


async def test_the_pool_tells_its_runtime_and_its_packages(ipython: Backend) -> None:
    pool = await ipython.pool()
    assert ("Python", platform.python_version()) in pool.runtimes
    assert "ipython" in {name.lower() for name, _ in pool.packages}


@pytest.mark.needs("interrupts")
async def test_what_can_be_interrupted_cannot_be_abandoned(backend: Backend) -> None:
    async with running(backend, "import time; time.sleep(100)") as started:
        await started.until(lambda ran: ran.started is not None)
        with pytest.raises(Unsupported):
            await backend.abandon("one", started.submission.id)
        await started.stop()
        await started.end()
