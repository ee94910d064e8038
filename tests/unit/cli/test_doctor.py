"""`workbench doctor` at a target that lets nobody in, or not yet: a server on loopback with a pool's path."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from backend.models import Target
from tests.unit.cli.conftest import COMMAND, Shell
from tests.unit.client.scripted import Scripted, answer, body
from tests.unit.client.test_auth import jwt
from workbench.cli import codes
from workbench.cli.doctor.finding import Grade
from workbench.cli.doctor.remote import findings

PATH = "/subscriptions/SUB/resourceGroups/RG/sessionPools/P"
METADATA = f"GET {PATH}/metadata"


@pytest.fixture
async def server() -> AsyncIterator[Scripted]:
    async with Scripted.running() as running:
        yield running


@pytest.fixture
def target(server: Scripted, monkeypatch: pytest.MonkeyPatch) -> Target:
    monkeypatch.setenv("TOKEN", jwt(aud="https://dynamicsessions.io", oid="OID", exp=time.time() + 3600))
    return Target("pool", "remote", server.url + PATH, auth="env:TOKEN")


async def test_it_waits_until_the_role_is_in_force_and_says_each_time(
    server: Scripted, target: Target
) -> None:
    server.on(METADATA, body(b"", 403), body(b"", 403), answer({}))
    found = [finding async for finding in findings(target, wait=True, first_wait=0.01)]
    told = [(finding.grade, finding.what) for finding in found]
    good = [(Grade.GOOD, "url"), (Grade.GOOD, "token")]
    waiting = (Grade.NOTE, "waiting")
    assert told == [*good, (Grade.BAD, "target"), waiting, waiting, *good, (Grade.GOOD, "target")]
    assert {finding.code for finding in found} == {codes.SUCCESS}
    assert [finding.text.partition(";")[0] for finding in found if finding.what == "waiting"] == [
        "refused with 403, once",
        "refused with 403, 2 times in 0 s",
    ]


async def test_a_missing_role_has_its_command_in_a_line_of_its_own_and_the_way_to_wait(
    server: Scripted, target: Target
) -> None:
    server.on(METADATA, body(b"", 403))
    found = [finding async for finding in findings(target)]
    refused, waiting = found[-2:]
    assert (refused.grade, refused.code) == (Grade.BAD, codes.TARGET)
    assert "az role assignment create" in refused.table[0]
    assert "az role" not in refused.remedy
    assert "workbench doctor --wait" in waiting.text


async def test_the_command_ends_with_3(server: Scripted, target: Target, shell: Shell) -> None:
    server.on(METADATA, body(b"", 403))
    process = await asyncio.create_subprocess_exec(
        COMMAND,
        "doctor",
        *("--url", target.url or ""),
        env=shell.environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == codes.TARGET, output
    assert b"\n      az role assignment create" in output, output
