"""The page, and an app behind each view of it: textual-serve's parts, put together behind our door."""

from __future__ import annotations

import asyncio
import shlex
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from html import escape
from pathlib import Path
from string import Template

from aiohttp import web
from textual_serve.server import Server

from backend.errors import TargetError
from workbench.web.door import Door

HOST = "127.0.0.1"
TITLE = "session-workbench"
CLOSING = 6.0  # seconds that the apps have to stop what runs in them, and to save
FONT = 16  # px
_PAGE = Path(__file__).with_name("page.html")


def bind(port: int) -> socket.socket:
    """A listening socket on loopback; port 0 takes a free one. Raises TargetError for a taken one."""
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise TargetError(
            f"Port {port} cannot be listened on: {error.strerror}.", "Name another with --port."
        ) from None


class Pages(Server):
    """Serves the app that `command` starts: a process of its own for each view of the page."""

    def __init__(self, command: Sequence[str]) -> None:
        super().__init__(shlex.join(command), host=HOST, title=TITLE)
        self._views: set[asyncio.Task[web.WebSocketResponse]] = set()

    def application(self, door: Door) -> web.Application:
        """All routes, behind the door."""
        app = web.Application(middlewares=[door.middleware()])
        app.add_routes(
            [
                web.get("/", self.page, name="index"),
                web.get("/ws", self.view, name="websocket"),
                web.get("/download/{key}", self.handle_download, name="download"),
                web.static("/static", self.statics_path, name="static"),
            ]
        )
        app.on_shutdown.append(self._end)
        return app

    async def view(self, request: web.Request) -> web.WebSocketResponse:
        """The connection of one view: its app lives as long."""
        task = asyncio.create_task(self.handle_websocket(request))
        self._views.add(task)
        try:
            return await task
        finally:
            self._views.discard(task)

    async def _end(self, _: web.Application) -> None:
        """Ask all apps to leave, and wait for them; the rest sees its input closed and leaves by itself."""
        for task in self._views:
            task.cancel()
        if self._views:
            await asyncio.wait(set(self._views), timeout=CLOSING)

    async def page(self, request: web.Request) -> web.Response:
        """The page; its addresses are those the browser sees, through a tunnel as well."""
        scheme = "wss" if request.secure else "ws"
        size = request.query.get("fontsize", "")
        font = int(size) if size.isascii() and size.isdigit() and len(size) < 3 else FONT
        page = Template(_PAGE.read_text("utf-8"))
        text = page.substitute(socket=f"{scheme}://{escape(request.host)}/ws", size=font)
        return web.Response(text=text, content_type="text/html")


async def serve(command: Sequence[str], port: int, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. `ready` gets the link. Raises TargetError when the port is taken."""
    door = Door()
    with bind(port) as listening:
        runner = web.AppRunner(
            Pages(command).application(door), access_log=None, shutdown_timeout=0, handle_signals=False
        )
        await runner.setup()
        try:
            await web.SockSite(runner, listening).start()
            ready(f"http://{HOST}:{listening.getsockname()[1]}/?token={door.token}")
            await _stopped()
        finally:
            await runner.cleanup()


async def _stopped() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    await stop.wait()
