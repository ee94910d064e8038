"""Who is at the other end of a loopback connection, told by the kernel; with processes of other users."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import Iterator

import pytest

from backend.server import peers
from backend.server.peers import Peers
from tests.ordinary.needs import lack, needs_namespaces, needs_ordinary_user
from tests.unit.server.conftest import Running

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells")
HOSTS = {"127.0.0.1": socket.AF_INET, "::1": socket.AF_INET6}


@pytest.fixture(params=HOSTS)
def pair(request: pytest.FixtureRequest) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a loopback connection: the peer's, then ours."""
    with socket.create_server((request.param, 0), family=HOSTS[request.param]) as listener:
        near = socket.create_connection(listener.getsockname()[:2])
        far, _ = listener.accept()
        with near, far:
            yield near, far


def addresses(far: socket.socket) -> tuple[tuple[str, int], tuple[str, int]]:
    return far.getpeername()[:2], far.getsockname()[:2]


@pytest.fixture(params=["asked", "listed"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to the kernel's answer."""
    if request.param == "listed":

        def refuse(*_: object) -> None:
            raise OSError(93, "no such protocol")

        monkeypatch.setattr(peers, "_asked", refuse)
    return str(request.param)


def test_our_own_connection_is_ours(pair: tuple[socket.socket, socket.socket], way: str) -> None:
    assert Peers().same_user(*addresses(pair[1]))


def test_a_half_closed_connection_is_still_ours(pair: tuple[socket.socket, socket.socket], way: str) -> None:
    pair[0].shutdown(socket.SHUT_WR)
    assert Peers().same_user(*addresses(pair[1]))


def test_an_ended_connection_is_nobody_s(pair: tuple[socket.socket, socket.socket], way: str) -> None:
    peer, own = addresses(pair[1])
    pair[0].close()
    assert not Peers().same_user(peer, own)


def test_both_ends_have_to_match(pair: tuple[socket.socket, socket.socket], way: str) -> None:
    peer, own = addresses(pair[1])
    assert not Peers().same_user((peer[0], peer[1] ^ 1), own)
    assert not Peers().same_user(peer, (own[0], own[1] ^ 1))
    assert not Peers().same_user(own, own)


def test_only_loopback_is_looked_at() -> None:
    for host in ("192.0.2.1", "testclient", ""):
        assert not Peers().same_user((host, 1), ("127.0.0.1", 2))


def test_the_overflow_user_is_nobody(
    pair: tuple[socket.socket, socket.socket], way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "_OVERFLOW", os.geteuid())
    assert not Peers().same_user(*addresses(pair[1]))


def test_another_user_s_socket_is_not_ours(way: str) -> None:
    if os.geteuid():
        lack("only root can become another user")
    user = needs_ordinary_user()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        os.seteuid(user.uid)
        try:
            near = socket.create_connection(listener.getsockname())
        finally:
            os.seteuid(0)
        far, _ = listener.accept()
        with near, far:
            assert not Peers().same_user(*addresses(far))


def test_root_s_socket_is_not_ours_when_we_are_somebody(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid():
        lack("only root has sockets of root")
    user = needs_ordinary_user()
    monkeypatch.setattr(os, "geteuid", lambda: user.uid)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far, _ = listener.accept()
        with near, far:
            assert not Peers().same_user(*addresses(far))


async def curl(server: Running, *before: str) -> str:
    """The HTTP code that curl gets, run by way of `before`."""
    program = shutil.which("curl")
    if program is None:
        lack("curl is not installed")
    url = f"http://127.0.0.1:{server.port}/listSessions"
    process = await asyncio.create_subprocess_exec(
        *(
            *before,
            program,
            "--silent",
            "--noproxy",
            "*",
            "--output",
            "/dev/null",
            "--write-out",
            "%{http_code}",
            url,
        ),
        stdout=asyncio.subprocess.PIPE,
        cwd="/",
    )
    out, _ = await process.communicate()
    return out.decode()


async def test_curl_of_this_user_is_let_in(server: Running) -> None:
    assert await curl(server) == "200"


async def test_curl_of_another_user_is_not(server: Running) -> None:
    if os.geteuid():
        lack("only root can become another user")
    user = needs_ordinary_user()
    become = ["chroot", f"--userspec={user.uid}:{user.gid}", "--groups=", "--skip-chdir", "/"]
    assert await curl(server, *become) == "401"


async def test_curl_in_another_user_namespace_is_not(server: Running) -> None:
    needs_namespaces()
    assert await curl(server, "unshare", "--user", "--map-current-user") == "401"
    assert await curl(server, "unshare", "--user", "--map-root-user") == "401"
