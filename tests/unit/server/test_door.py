"""The door: who is let in to what. Every route and method is tried, so that a new one cannot forget it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from starlette.types import Message, Receive, Scope, Send

from backend.server import guard
from backend.server.guard import Door
from backend.server.log import Log
from backend.server.management import proof
from backend.server.peers import Peers
from backend.wire.versions import FEATURES
from tests.unit.server.conftest import Running, Start
from tests.unit.server.raw import Answer, exchange, written

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
SAFE = {
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; sandbox",
}


def paths() -> list[str]:
    """Every path that is served, and some that are not."""
    found = {route.path for features in FEATURES.values() for route in features.routes}
    filled = [path.replace("{name}", "name").replace("{id}", "id") for path in sorted(found)]
    return [*filled, "/openapi.json", "/", "/nothing", "/health/", "//health", "/Health"]


WALK = list(itertools.product(METHODS, paths()))


@pytest.fixture
def strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can be proven to be this user, and failures are not counted."""
    monkeypatch.setattr(Peers, "same_user", lambda *_: False)
    monkeypatch.setattr(guard, "FAILURES", 1 << 20)


def is_safe(answer: Answer) -> bool:
    cors = [name for name in answer.headers if name.startswith("access-control")]
    return answer.headers.items() >= SAFE.items() and not cors


async def walk(server: Running, headers: dict[str, str]) -> Iterator[tuple[str, str, Answer]]:
    """The answer of every method and path to requests with these headers."""
    found = []
    connection = await server.connect()
    for method, path in WALK:
        request = written(method, f"{path}?identifier=walk", headers, host=headers.get("Host", server.host))
        connection.send(request)
        found.append((method, path, await connection.answer(head=method == "HEAD")))
    connection.close()
    return iter(found)


async def test_every_route_needs_the_token_but_health(start: Start, strangers: None) -> None:
    async with start() as server:
        let_in = set()
        for method, path, answer in await walk(server, {}):
            assert is_safe(answer)
            if answer.status != 401:
                let_in.add((method, path, answer.status))
            else:
                assert answer.headers["www-authenticate"] == "Bearer"
        assert let_in == {("GET", "/health", 200), ("HEAD", "/health", 200)}


@pytest.mark.parametrize(
    "shown",
    ["Bearer ", "Bearer x", "bearer {}x", "Basic {}", "{}", "Bearer {} {}", "Bearer {}\u00e9", "Token {}"],
)
async def test_what_is_not_the_token_opens_nothing(start: Start, strangers: None, shown: str) -> None:
    async with start() as server:
        headers = {"Authorization": shown.replace("{}", server.token)}
        assert (await server.ask("GET", "/listSessions", headers)).status == 401
        query = f"/listSessions?token={server.token}&access_token={server.token}"
        assert (await server.ask("GET", query, {"Cookie": f"token={server.token}"})).status == 401


async def test_the_token_opens_every_route(start: Start, strangers: None) -> None:
    async with start() as server:
        for method, path, answer in await walk(server, {"Authorization": f"Bearer {server.token}"}):
            assert answer.status not in (401, 403), (method, path)
            assert answer.status < 500 or path == "/health/startup"
            assert is_safe(answer)


async def test_this_user_needs_no_token_and_may_send_one_for_the_service(server: Running) -> None:
    assert (await server.ask("GET", "/listSessions")).status == 200
    assert (await server.ask("GET", "/listSessions", {"Authorization": "Bearer eyJ0"})).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "http://localhost:6000"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
    ids=str,
)
async def test_every_route_is_shut_to_pages_and_rebound_names(
    server: Running, headers: dict[str, str]
) -> None:
    for method, path, answer in await walk(server, {**headers, "Authorization": f"Bearer {server.token}"}):
        assert answer.status == 403, (method, path)
        assert is_safe(answer)


HOSTS = (
    *("evil.example:{}", "localhost.evil.example:{}", "127.0.0.1.evil.example:{}", "evil.example"),
    *("localhost", "localhost:", "localhost:1", "localhost:0{}", "localhost:{}:80", "localhost:{}x"),
    *("localhost.:{}", "user@localhost:{}", "localhost:{}@evil.example", "localhost:{}/", "xlocalhost:{}"),
    *("0.0.0.0:{}", "127.0.0.2:{}", "127.1:{}", "2130706433:{}", "0x7f000001:{}", "127.0.0.1.:{}"),
    *("[::]:{}", "::1:{}", "[::ffff:127.0.0.1]:{}", "[::1%25lo]:{}", "[0:0:0:0:0:0:0:1]:{}", "[::1]", "[::1"),
    *("", ":{}", ".", "localhost,evil.example:{}", "localhost evil.example:{}", "http://localhost:{}"),
)
ALLOWED = ("localhost:{}", "LocalHost:{}", "127.0.0.1:{}", "[::1]:{}")
ORIGINS = (None, "null", "http://localhost:{}", "http://evil.example", "")
SITES = (None, "none", "same-origin", "same-site", "cross-site", "x")


async def test_exactly_the_allow_list_passes(server: Running) -> None:
    connection = await server.connect()
    passed, tried = set(), 0
    for host, origin, site in itertools.product((*HOSTS, *ALLOWED), ORIGINS, SITES):
        headers = {"Origin": origin, "Sec-Fetch-Site": site}
        told = {
            name: value.replace("{}", str(server.port))
            for name, value in headers.items()
            if value is not None
        }
        connection.send(written("GET", "/listSessions", told, host=host.replace("{}", str(server.port))))
        answer = await connection.answer()
        assert answer.status in (200, 403)
        tried += 1
        if answer.status == 200:
            passed.add((host, origin, site))
    assert passed == set(itertools.product(ALLOWED, (None,), (None, "none")))
    assert tried > 1000


async def test_failures_are_counted_and_told_once(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Peers, "same_user", lambda *_: False)
    async with start() as server:
        answers = [await server.ask("GET", "/listSessions") for _ in range(15)]
        assert [answer.status for answer in answers] == [401] * 10 + [429] * 5
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        assert server.log.getvalue().count("without the token") == 1
        allowed = await server.ask("GET", "/listSessions", {"Authorization": f"Bearer {server.token}"})
        assert allowed.status == 200


async def test_without_a_token_the_other_rules_stay(start: Start, strangers: None) -> None:
    async with start(open_door=True) as server:
        assert (await server.ask("GET", "/listSessions")).status == 200
        assert (await server.ask("GET", "/listSessions", {"Origin": "null"})).status == 403
        assert (await exchange(server.port, written("GET", "/listSessions", host="evil"))).status == 403


async def test_health_tells_little_and_proves_the_token(start: Start, strangers: None) -> None:
    async with start() as server:
        answer = await server.ask("GET", "/health?nonce=abc%C3%A9")
        assert answer.json == {
            "message": "healthy",
            "name": "session-workbench",
            "version": "1.2.3",
            "isolation": "process",
            "proof": proof(server.token, "abc\u00e9"),
        }
        assert "proof" not in (await server.ask("GET", "/health")).json
        assert (await server.ask("GET", f"/health?nonce={'x' * 129}")).status == 400


async def test_other_kinds_of_connection_are_closed() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("let in")

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    door = Door(app, None, lambda *_: True, Log())
    await door({"type": "websocket"}, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]
    await door({"type": "something new"}, receive, send)


async def test_an_upgrade_is_no_way_in(server: Running) -> None:
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    for path in ("/listSessions", "/nothing"):
        answer = await server.ask("GET", path, {**headers, "Origin": "http://evil.example"})
        assert answer.status == 403


async def test_the_log_is_one_line_of_printable_ascii(server: Running) -> None:
    await server.ask("GET", "/files/%1b%5d0;title%07%0aforged%c2%9b%e2%80%ae?identifier=secret-identifier")
    lines = server.log.getvalue().splitlines()
    assert all(" " <= letter <= "~" for line in lines for letter in line)
    assert "forged" in lines[-1]
    assert "secret-identifier" not in server.log.getvalue()
