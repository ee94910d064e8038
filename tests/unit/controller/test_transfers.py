"""Transfers beside a switch of targets: they go on where they were begun."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.models import FileInfo, Target
from tests.app.distant import Distant
from tests.contract.driver import eventually
from tests.unit.controller.test_targets import POOL, Two
from workbench.transfers.transfer import State


class Slow(Distant):
    """A target that takes a file only when it is let."""

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self.let = asyncio.Event()

    async def write_file(
        self,
        session: str,
        path: str,
        content: AsyncIterator[bytes],
        size: int | None = None,
        *,
        replace: bool = True,
    ) -> FileInfo:
        await self.let.wait()
        return await super().write_file(session, path, content, size, replace=replace)


class Both(Two):
    """With a far target that is slow."""

    def connect(self, target: Target) -> Distant:
        made = self.far[target.profile] = Slow(target)
        return made


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    one = Both(tmp_path)
    await one.controller.history.open()
    await one.controller.start()
    yield one
    await one.controller.close()


async def test_a_transfer_keeps_its_target_open_and_it_is_closed_afterwards(
    both: Both, tmp_path: Path
) -> None:
    (tmp_path / "a").write_text("a")
    controller = both.controller
    home = controller.target
    await controller.change_target(POOL, "there")
    far = both.far["pool"]
    assert isinstance(far, Slow)
    queue = controller.transfers
    id = queue.upload(tmp_path / "a", "a", POOL, "there")
    await eventually(lambda: queue.transfers[0].state is State.RUNNING)
    await controller.change_target(home, "default")
    assert controller.moving
    assert not far.closed
    queue.cancel(id)
    await queue.settled()
    await eventually(lambda: far.closed)
    queue.retry(id)  # in a connection of its own
    await eventually(lambda: both.far["pool"] is not far)
    again = both.far["pool"]
    assert isinstance(again, Slow)
    again.let.set()
    await queue.settled()
    assert queue.transfers[0].state is State.DONE
    await eventually(lambda: again.closed)
    assert controller.target == home


async def test_the_end_cancels_what_moves(both: Both, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    await both.controller.change_target(POOL, "there")
    both.controller.transfers.upload(tmp_path / "a", "a", POOL, "there")
    await both.controller.close()
    assert both.controller.transfers.transfers[0].state is State.CANCELLED
