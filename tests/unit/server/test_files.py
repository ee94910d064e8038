"""Files over HTTP: hostile names by raw socket, uploads that are whole or not there, honest downloads."""

from __future__ import annotations

import asyncio
import os
import resource
from itertools import product
from pathlib import Path
from urllib.parse import quote

import pytest

from backend.executor.local import LocalBackend
from backend.wire.versions import FEATURES, ApiVersion, Option
from tests.unit.server.conftest import NEWEST, Running, Start, multipart
from tests.unit.server.raw import until

CONTENT = "what is outside"
QUERY = f"api-version={NEWEST}&identifier=test"


def of(version: ApiVersion) -> str:
    """The query that asks in a version for the session of the tests."""
    return f"api-version={version}&identifier=test"


def in_folders(version: ApiVersion) -> bool:
    """Whether the version knows folders; those without have the older addresses."""
    return Option.FOLDERS in FEATURES[version].options


def upload(
    server: Running,
    label: str,
    data: bytes = b"x",
    query: str = "",
    version: ApiVersion = ApiVersion.V2025_10_02,
) -> bytes:
    """A request that uploads a part whose label is exactly this."""
    body = f"--b\r\nContent-Disposition: form-data; {label}\r\n\r\n".encode("utf-8", "surrogateescape") + data
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    path = "/files" if in_folders(version) else "/files/upload"
    return server.request("POST", f"{path}?{of(version)}{query}", kind, body + b"\r\n--b--\r\n")


async def outside(server: Running) -> Path:
    """A file beside the data directory, which nothing may reach."""
    await server.run("1")
    assert isinstance(server.backend, LocalBackend)
    secret = server.backend.data_directory("test").parent / "secret"
    secret.write_text(CONTENT, encoding="ascii")
    return secret


def on_disk(server: Running) -> list[str]:
    """Names in the data directory, those that no listing tells counted."""
    assert isinstance(server.backend, LocalBackend)
    return [entry.name for entry in server.backend.data_directory("test").iterdir()]


TARGETS = (
    *(
        "..",
        ".",
        "%2e%2e",
        "%2e",
        "..%2fsecret",
        "%2e%2e%2fsecret",
        "..%2f..%2fetc%2fpasswd",
        "a%2f..%2f..%2fsecret",
    ),
    *("%2fetc%2fpasswd", "%2f%2fetc%2fpasswd", "%2fmnt%2fdata%2f..%2fsecret", "%2fmnt%2fdatax%2fa", "%2f"),
    *("../secret", "../../secret", "//etc/passwd", "/etc/passwd", "a/../../secret", "./secret"),
    *(
        "%00",
        "a%00b",
        "a%00.txt",
        "x" * 256,
        quote("\u00e9" * 128),
        "%ff",
        "%c3",
        "%ed%a0%80",
        "%c0%ae%c0%ae",
    ),
    *("..\\secret", "..%5csecret", "%5c..%5csecret", "a%5c..%5c..%5csecret"),
    *("a%0ab", "a%0d%0ab", "%1b%5d0;x%07", "a%7fb", "a%c2%9bb", "a%e2%80%aeb"),
)


def addresses(version: ApiVersion) -> list[tuple[str, str]]:
    """Method and target of the calls that take a name, with `{}` in its place."""
    query = of(version)
    named = [("GET", f"/files/{{}}?{query}"), ("DELETE", f"/files/{{}}?{query}")]
    if not in_folders(version):
        return [*named, ("GET", f"/files/content/{{}}?{query}")]
    return [
        *named,
        ("GET", f"/files/{{}}/content?{query}"),
        ("GET", f"/files/secret/content?path={{}}&{query}"),
        ("GET", f"/files?path={{}}&{query}"),
    ]


@pytest.mark.parametrize("version", ApiVersion)
async def test_no_name_leads_outside(server: Running, version: ApiVersion) -> None:
    secret = await outside(server)
    for method, target in addresses(version):
        for name in TARGETS:
            if name in (".", "%2e", "./secret") and "path=" in target:
                continue  # the data directory itself, or a folder that is not there
            answer = await server.ask(method, target.replace("{}", name))
            assert 400 <= answer.status < 500, (method, target, name, answer)
            assert answer.code
            assert secret.read_text("ascii") == CONTENT
            assert CONTENT.encode() not in answer.body


@pytest.mark.parametrize("name", ["a\nb", "a\x1b]0;x\x07b", "a\x7fb", "a\x9bb", "a\u202eb"])
async def test_control_characters_are_no_names_of_uploads(server: Running, name: str) -> None:
    labels = (f'name="file"; filename="{name}"', f"name=file; filename*=UTF-8''{quote(name)}")
    for version, label in product(ApiVersion, labels):
        connection = await server.connect()
        connection.send(upload(server, label, version=version))
        answer = await connection.answer()
        assert answer.status == 400
        assert answer.code
        connection.close()
    answer = await server.get(quote(name))
    assert answer.status == 404
    assert await server.names() == []


LABELS = (
    *('name="file"; filename=""', 'name="file"; filename=".."', 'name="file"; filename="."', 'name="file"'),
    *('name="file"; filename="/"', 'name="file"; filename="a/.."', 'name="file"; filename="a\0b"'),
    *('name="file"; filename="a"; filename="b"', "name=file; filename=\"a\"; filename*=UTF-8''b"),
    *("name=file; filename*=latin-1''a", "name=file; filename*=UTF-8''%ff", "name=file; filename*=a"),
    *('name="file"; filename="a', 'name="file" filename="a"', 'name="file"; filename="a" b', "filename"),
    *(
        'name="file"; filename="a\udcff"',
        f'name="file"; filename="{"x" * 256}"',
        'name="file"; filename="<a>"',
    ),
)


@pytest.mark.parametrize("label", LABELS)
async def test_labels_are_refused_rather_than_repaired(server: Running, label: str) -> None:
    for version in ApiVersion:
        connection = await server.connect()
        connection.send(upload(server, label, version=version))
        answer = await connection.answer()
        assert answer.status == 400, version
        assert answer.target in ("file", "filename")
        connection.close()
    assert await server.names() == []


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ('name="file"; filename="/mnt/data/x.txt"', "x.txt"),
        ('name="file"; filename="C:\\Users\\me\\x.txt"', "x.txt"),
        ('name="file"; filename="../../x.txt"', "x.txt"),
        ("name=file; filename=x.txt", "x.txt"),
        ("name=\"file\"; filename*=UTF-8''M%C3%BCller.txt", "M\u00fcller.txt"),
        ('name="file"; filename="M\u00fcller.txt"', "M\u00fcller.txt"),
        ('name="other"; filename="x.txt"', "x.txt"),
        ('name="file"; filename="' + "x" * 255 + '"', "x" * 255),
        ('name="file"; filename="' + "\u00e9" * 127 + '"', "\u00e9" * 127),
        ('name="file"; filename="a (1), b;c=d&e#f%g.txt"', "a (1), b;c=d&e#f%g.txt"),
    ],
)
async def test_only_the_last_part_of_a_name_counts(server: Running, label: str, name: str) -> None:
    connection = await server.connect()
    connection.send(upload(server, label, b"content"))
    assert (await connection.answer()).json["name"] == name
    assert await server.names() == [name]
    assert (await server.get(quote(name, safe=""))).body == b"content"


async def test_both_normal_forms_are_names_of_their_own(server: Running) -> None:
    names = ["\u00e9.txt", "e\u0301.txt"]
    for name in names:
        await server.put(name, name.encode())
    assert sorted(await server.names()) == sorted(names)
    for name in names:
        assert (await server.get(quote(name))).body == name.encode()


async def test_what_is_no_regular_file_is_not_served(server: Running) -> None:
    secret = await outside(server)
    code = (
        "import os, socket\n"
        f"os.symlink({str(secret)!r}, 'link'); os.symlink({str(secret.parent)!r}, 'folder-link')\n"
        "os.mkfifo('fifo'); os.mkdir('folder')\n"
        "s = socket.socket(socket.AF_UNIX); s.bind('socket')"
    )
    await server.run(code)
    for name in ("link", "fifo", "folder", "socket"):
        answer = await server.get(name)
        assert answer.status in (400, 403), name
        assert answer.code
    assert (await server.ask("GET", f"/files/secret/content?{QUERY}&path=folder-link")).status in (403, 404)
    connection = await server.connect()
    connection.send(upload(server, 'name="file"; filename="new"', query="&path=folder-link"))
    assert (await connection.answer()).status in (403, 404)
    assert not (secret.parent / "new").exists()


async def test_names_that_are_not_utf_8_do_not_break_a_listing(server: Running) -> None:
    await server.run("open(b'a\\xff', 'w').close(); open('b', 'w').close()")
    for version in ("2024-02-02-preview", "2024-08-02-preview", NEWEST):
        answer = await server.ask("GET", f"/files?api-version={version}&identifier=test")
        assert answer.status == 200
        assert "a\\ufffd" in answer.body.decode("ascii")


async def test_a_name_that_is_not_utf_8_is_asked_for_as_it_is_listed_where_no_other_is_listed_so(
    server: Running,
) -> None:
    await server.run("open(b'a\\xff', 'w').write('content'); open('a', 'w').close()")
    name = "a%EF%BF%BD"
    assert (await server.ask("GET", f"/files/{name}?{QUERY}")).status == 200
    assert (await server.ask("GET", f"/files/{name}/content?{QUERY}")).body == b"content"
    await server.run("open(b'a\\xfe', 'w').write('other')")
    for method, rest in (("GET", ""), ("GET", "/content"), ("DELETE", "")):
        assert (await server.ask(method, f"/files/{name}{rest}?{QUERY}")).status == 404
    await server.run("import os; os.remove(b'a\\xfe'); open('a\\ufffd', 'w').write('of that name')")
    assert (await server.ask("GET", f"/files/{name}/content?{QUERY}")).body == b"of that name"
    assert (await server.ask("DELETE", f"/files/{name}?{QUERY}")).status < 300
    assert (await server.ask("GET", f"/files/{name}/content?{QUERY}")).body == b"content"
    assert (await server.ask("DELETE", f"/files/{name}?{QUERY}")).status < 300
    assert await server.names() == ["a"]


async def test_of_uploads_at_once_one_is_there_whole(server: Running) -> None:
    contents = [bytes([number]) * 300_000 for number in range(20)]
    answers = await asyncio.gather(*(server.put("same", content) for content in contents))
    assert {answer.status for answer in answers} == {200}
    assert (await server.get("same")).body in contents
    assert await server.names() == ["same"]


async def test_an_upload_above_the_limit_is_refused_and_not_there(start: Start) -> None:
    async with start(max_upload=100_000) as server:
        assert (await server.put("exact", b"x" * 100_000)).status == 200
        for size in (100_001, 2_000_000):
            answer = await server.put("above", b"x" * size)
            assert (answer.status, answer.code, answer.target) == (413, "RequestTooLarge", "file")
        assert await server.names() == ["exact"]
        assert on_disk(server) == ["exact"]


async def test_a_client_that_leaves_an_upload_leaves_nothing(server: Running) -> None:
    await server.run("1")
    connection = await server.connect()
    connection.send(upload(server, 'name="file"; filename="half"', b"x" * 1_000_000)[:-100_000])
    await connection.writer.drain()
    connection.writer.transport.abort()

    async def nothing_left() -> bool:
        return not on_disk(server)

    await until(nothing_left)


BODIES = {
    "empty": (b"", "multipart/form-data; boundary=b"),
    "no boundary in it": (b"x" * 100, "multipart/form-data; boundary=b"),
    "no end": (multipart([("file", "a", b"x")], "b")[1][:-8], "multipart/form-data; boundary=b"),
    "no file": (multipart([("field", None, b"x")], "b")[1], "multipart/form-data; boundary=b"),
    "two files": (
        multipart([("file", "a", b"x"), ("file", "b", b"y")], "b")[1],
        "multipart/form-data; boundary=b",
    ),
    "many fields": (multipart([("f", None, b"x")] * 30, "b")[1], "multipart/form-data; boundary=b"),
    "long field": (multipart([("f", None, b"x" * 100_000)], "b")[1], "multipart/form-data; boundary=b"),
    "long boundary": (b"--" + b"b" * 100 + b"\r\n", f"multipart/form-data; boundary={'b' * 100}"),
    "no boundary told": (b"x\r\n", "multipart/form-data"),
    "many headers": (b"--b\r\n" + b"X: y\r\n" * 20 + b"\r\n", "multipart/form-data; boundary=b"),
    "long header": (b"--b\r\nX: " + b"y" * 10_000 + b"\r\n\r\n", "multipart/form-data; boundary=b"),
    "two dispositions": (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n' * 2 + b"\r\nx\r\n--b--\r\n",
        "multipart/form-data; boundary=b",
    ),
}


@pytest.mark.parametrize("name", BODIES)
async def test_broken_uploads_are_refused(server: Running, name: str) -> None:
    body, kind = BODIES[name]
    answer = await server.ask("POST", f"/files?{QUERY}", {"Content-Type": kind}, body)
    assert answer.status in (400, 415)
    assert answer.target in ("file", "Content-Type")
    assert await server.names() == []


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", "multipart/mixed; boundary=b"])
async def test_other_kinds_of_body_are_no_uploads(server: Running, kind: str) -> None:
    answer = await server.ask(
        "POST", f"/files?{QUERY}", {"Content-Type": kind}, multipart([("file", "a", b"")], "b")[1]
    )
    assert (answer.status, answer.code) == (415, "UnsupportedMediaType")
    answer = await server.ask("POST", f"/files?{QUERY}", {"Content-Encoding": "gzip"}, b"x")
    assert answer.status == 415


async def test_a_form_labelled_json_is_read_by_its_first_line(server: Running) -> None:
    _, body = multipart([("file", "a.txt", b"content")], "----WebKit'()+_,./:=?")
    answer = await server.ask("POST", f"/files?{QUERY}", {"Content-Type": "application/json"}, body)
    assert answer.json["name"] == "a.txt"
    answer = await server.ask("POST", f"/files?{QUERY}", {"Content-Type": "application/json"}, b"{}")
    assert answer.status == 415


async def test_a_directory_of_the_path_counts(server: Running) -> None:
    await server.run("import os; os.makedirs('sub/deep')")
    for folder in ("sub", "/mnt/data/sub", "./sub/"):
        connection = await server.connect()
        connection.send(
            upload(server, 'name="file"; filename="x"', folder.encode(), f"&path={quote(folder)}")
        )
        assert (await connection.answer()).json["directory"] == "sub"
        got = await server.ask("GET", f"/files/x/content?{QUERY}&path={quote(folder)}")
        assert got.body == folder.encode()
    answer = await server.ask("GET", f"/files?{QUERY}&recursive=true")
    assert {(one["directory"], one["name"]) for one in answer.json["value"]} == {
        (".", "sub"),
        ("sub", "deep"),
        ("sub", "x"),
    }
    missing = await server.ask("GET", f"/files?{QUERY}&path=nothing")
    assert (missing.status, missing.code) == (404, "FileNotFound")


async def test_a_download_tells_what_it_is(server: Running) -> None:
    name = quote("M\u00fcller.html")
    await server.put("M\u00fcller.html", b"<script>")
    answer = await server.get(name)
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''M%C3%BCller.html"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-length"] == "8"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["last-modified"].endswith(" GMT")
    head = await server.ask("HEAD", f"/files/{name}/content?{QUERY}")
    assert (head.status, head.headers["content-length"], head.body) == (200, "8", b"")
    await server.put("empty", b"")
    empty = await server.get("empty")
    assert (empty.status, empty.body) == (200, b"")


@pytest.mark.parametrize(
    ("wanted", "status", "told"),
    [
        ("bytes=0-3", 206, "bytes 0-3/10"),
        ("bytes=4-", 206, "bytes 4-9/10"),
        ("bytes=-3", 206, "bytes 7-9/10"),
        ("bytes=-30", 206, "bytes 0-9/10"),
        ("bytes=8-100", 206, "bytes 8-9/10"),
        ("bytes=10-", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=3-1", 200, None),
        ("bytes=0-1,3-4", 200, None),
        ("bytes=", 200, None),
        ("lines=0-1", 200, None),
        ("bytes=" + "9" * 30 + "-", 200, None),
    ],
)
async def test_one_range_is_served(server: Running, wanted: str, status: int, told: str | None) -> None:
    await server.put("ten", b"0123456789")
    answer = await server.get("ten", Range=wanted)
    assert answer.status == status
    assert answer.headers.get("content-range") == told
    if told:
        first, last = (int(number) for number in told.split()[1].partition("/")[0].split("-"))
        assert answer.body == b"0123456789"[first : last + 1]


@pytest.mark.parametrize(("changed", "whole"), [(40 << 20, True), (1000, False)])
async def test_a_file_that_changes_meanwhile_is_sent_as_long_or_cut(
    server: Running, changed: int, whole: bool
) -> None:
    size = 20 << 20
    assert isinstance(server.backend, LocalBackend)
    await server.put("file", b"x" * size)
    connection = await server.connect()
    connection.send(server.request("GET", f"/files/file/content?{QUERY}", {"Connection": "close"}))
    head = await connection.reader.readuntil(b"\r\n\r\n")
    assert f"content-length: {size}".encode() in head
    os.truncate(server.backend.data_directory("test") / "file", changed)
    got = len(await connection.rest())
    assert got == size if whole else got < size


async def test_a_hundred_thousand_files_come_in_pages(server: Running) -> None:
    await server.run("import os\nfor n in range(3500): os.close(os.open(f'{n:05}', os.O_CREAT))")
    target, names = f"/files?{QUERY}", []
    while target:
        answer = await server.ask("GET", target)
        assert len(answer.json["value"]) <= 1000
        names += [one["name"] for one in answer.json["value"]]
        link = answer.json.get("nextLink", "")
        target = link.removeprefix(f"http://{server.host}")
        assert target != link or not link
    assert names == [f"{number:05}" for number in range(3500)]
    legacy = await server.ask("GET", "/files?api-version=2024-02-02-preview&identifier=test")
    assert len(legacy.json["value"]) == 3500


async def test_a_full_disk_is_told_and_leaves_nothing(server: Running) -> None:
    await server.put("before", b"x")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, limits[1]))  # of this process, which writes
    try:
        answer = await server.put("big", b"x" * 1_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (answer.status, answer.code) == (507, "InsufficientStorage")
    assert on_disk(server) == ["before"]


async def test_sessions_are_apart_even_when_one_s_name_begins_the_other_s(server: Running) -> None:
    await server.put("mine", b"x", session="session")
    assert await server.names(session="session-2") == []
    assert (await server.get("..%2fsession%2fmine", session="session-2")).status == 400
