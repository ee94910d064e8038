from __future__ import annotations

import sys
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar, WSServerHandshakeError
from aiohttp.test_utils import TestServer

from workbench.web.door import Door
from workbench.web.serving import Pages

NOT_AN_APP = [sys.executable, "-c", "pass"]


class Visit:
    """A browser that visits the page."""

    def __init__(self, server: TestServer, client: ClientSession, door: Door) -> None:
        self.server = server
        self.client = client
        self.door = door

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self.client.get(self.server.make_url(path), headers=headers, allow_redirects=False)

    async def enter(self) -> ClientResponse:
        return await self.get(f"/?token={self.door.token}")


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    door = Door()
    server = TestServer(Pages(NOT_AN_APP).application(door), host="127.0.0.1")
    await server.start_server()
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as client:
        yield Visit(server, client, door)
    await server.close()


async def test_the_link_opens_the_page_and_leaves_the_address_bar(visit: Visit) -> None:
    entered = await visit.enter()
    assert (entered.status, entered.headers["Location"]) == (303, "/")
    page = await visit.get("/")
    assert page.status == 200
    assert f'data-session-websocket-url="ws://127.0.0.1:{visit.server.port}/ws"' in await page.text()
    assert (await visit.get("/static/js/textual.js")).status == 200


async def test_the_link_works_once(visit: Visit) -> None:
    await visit.enter()
    visit.client.cookie_jar.clear()
    again = await visit.enter()
    assert (again.status, await again.text()) == (
        403,
        "This link was used. Start `workbench web` again for a new one.\n",
    )


async def test_who_is_in_may_use_the_link_again(visit: Visit) -> None:
    await visit.enter()
    assert (await visit.enter()).status == 303


async def test_a_wrong_token_does_not_use_the_link_up(visit: Visit) -> None:
    assert (await visit.get("/?token=guess")).status == 403
    assert (await visit.enter()).status == 303


@pytest.mark.parametrize("path", ["/", "/ws", "/static/js/textual.js", "/download/key"])
async def test_nothing_is_shown_without_the_cookie(visit: Visit, path: str) -> None:
    own = f"http://127.0.0.1:{visit.server.port}"
    assert (await visit.get(path, Origin=own)).status == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[", "10.0.0.1"])
async def test_other_names_are_refused(visit: Visit, host: str) -> None:
    await visit.enter()
    assert (await visit.get("/", Host=host)).status in (400, 403)


@pytest.mark.parametrize("host", ["localhost:9000", "127.0.0.1:9000", "[::1]:9000"])
async def test_a_tunnel_may_have_another_port(visit: Visit, host: str) -> None:
    await visit.enter()
    cookies = visit.client.cookie_jar.filter_cookies(visit.server.make_url("/"))
    cookie = "; ".join(f"{name}={one.value}" for name, one in cookies.items())
    page = await visit.get("/", Host=host, Cookie=cookie)
    assert f"ws://{host}/ws" in await page.text()


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", None])
async def test_sockets_of_other_pages_are_refused(visit: Visit, origin: str | None) -> None:
    await visit.enter()
    with pytest.raises(WSServerHandshakeError) as refused:
        await visit.client.ws_connect(visit.server.make_url("/ws"), origin=origin)
    assert refused.value.status == 403


async def test_pages_load_nothing_from_elsewhere_and_are_in_no_frame(visit: Visit) -> None:
    await visit.enter()
    policy = (await visit.get("/")).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(("size", "font"), [("20", "20"), ("900", "16"), ("x", "16"), ("²", "16")])
async def test_the_font_has_a_size(visit: Visit, size: str, font: str) -> None:
    await visit.enter()
    page = await (await visit.get(f"/?fontsize={size}")).text()
    assert f'data-font-size="{font}"' in page
