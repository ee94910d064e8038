"""Bundles: there and back; whatever is wrong with one is found before anything of it is used."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.errors import UsageError
from backend.models import FileInfo, PoolInfo, Status, Stream
from tests.unit.replay.making import entry
from workbench.export import bundle, unpack
from workbench.history import codec
from workbench.history.entry import Entry, KeptFile, Segment

FILES = {"in.csv": b"a,b\n1,2\n", "deep/er.bin": bytes(range(256)) * 9, "same.csv": b"a,b\n1,2\n"}
SECRET = "k3j9x0q2m5n8b1v4c7z6a0s9"


async def content(file: FileInfo) -> AsyncIterator[bytes]:
    data = FILES[file.path]
    for at in range(0, len(data), 100):
        yield data[at : at + 100]


async def packed(path: Path, entries: list[Entry]) -> Path:
    files = [FileInfo(name, "file", len(data), 1.0) for name, data in FILES.items()]
    pool = PoolInfo((("Python", "3.12.1"),), (("numpy", "2.0"),))
    with path.open("wb") as out:
        told = await bundle.pack(out, entries, files, content, pool)
    assert (told.entries, told.files) == (len(entries), 3)
    return path


def session() -> list[Entry]:
    return [
        entry("x\udcff", "out", "1", spool=("/etc/passwd", ""), exchanges=({"a": 1},), fresh=True),
        entry(
            "y",
            status=Status.FAILED,
            segments=(Segment(Stream.STDERR, "\x1b[1m"), Segment(None, bundle={"text/plain": "d"})),
        ),
    ]


async def test_there_and_back(tmp_path: Path) -> None:
    entries = session()
    found = unpack.unpack(await packed(tmp_path / "x.zip", entries))
    assert found.entries == tuple(replace(one, spool=("", "")) for one in entries)
    assert {file.path: b"".join(found.content(file)) for file in found.files} == FILES
    assert found.environment == {"runtimes": (("Python", "3.12.1"),), "packages": (("numpy", "2.0"),)}
    with zipfile.ZipFile(tmp_path / "x.zip") as opened:
        assert len([name for name in opened.namelist() if name.startswith("files/")]) == 2  # by content


async def test_what_files_held_goes_along_and_is_checked(tmp_path: Path) -> None:
    olds = {hashlib.sha256(data).hexdigest(): data for data in (b"old", FILES["in.csv"])}
    kept = [KeptFile("in.csv", digest, len(olds[digest]), 1.0, at) for at, digest in enumerate(olds)]

    async def held(file: KeptFile) -> AsyncIterator[bytes]:
        yield olds[file.digest]

    path = tmp_path / "x.zip"
    file = FileInfo("in.csv", "file", 8, 1.0)
    with path.open("wb") as out:
        await bundle.pack(out, [entry("x")], [file], content, PoolInfo(), (kept, held))
    found = unpack.unpack(path)
    assert [(one.number, b"".join(found.content(one))) for one in found.contents] == list(
        enumerate(olds.values())
    )
    with zipfile.ZipFile(path) as opened:
        manifest = json.loads(opened.read(bundle.MANIFEST))
    assert len({one["sha256"] for one in manifest["contents"]}) == 2
    for key, value, why in (
        ("path", "../out", "leads outside"),
        ("number", -1, "damaged"),
        ("sha256", "0" * 64, "missing from it"),
        ("size", 9, "not what it was"),
        ("size", unpack.MOST_BYTES, "its files have 8,192 MB"),
    ):
        changed = json.loads(json.dumps(manifest))
        changed["contents"][0][key] = value
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "y.zip", "w") as new:
            for name in old.namelist():
                new.writestr(name, json.dumps(changed) if name == bundle.MANIFEST else old.read(name))
        with pytest.raises(UsageError, match=why):
            unpack.unpack(tmp_path / "y.zip")


async def test_random_identifiers_stay_at_home(tmp_path: Path) -> None:
    url = {"url": f"https://pool/executions?identifier={SECRET}"}
    path = await packed(tmp_path / "x.zip", [entry("x", session=SECRET, exchanges=(url,))])
    with zipfile.ZipFile(path) as opened:
        assert all(SECRET.encode() not in opened.read(name) for name in opened.namelist())
    assert unpack.unpack(path).entries


Change = Callable[[dict[str, bytes]], None]


def manifest(**changes: Any) -> Change:
    def change(members: dict[str, bytes]) -> None:
        members["manifest.json"] = json.dumps(json.loads(members["manifest.json"]) | changes).encode()

    return change


def one_file(path: object, digest: str = "", size: int = 1) -> Change:
    digest = digest or hashlib.sha256(b"x").hexdigest()

    def change(members: dict[str, bytes]) -> None:
        members[f"files/{hashlib.sha256(b'x').hexdigest()}"] = b"x"
        manifest(files=[{"path": path, "sha256": digest, "size": size}])(members)

    return change


def first_line(**changes: Any) -> Change:
    def change(members: dict[str, bytes]) -> None:
        line, rest = members["entries.jsonl"].split(b"\n", 1)
        told = json.loads(line.decode("utf-8", "surrogatepass")) | changes
        members["entries.jsonl"] = json.dumps(told).encode() + b"\n" + rest

    return change


def put(name: str, data: bytes) -> Change:
    def change(members: dict[str, bytes]) -> None:
        members[name] = data

    return change


def drop(name: str) -> Change:
    def change(members: dict[str, bytes]) -> None:
        members.pop(name)

    return change


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (drop("manifest.json"), "manifest.json is missing"),
        (drop("entries.jsonl"), "entries.jsonl is missing"),
        (put("manifest.json", b"{"), "manifest.json is damaged"),
        (put("manifest.json", b"[" * 100_000), "manifest.json is damaged"),
        (put("manifest.json", b"[]"), "not one of a session bundle"),
        (manifest(format="other"), "not one of a session bundle"),
        (manifest(version=2), "is a bundle of version 2"),
        (manifest(version="1"), "is a bundle of version 1"),
        (manifest(files=None), "no list of files"),
        (manifest(files=[1]), "list of files is damaged"),
        (manifest(entries=9), "entries are missing"),
        (manifest(session=7), "no session"),
        (put("../evil", b"x"), "leads outside"),
        (put("/etc/cron.d/evil", b"x"), "leads outside"),
        (put("files/../evil", b"x"), "leads outside"),
        (put("files/readme.txt", b"x"), "belongs to no bundle"),
        (put("files/" + "a" * 64 + "/x", b"x"), "belongs to no bundle"),
        (one_file("../evil"), "leads outside the session"),
        (one_file("/etc/passwd"), "leads outside the session"),
        (one_file("a/../../b"), "leads outside the session"),
        (one_file("a\\..\\b"), "leads outside the session"),
        (one_file("C:evil"), "leads outside the session"),
        (one_file("a//b"), "leads outside the session"),
        (one_file("a\0b"), "leads outside the session"),
        (one_file(""), "leads outside the session"),
        (one_file("a" * 300), "leads outside the session"),
        (one_file(5), "list of files is damaged"),
        (one_file("a", size=2), "is not what it was"),
        (one_file("a", size=-1), "list of files is damaged"),
        (one_file("a", "b" * 64), "is missing from it"),
        (one_file("a", "../x"), "has no hash"),
        (put("entries.jsonl", b"{}\n"), "line 1 of entries.jsonl is damaged"),
        (put("entries.jsonl", b"[" * 100_000 + b"\n"), "line 1 of entries.jsonl is damaged"),
        (first_line(code=5), "line 1 of entries.jsonl is damaged"),
        (first_line(status="great"), "line 1 of entries.jsonl is damaged"),
        (first_line(segments=[["stdout", 5, None, False]]), "line 1 of entries.jsonl is damaged"),
        (first_line(number="x"), "line 1 of entries.jsonl is damaged"),
        (first_line(value={"text/html": "<script>1</script>"}), "has an output with a <script> element"),
    ],
    ids=range(38),
)
async def test_what_is_wrong_is_refused_with_the_reason(tmp_path: Path, change: Change, why: str) -> None:
    await packed(tmp_path / "x.zip", session())
    with zipfile.ZipFile(tmp_path / "x.zip") as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    change(members)
    with zipfile.ZipFile(tmp_path / "bad.zip", "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    with pytest.raises(UsageError) as caught:
        unpack.unpack(tmp_path / "bad.zip")
    assert why in str(caught.value)
    assert "\0" not in caught.value.message


async def test_two_files_of_one_name_and_a_file_that_is_a_folder(tmp_path: Path) -> None:
    for names in (("a", "a"), ("a", "a/b"), ("a/b", "a")):
        listed = [{"path": name, "sha256": hashlib.sha256(b"x").hexdigest(), "size": 1} for name in names]
        await test_what_is_wrong_is_refused_with_the_reason(
            tmp_path, manifest(files=listed), "two files are called"
        )


def test_bombs_duplicates_and_encrypted_members(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("files/" + "0" * 64, bytes(unpack.FREE_BYTES + 1))
    with pytest.raises(UsageError, match="unpacks to 64 MB out of"):
        unpack.unpack(path)
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("manifest.json", b"{}")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("manifest.json", b"{}")
    with pytest.raises(UsageError, match="has two members"):
        unpack.unpack(path)
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("manifest.json", b"{}")
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(UsageError, match="is encrypted"):
        unpack.unpack(path)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"nonsense" * 100])
def test_what_is_no_zip(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    with pytest.raises(UsageError, match="is damaged"):
        unpack.unpack(path)
    with pytest.raises(UsageError, match="cannot be read"):
        unpack.unpack(tmp_path / "nowhere.zip")


async def test_any_flipped_byte_is_refused_or_harmless(tmp_path: Path) -> None:
    good = (await packed(tmp_path / "x.zip", session())).read_bytes()
    right = unpack.unpack(tmp_path / "x.zip")
    for at in range(0, len(good), 7):
        data = bytearray(good)
        data[at] ^= 0x41
        (tmp_path / "y.zip").write_bytes(data)
        try:
            found = unpack.unpack(tmp_path / "y.zip")
        except UsageError:
            continue
        assert (found.entries, found.files) == (right.entries, right.files)


def test_scripts_can_be_left_out(tmp_path: Path) -> None:
    one = replace(entry("x"), value={"text/html": "<script>1</script>", "text/plain": "x"})
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("entries.jsonl", codec.encode(one) + b"\n")
        told = {
            "format": bundle.FORMAT,
            "version": 1,
            "session": "s",
            "profile": "p",
            "entries": 1,
            "files": [],
        }
        opened.writestr("manifest.json", json.dumps(told))
    path = tmp_path / "x.zip"
    path.write_bytes(made.getvalue())
    found = unpack.unpack(path, without_scripts=True)
    assert found.entries[0].value == {"text/plain": "x"}
    assert found.left_out == ("1 output with scripts left out",)
