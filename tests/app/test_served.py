"""The app at a real server on loopback, in a version of each generation: what a person meets there."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from backend.client.remote import RemoteBackend
from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.models import Target
from tests.app.whole import Whole, configure, whole
from tests.contract.served import serving
from workbench.screens.exchanges import ExchangesScreen

pytestmark = pytest.mark.usefixtures("home")
VERSIONS = ("2024-02-02-preview", "2025-10-02-preview")


@asynccontextmanager
async def at_server(folder: Path, version: str) -> AsyncIterator[tuple[Whole, str]]:
    backend = LocalBackend(folder / "served", Choice(sys.executable, "test"))
    try:
        async with serving(backend) as url:
            configure(f'[profiles.there]\nurl = "{url}"\napi_version = "{version}"\n')
            async with whole(profile="there", size=(140, 44)) as app:
                yield app, url
    finally:
        await backend.close()


@pytest.mark.parametrize("version", VERSIONS)
async def test_code_runs_and_output_value_error_and_files_are_seen(tmp_path: Path, version: str) -> None:
    async with at_server(tmp_path, version) as (app, _):
        await app.see("target there", f"API {version}")
        await app.write("x = 20\nopen('made.txt', 'w').write('four')\nprint('printed')\nx + 1")
        await app.press("f5")
        await app.see("→ 21")
        assert "printed" in app.output
        await app.see("made.txt")
        await app.write("x / 0")
        await app.press("f5")
        await app.until(lambda: "ZeroDivisionError" in app.output)
        assert [status for _, status in app.rows] == ["failed", "succeeded"]


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_exchange_of_an_execution_is_what_went_over_the_wire(tmp_path: Path, version: str) -> None:
    async with at_server(tmp_path, version) as (app, _):
        await app.write("6 * 7")
        await app.press("f5")
        await app.see("→ 42")
        await app.command("Show exchanges of execution")
        await app.until(lambda: isinstance(app.app.screen, ExchangesScreen))
        await app.see("POST", "200", f"api-version={version}", '"6 * 7"')


async def test_a_session_that_is_ended_elsewhere_is_told_before_it_is_missed(tmp_path: Path) -> None:
    async with at_server(tmp_path, VERSIONS[-1]) as (app, url):
        await app.write("x = 1")
        await app.press("f5")
        await app.until(lambda: app.rows == [("x = 1", "succeeded")])
        elsewhere = RemoteBackend(Target("elsewhere", "remote", url))
        await elsewhere.end_session("default")
        await elsewhere.close()
        await app.write("x")
        await app.press("f5")
        await app.until(lambda: "NameError" in app.output)
        assert app.output.index("Variables and files from before are gone") < app.output.index("NameError")
        assert app.output.count("anew") == 1
