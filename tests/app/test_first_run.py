"""What a first start says, and what a session that is not as asked for says."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from backend.executor.isolation.levels import WARNING
from backend.executor.local import LocalBackend
from backend.models import SessionInfo
from tests.app.whole import Whole, configure, whole

pytestmark = pytest.mark.usefixtures("home")


def words(app: Whole) -> str:
    """The screen without what frames it, in one line."""
    return " ".join(app.text.replace("▏", " ").split())


async def warned(app: Whole) -> None:
    """The whole warning is on the screen, word for word."""
    await app.until(lambda: " ".join(WARNING.split()) in words(app), "the warning")


async def test_a_first_start_warns_and_lets_type_and_run() -> None:
    async with whole(size=(80, 24)) as app:
        await warned(app)
        await app.press(*"6*7")
        assert app.code == "6*7"
        await app.press("f5")
        await app.see("42")
        assert "not a sandbox" not in app.text
    async with whole(size=(80, 24)) as app:
        await app.see("Nothing has run yet.")
        assert "not a sandbox" not in app.text


async def test_with_room_the_warning_leaves_the_hint() -> None:
    async with whole(size=(82, 40)) as app:
        await warned(app)
        await app.see("Nothing has run yet.", "Write code in the editor and press F5.")


async def test_a_preload_that_fails_is_told_once_and_the_session_works() -> None:
    configure("[profiles.local]\npreload = ['nonesuch', 'colorsys']")
    async with whole() as app:
        await app.notice("nonesuch cannot be imported: ModuleNotFoundError")
        assert (await app.run("import sys; 'colorsys' in sys.modules")).value == {"text/plain": "True"}
        await app.command("Session: Restart session")
        await app.notice("A fresh worker runs the session")
        assert sum("nonesuch" in notice for notice in app.notices) == 1


async def test_files_that_are_not_at_mnt_data_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    info = LocalBackend._info
    remark = "The session's files are not at /mnt/data: the system denies it. Relative paths work."

    def elsewhere(self: LocalBackend, name: str) -> SessionInfo:
        return replace(info(self, name), place="/home/me/data", remark=remark)

    monkeypatch.setattr(LocalBackend, "_info", elsewhere)
    async with whole(size=(140, 30)) as app:
        await app.notice(remark)
        await app.see("plain · no /mnt/data")
    configure("[profiles.local]\nmnt_data = false")
    async with whole(size=(140, 30)) as app:
        await app.see("plain")
        assert "no /mnt/data" not in app.text


async def test_an_interpreter_without_ipython_is_called_plain(tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)  # noqa: ASYNC221
    async with whole(size=(140, 30), python=str(bare)) as app:
        await app.see("· plain")
        assert (await app.run("20 + 1")).value == {"text/plain": "21"}
