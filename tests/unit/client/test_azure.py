"""`auth = "azure"` with the real libraries: a managed identity on loopback, a fake `az`, nobody at all."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from backend.client import auth
from backend.client.auth import Credential
from backend.client.azure import Azure
from backend.client.endpoint import Endpoint
from backend.client.remote import RemoteBackend
from backend.errors import NotAllowed
from backend.models import Target
from tests.unit.client.conftest import FAST, run
from tests.unit.client.scripted import Line, Request, Scripted, answer, executed, hang, refusal

IDENTITY = "GET /identity/token"
TOKEN = "token-of-an-identity-{}"


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No sign-in of whoever runs the tests, and no look at the network for a machine's identity."""
    for name in list(os.environ):
        if name.startswith(("AZURE_", "IDENTITY_", "MSI_")):
            monkeypatch.delenv(name)
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "workbench"))
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "dev")


@pytest.fixture
def identity(server: Scripted, monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """The server gives a new token at each call, as that of a service's managed identity does."""
    monkeypatch.delenv("AZURE_TOKEN_CREDENTIALS")
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{server.url}/identity/token")
    monkeypatch.setenv("IDENTITY_HEADER", "a-secret-of-the-machine")

    async def reply(request: Request, line: Line) -> None:
        told = {
            "access_token": TOKEN.format(len(server.asked(IDENTITY))),
            "expires_on": str(int(time.time()) + 400),
            "resource": request.query.get("resource"),
            "token_type": "Bearer",
        }
        await answer(told)(request, line)

    server.on(IDENTITY, reply)
    return server


async def test_a_managed_identity_gives_a_token_for_the_service(identity: Scripted) -> None:
    token = await Azure().fetch()
    assert token.text == TOKEN.format(1)
    assert token.expires_at is not None
    assert token.expires_at - time.time() == pytest.approx(400, abs=5)
    (request,) = identity.asked(IDENTITY)
    assert request.query["resource"] == "https://dynamicsessions.io"
    assert request.headers["x-identity-header"] == "a-secret-of-the-machine"


async def test_a_refused_token_is_not_given_again_out_of_a_cache(identity: Scripted) -> None:
    async def pool(request: Request, line: Line) -> None:
        good = request.headers.get("authorization") == f"Bearer {TOKEN.format(2)}"
        await (answer(executed("in")) if good else refusal(401, "InvalidAuthenticationToken", "no"))(
            request, line
        )

    identity.on("POST /executions", pool)
    backend = RemoteBackend(Target("t", "remote", identity.url, auth="azure"), FAST)
    try:
        assert (await run(backend)).stdout == "in"
    finally:
        await backend.close()
    assert (len(identity.asked("POST /executions")), len(identity.asked(IDENTITY))) == (2, 2)


async def test_it_is_asked_again_five_minutes_before_the_end(
    identity: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    credential = Credential(Azure(), Endpoint.parse(identity.url))
    now = time.monotonic()
    assert await credential.token() == TOKEN.format(1)
    monkeypatch.setattr(auth.time, "monotonic", lambda: now + 95)  # type: ignore[attr-defined]
    assert await credential.token() == TOKEN.format(1)
    monkeypatch.setattr(auth.time, "monotonic", lambda: now + 110)  # type: ignore[attr-defined]
    assert await credential.token() == TOKEN.format(2)


async def test_nobody_signed_in_is_told_in_a_sentence() -> None:
    with pytest.raises(NotAllowed) as raised:
        await Azure().fetch()
    assert raised.value.message.startswith("Azure gives no token: nobody is signed in")
    assert "az login" in raised.value.hint


async def test_what_a_sign_in_says_that_is_there_is_told(tmp_path: Path) -> None:
    az = tmp_path / "bin" / "az"
    az.write_text("#!/bin/sh\necho \"ERROR: Please run 'az login' to setup account.\" >&2\nexit 1\n")
    az.chmod(0o755)
    with pytest.raises(NotAllowed, match="no token: AzureCli: Please run 'az login'"):
        await Azure().fetch()


async def program(*arguments: str) -> tuple[int | None, str, str]:
    """Run Python to its end, which must come soon; its code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(40):
        output, complaint = await process.communicate()
    return process.returncode, output.decode(), complaint.decode()


async def test_the_command_line_ends_with_3_and_the_libraries_print_nothing(server: Scripted) -> None:
    config = Path(os.environ["WORKBENCH_HOME"]) / "config" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'[profiles.pool]\nkind = "remote"\nurl = "{server.url}"\nauth = "azure"\n')
    code, output, complaint = await program("-m", "workbench", "run", "--profile", "pool", "-c", "1")
    assert (code, output) == (3, ""), complaint
    assert len(complaint.splitlines()) == 2, complaint
    assert "nobody is signed in" in complaint
    assert not server.requests


HANGS = """
import asyncio, time
from backend.client.azure import Azure
from backend.errors import NotAllowed

async def main():
    beats = []
    async def beat():
        while True:
            beats.append(time.monotonic())
            await asyncio.sleep(0.01)
    beating = asyncio.create_task(beat())
    try:
        await Azure(limit=1.5).fetch()
    except NotAllowed as error:
        print(error.message)
    assert len(beats) > 40, len(beats)

asyncio.run(main())
"""


async def test_an_endpoint_that_hangs_blocks_neither_the_loop_nor_the_end_of_the_process(
    identity: Scripted,
) -> None:
    identity.on(IDENTITY, hang())
    assert await program("-c", HANGS) == (0, "Azure gave no token within 1.5 s.\n", "")
