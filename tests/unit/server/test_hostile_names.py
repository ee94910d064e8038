"""Hostile names by raw socket, on every route for files of every version: nothing outside is reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

import pytest

from backend.executor.local import LocalBackend
from backend.wire.versions import FEATURES, NEWEST, ApiVersion, Call, Option, Route
from tests.unit.server.conftest import Running
from tests.unit.server.raw import Answer, Connection, written

CANARY = b"bytes that nobody may see"
SESSION = "hostile-names"

# as they stand in a request line, where no file can be called so: refused by every route
IMPOSSIBLE = (
    *("..", "%2e%2e", "%2E%2E", ".%2e", "%2e.", "%2e", "%2e%2fsecret%2f.."),
    *("..%2f", "..%2f..%2f..%2f..%2fetc%2fpasswd"),
    *("..%2fsecret", "%2e%2e%2fsecret", "..%2Fsecret", "a%2f..%2f..%2fsecret"),
    *("a%2f%2e%2e%2f%2e%2e%2fsecret",),
    *("%2fetc%2fpasswd", "%2f%2fetc%2fpasswd", "%2f..%2fsecret"),
    *("%2fmnt%2fdata%2f..%2fsecret", "%2fmnt%2fdata"),
    *("%2fmnt%2fdatax%2fsecret", "%2fmnt%2fsecret", "%2fproc%2fself%2fenviron"),
    *("%2f", "%2f%2f", "%20%2f..%2fsecret"),
    *("%00", "secret%00", "a%00b", "..%00%2fsecret", "%2e%2e%00", "a%2f%00"),
    *("%ff", "%c3", "a%c3%28", "%c0%ae%c0%ae", "%c0%ae%c0%ae%c0%afsecret"),
    *("%e0%80%ae%e0%80%ae%e0%80%afsecret",),
    *("%f0%80%80%ae", "..%c0%afsecret", "..%c1%9csecret", "%ed%a0%80"),
    *("%ed%b3%bf", "%f5%80%80%80", "%f8%88%80%80%af"),
    *("x" * 256, quote("\u00e9" * 128), quote("\u20ac" * 86), "a%2f" + "x" * 256, "a%2f" * 2000 + "b"),
)  # fmt: skip

# what a file of Linux can be called: asked for, it is not there, and stands for nothing else
POSSIBLE = (
    *("..%5csecret", "%5c..%5csecret", "C:%5cWindows%5cwin.ini"),
    *("%5c%5chost%5cshare", "a%5c..%5c..%5csecret"),
    *("%252e%252e%252fsecret", "..%252fsecret", "%25252e", "%u002e%u002e"),
    *("...", "....", "..%20", "%20..", "..%09"),
    *("CON", "NUL", "con.txt", "LPT1", "AUX.", "COM1.txt", "secret."),
    *("secret%20", "secret::$DATA", "secret:stream"),
    *("%ef%bc%8e%ef%bc%8e%ef%bc%8fsecret", "%e2%80%a5%e2%88%95secret", "%e2%80%a4%e2%80%a4", "secre%cc%81t"),
    *("%e2%84%aasecret", "%ef%ac%81", "a%0ab", "a%0d%0aX-Injected:%201"),
    *("a%1b[31m", "%7f", "a%c2%9b", "a%e2%80%aeb"),
    *("~", "~root", "-rf", "--help", "$(id)", "%60id%60", "a;b"),
    *("*", "%3f", "%23", "x" * 255, quote("\u00e9" * 127)),
)  # fmt: skip


def routes(version: ApiVersion) -> Iterator[Route]:
    """The routes of a version that name a file."""
    return (route for route in FEATURES[version].routes if "{name}" in route.path)


def folders(version: ApiVersion) -> bool:
    return Option.FOLDERS in FEATURES[version].options


def thinned(names: Sequence[str], version: ApiVersion) -> Sequence[str]:
    """All names for one version of each generation, every third of them for the others: 2 ms each."""
    whole = (ApiVersion.V2024_02_02, NEWEST)
    return names if version in whole else names[list(ApiVersion).index(version) % 3 :: 3]


class Outside:
    """A session whose surroundings are known to the byte."""

    def __init__(self, server: Running) -> None:
        assert isinstance(server.backend, LocalBackend)
        self.data = server.backend.data_directory(SESSION)
        self.secret = self.data.parent / "secret"
        self.secret.write_bytes(CANARY)
        self.before = self.state()

    def state(self) -> dict[Path, bytes]:
        """Every file around the data directory, with what is in it."""
        around = [path for path in self.data.parent.iterdir() if path.name not in ("data", "tmp", "lock")]
        found = [path for top in around for path in (top, *(top.rglob("*") if top.is_dir() else ()))]
        return {path: path.read_bytes() if path.is_file() else b"" for path in found}


async def ask(
    connection: Connection, server: Running, method: str, target: str, kind: str = "", body: bytes = b""
) -> Answer:
    """The answer to a request on a connection that stays."""
    headers = {"Content-Type": kind} if kind else {}
    connection.send(written(method, target, headers, body, server.host))
    return await connection.answer(head=method == "HEAD")


async def prepared(server: Running) -> Outside:
    await server.run("import os; os.mkdir('a'); open('inside', 'w').write('x');", session=SESSION)
    return Outside(server)


@pytest.mark.parametrize("version", ApiVersion)
async def test_names_in_urls(server: Running, version: ApiVersion) -> None:
    outside = await prepared(server)
    query = f"api-version={version.value}&identifier={SESSION}"
    connection = await server.connect()
    for route in routes(version):
        for method in ("GET", "HEAD") if route.method == "GET" and version is NEWEST else (route.method,):
            for name in thinned((*IMPOSSIBLE, *POSSIBLE), version):
                target = f"{route.path.replace('{name}', name)}?{query}"
                answer = await ask(connection, server, method, target)
                wanted = range(400, 500) if name in IMPOSSIBLE else (404,)
                assert answer.status in wanted, (method, target, answer)
                assert CANARY not in answer.body
                assert "x-injected" not in answer.headers
    assert outside.state() == outside.before
    assert sorted(path.name for path in outside.data.iterdir()) == ["a", "inside"]
    connection.close()


@pytest.mark.parametrize("version", [version for version in ApiVersion if folders(version)])
async def test_folders_in_queries(server: Running, version: ApiVersion) -> None:
    outside = await prepared(server)
    (outside.data.parent / "folder").mkdir()
    (outside.data.parent / "folder" / "inside").write_bytes(CANARY)
    outside.before = outside.state()
    query = f"api-version={version.value}&identifier={SESSION}"
    inside = ("%2e", "%2f", "%2fmnt%2fdata", "%2e%2fsecret%2f..", "%2f%2f")  # the data directory, or refused
    connection = await server.connect()
    every = {*IMPOSSIBLE, *POSSIBLE, "..%2ffolder", "%2e%2e%2ffolder"} - set(inside)
    kind, body = form("planted")
    for path in thinned(sorted(every), version):
        for method, target in (
            ("GET", f"/files?{query}&path={path}"),
            ("GET", f"/files?{query}&path={path}&recursive=true"),
            ("GET", f"/files/inside/content?{query}&path={path}"),
            ("GET", f"/files/inside?{query}&path={path}"),
            ("DELETE", f"/files/inside?{query}&path={path}"),
            ("POST", f"/files?{query}&path={path}"),
        ):
            sent = (kind, body) if method == "POST" else ()
            answer = await ask(connection, server, method, target, *sent)
            assert 400 <= answer.status < 500, (method, target, answer)
            assert CANARY not in answer.body
    assert outside.state() == outside.before
    assert sorted(path.name for path in outside.data.iterdir()) == ["a", "inside"]
    connection.close()


def form(name: str, label: bytes | None = None) -> tuple[str, bytes]:
    """A multipart body whose file has this name, or whose Content-Disposition goes on like this."""
    told = f'filename="{name}"'.encode("utf-8", "surrogateescape") if label is None else label
    head = b'--b\r\nContent-Disposition: form-data; name="file"; ' + told + b"\r\n\r\n"
    return "multipart/form-data; boundary=b", head + b"planted" + b"\r\n--b--\r\n"


REFUSED_LABELS = (
    *(b'filename=""', b'filename="."', b'filename=".."', b'filename="/"'),
    *(b'filename="a/"', b'filename="a/.."'),
    *(b'filename="\\\\"', b'filename="..\\\\.."', b'filename="a\\..\\.."', b"filename=", b"filename=.."),
    *(b'filename="a\0.txt"', b'filename="a\x01"', b'filename="a\x7f"'),
    *(b'filename="a\xc2\x9b"', b'filename="a\x1b[31m"'),
    *(b'filename="a\r\nX-Injected: 1"', b'filename="a\r\n\r\nbody"', b'filename="a\nb"', b'filename="a\rb"'),
    *(b'filename="\xff"', b'filename="\xc0\xae\xc0\xae\xc0\xafsecret"', b'filename="\xed\xa0\x80"'),
    *(b'filename="a"; filename="../../secret"', b"filename=\"a\"; filename*=UTF-8''..%2f..%2fsecret"),
    *(b"filename*=UTF-8''..", b"filename*=UTF-8''%2e%2e"),
    *(b"filename*=UTF-8''%00", b"filename*=UTF-8''a%0d%0ab"),
    *(b"filename*=UTF-8''%c0%ae%c0%ae", b"filename*=latin-1''a"),
    *(b"filename*=UTF-16''a", b"filename*=a", b"filename*0=a"),
    *(b"filename*=UTF-8''" + b"%c3%a9" * 128, b'filename="' + b"x" * 256 + b'"'),
    *(b'filename="' + b"\xc3\xa9" * 128 + b'"',),
    *(b'filename="a\xe2\x80\xaeb"', b'filename="a*b"', b'filename="a|b"'),
    *(b'filename="con:"', b'filename="\xef\xbf\xbe"'),
)  # fmt: skip

TAKEN_LABELS = {  # label → the one name that it may give, in the data directory
    b'filename="../../secret"': "secret",
    b'filename="..\\\\..\\\\secret"': "secret",
    b'filename="..\\..\\secret"': "secret",
    b'filename="/etc/passwd"': "passwd",
    b'filename="C:\\\\Windows\\\\win.ini"': "win.ini",
    b'filename="//host/share/name"': "name",
    b"filename*=UTF-8''..%2f..%2fsecret": "secret",
    b"filename*=UTF-8''%2fetc%2fpasswd": "passwd",
    b'filename="%2e%2e%2fsecret"': "%2e%2e%2fsecret",
    b'filename="..."': "...",
    b'filename=".. "': ".. ",
    b'filename="name."': "name.",
    b'filename="name "': "name ",
    b'filename="NUL"': "NUL",
    b'filename="COM1.txt"': "COM1.txt",
    b'filename="-rf"': "-rf",
    b'filename="' + b"x" * 255 + b'"': "x" * 255,
    b'filename="' + b"\xc3\xa9" * 127 + b'"': "\u00e9" * 127,
    b'filename="\xc3\xa9"': "\u00e9",
    b'filename="e\xcc\x81"': "e\u0301",
    b'filename="\xe2\x84\xaa"': "\u212a",  # the sign for kelvin, which normalises to K
}


@pytest.mark.parametrize("version", ApiVersion)
async def test_names_of_uploads(server: Running, version: ApiVersion) -> None:
    outside = await prepared(server)
    query = f"api-version={version.value}&identifier={SESSION}"
    uploads = [route for route in FEATURES[version].routes if route.call is Call.UPLOAD]
    download = next(route for route in FEATURES[version].routes if route.call is Call.DOWNLOAD)
    for route in uploads:
        for label in REFUSED_LABELS:
            kind, body = form("", label)
            answer = await server.ask("POST", f"{route.path}?{query}", {"Content-Type": kind}, body)
            assert answer.status == 400, (label, answer)
            assert answer.code
        assert sorted(path.name for path in outside.data.iterdir()) == ["a", "inside"]
        for label, name in TAKEN_LABELS.items():
            kind, body = form("", label)
            answer = await server.ask("POST", f"{route.path}?{query}", {"Content-Type": kind}, body)
            assert answer.status == 200, (label, answer)
            assert {path.name for path in outside.data.iterdir()} == {"a", "inside", name}
            target = download.path.replace("{name}", quote_from_bytes(name.encode(), safe=""))
            assert (await server.ask("GET", f"{target}?{query}")).body == b"planted"
            (outside.data / name).unlink()
    assert outside.state() == outside.before
