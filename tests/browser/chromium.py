"""A real headless Chromium, driven over the DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from tests.ordinary.needs import lack

LIMIT = 30.0  # seconds until a test gives up waiting
SIZE = (1200, 800)  # px

# without background networking it asks nobody but the page
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--remote-debugging-port=0",
    f"--window-size={SIZE[0]},{SIZE[1]}",
)

KEYS = {"f5": ("F5", 116), "f1": ("F1", 112), "enter": ("Enter", 13), "escape": ("Escape", 27)}
"""Names of keys that are no text → their names in a browser, and their codes."""


def needs_chromium() -> str:
    """The path of Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    return lack("Chromium is not installed")


class Page:
    """One tab."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = 0
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._session: str | None = None
        self._reader = asyncio.create_task(self._read())
        self.refused: list[str] = []
        """What the page was not allowed to load, as the browser tells it."""

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                continue
            told = json.loads(message.data)
            if told.get("method") == "Log.entryAdded":
                self.refused.append(told["params"]["entry"]["text"])
            waiting = self._waiting.pop(told.get("id", -1), None)
            if waiting is not None:
                waiting.set_result(told)

    async def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one command, and give its result."""
        self._ids += 1
        waiting = self._waiting[self._ids] = asyncio.get_running_loop().create_future()
        order: dict[str, Any] = {"id": self._ids, "method": method, "params": parameters}
        if self._session is not None:
            order["sessionId"] = self._session
        await self._socket.send_json(order)
        answer = await asyncio.wait_for(waiting, LIMIT)
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    async def open(self) -> None:
        """Make the tab and go into it."""
        made = await self.send("Target.createTarget", url="about:blank")
        joined = await self.send("Target.attachToTarget", targetId=made["targetId"], flatten=True)
        self._session = joined["sessionId"]
        await self.send("Log.enable")
        await self.send("Page.enable")

    async def go(self, url: str) -> None:
        """Open a URL."""
        await self.send("Page.navigate", url=url)

    async def ask(self, script: str) -> Any:
        """The value of an expression in the page."""
        answer = await self.send("Runtime.evaluate", expression=script, returnByValue=True)
        return answer["result"].get("value")

    async def until(self, script: str) -> None:
        """Wait until an expression in the page is true."""
        await eventually(lambda: self.ask(script), script)

    async def type(self, text: str) -> None:
        """Type text."""
        for letter in text:
            await self.send("Input.dispatchKeyEvent", type="keyDown", text=letter, key=letter)
            await self.send("Input.dispatchKeyEvent", type="keyUp", key=letter)

    async def press(self, name: str) -> None:
        """Press a key that is no text."""
        key, code = KEYS[name]
        for kind in ("rawKeyDown", "keyUp"):
            await self.send(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code
            )

    async def picture(self) -> bytes:
        """The tab as PNG."""
        answer = await self.send("Page.captureScreenshot", format="png")
        return base64.b64decode(answer["data"])

    async def close(self) -> None:
        """Leave the browser."""
        with contextlib.suppress(ConnectionError, AssertionError, TimeoutError):
            await self._socket.close()
        self._reader.cancel()


@contextlib.asynccontextmanager
async def browser() -> AsyncIterator[Page]:
    """A tab in a browser that nobody used before."""
    command = needs_chromium()
    flags = [*_FLAGS, *(["--no-sandbox"] if os.getuid() == 0 else [])]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process = await asyncio.create_subprocess_exec(
            command,
            *flags,
            f"--user-data-dir={folder}",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "HOME": folder},
        )
        try:
            async with ClientSession() as client, client.ws_connect(await _address(Path(folder))) as socket:
                page = Page(socket)
                await page.open()
                yield page
                await page.close()
        finally:
            process.terminate()
            await process.wait()


async def _address(folder: Path) -> str:
    """Where the browser listens; it writes that down once it does."""
    told = folder / "DevToolsActivePort"

    async def written() -> bool:
        return told.exists() and len(told.read_text().splitlines()) == 2

    await eventually(written, "the browser starts")
    port, path = told.read_text().splitlines()
    return f"ws://127.0.0.1:{port}{path}"


async def eventually(true: Callable[[], Awaitable[Any]], what: str) -> None:
    """Wait until something is true; fails after LIMIT seconds."""
    try:
        await asyncio.wait_for(_repeated(true), LIMIT)
    except TimeoutError:
        raise AssertionError(f"waited {LIMIT} s in vain: {what}") from None


async def _repeated(true: Callable[[], Awaitable[Any]]) -> None:
    while not await true():  # noqa: ASYNC110 (what another process does sets no event here)
        await asyncio.sleep(0.05)
