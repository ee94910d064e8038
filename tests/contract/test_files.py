"""Session files through the port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from backend.errors import FileError
from backend.executor.local import LocalBackend
from backend.models import Change, FileChange, Status
from backend.port import Backend
from tests.contract.driver import pieces, run, value

WRONG = [
    "",
    "..",
    "../x",
    "/etc/passwd",
    "a//b",
    "a/../../b",
    "./a",
    ".",
    "a/.",
    "nul\0",
    "x" * 256,
    "é" * 128,
]


async def test_a_written_file_is_what_code_reads(backend: Backend) -> None:
    info = await backend.write_file("one", "data.bin", pieces(b"ab", b"", b"cd"))
    assert (info.path, info.size, info.kind) == ("data.bin", 4, "file")
    assert await value(backend, "open('data.bin', 'rb').read()") == "b'abcd'"
    assert await backend.read_file("one", "data.bin", offset=1, limit=2) == b"bc"


@pytest.mark.needs("local")
async def test_files_of_code_are_listed_and_reported(backend: Backend) -> None:
    ran = await run(backend, "import os\nos.mkdir('d')\nopen('d/f.txt', 'w').write('hey');")
    assert ran.outcome.files_changed == (FileChange("d/f.txt", Change.CREATED, 3),)
    assert [(found.path, found.kind) for found in await backend.list_files("one")] == [("d", "directory")]
    assert [found.path for found in await backend.list_files("one", "d")] == ["d/f.txt"]
    changed = await run(backend, "open('d/f.txt', 'w').write('more');")
    assert changed.outcome.files_changed == (FileChange("d/f.txt", Change.CHANGED, 4),)
    await backend.delete_file("one", "d")
    assert await backend.list_files("one") == []


async def test_each_execution_tells_what_it_did_to_files(backend: Backend) -> None:
    backend.track_files(True)
    assert backend.tracks_files
    first = await run(backend, "open('kept', 'w').write('1'); open('old', 'w').write('2');")
    assert first.outcome.files_changed == (
        FileChange("kept", Change.CREATED, 1),
        FileChange("old", Change.CREATED, 1),
    )
    await backend.write_file("one", "uploaded", pieces(b"by hand"))
    runs = [
        "import os; os.remove('old'); open('kept', 'a').write('2');",
        "open('kept', 'a').write('3');",
        "1/0",
    ]
    second, third, fourth = await asyncio.gather(*(run(backend, code) for code in runs))
    assert second.outcome.files_changed == (
        FileChange("kept", Change.CHANGED, 2),
        FileChange("old", Change.DELETED),
    )
    assert third.outcome.files_changed == (FileChange("kept", Change.CHANGED, 3),)
    assert (fourth.status, fourth.outcome.files_changed) == (Status.FAILED, ())


@pytest.mark.needs("recursive")
async def test_files_in_folders_are_told_too(backend: Backend) -> None:
    backend.track_files(True)
    ran = await run(backend, "import os; os.makedirs('a/b'); open('a/b/c', 'w').write('x');")
    assert ran.outcome.files_changed == (FileChange("a/b/c", Change.CREATED, 1),)


@pytest.mark.needs("local")
async def test_content_of_the_same_size_and_time_is_seen(backend: Backend) -> None:
    await run(
        backend, "import os\nfor name in 'ab': open(name, 'w').write('one')\ntime = os.stat('a').st_mtime_ns"
    )
    rewritten = await run(backend, "open('a', 'w').write('two'); os.utime('a', ns=(time, time));")
    assert rewritten.outcome.files_changed == (FileChange("a", Change.CHANGED, 3),)
    for _ in range(20):  # at once, within one tick of the clock that stamps files
        ran = await run(backend, "open('b', 'w').write('two');")
        assert ran.outcome.files_changed == (FileChange("b", Change.CHANGED, 3),)


@pytest.mark.needs("local")
async def test_the_working_directory_is_the_data_directory_and_files_stay(backend: Backend) -> None:
    await run(backend, "open('kept.txt', 'w').write('x');")
    await backend.end_session("one")
    assert await value(backend, "open('kept.txt').read()") == "'x'"
    assert [found.path for found in await backend.list_files("one")] == ["kept.txt"]


@pytest.mark.parametrize("path", WRONG)
async def test_wrong_paths_are_refused_by_every_call(backend: Backend, path: str) -> None:
    with pytest.raises(FileError):
        await backend.read_file("one", path)
    with pytest.raises(FileError):
        await backend.write_file("one", path, pieces(b"x"))
    with pytest.raises(FileError):
        await backend.delete_file("one", path)
    if path:
        with pytest.raises(FileError):
            await backend.list_files("one", path)


ANYWHERE = ["x" * 255, "é" * 127, "ünï"]
HERE_ONLY = ["a b\n[red]", "\x1b]0;x\x07", "a\u202eb"]  # the API has rules for names


@pytest.mark.parametrize(
    "name", [*ANYWHERE, *(pytest.param(name, marks=pytest.mark.needs("names")) for name in HERE_ONLY)]
)
async def test_strange_names_work(backend: Backend, name: str) -> None:
    await backend.write_file("one", name, pieces(b"content"))
    assert [found.path for found in await backend.list_files("one")] == [name]
    assert await backend.read_file("one", name) == b"content"
    await backend.delete_file("one", name)
    assert await backend.list_files("one") == []


async def test_an_empty_file(backend: Backend) -> None:
    assert (await backend.write_file("one", "empty", pieces())).size == 0
    assert await backend.read_file("one", "empty") == b""


@pytest.mark.needs("folders")
async def test_links_are_not_followed(backend: Backend) -> None:
    await run(backend, "import os\nos.symlink('/etc/passwd', 'link')\nos.symlink('/etc', 'folder')")
    for path in ("link", "folder/passwd"):
        with pytest.raises(FileError):
            await backend.read_file("one", path)
    with pytest.raises(FileError):
        await backend.list_files("one", "folder")
    with pytest.raises(FileError):
        await backend.write_file("one", "folder/planted", pieces(b"x"))
    await backend.write_file("one", "link", pieces(b"mine"))  # replaces the link, not what it names
    assert await backend.read_file("one", "link") == b"mine"
    await backend.delete_file("one", "folder")
    assert await value(backend, "os.path.getsize('/etc/passwd') > 4") == "True"


async def test_what_is_no_file_is_refused_at_once(backend: Backend) -> None:
    await run(backend, "import os\nos.mkfifo('pipe')\nos.mkdir('folder')")
    for path in ("pipe", "folder", "missing"):
        with pytest.raises(FileError):
            async with asyncio.timeout(2):
                await backend.read_file("one", path)


async def test_a_broken_off_write_leaves_nothing(backend: Backend) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionError

    await backend.write_file("one", "file", pieces(b"before"))
    with pytest.raises(ConnectionError):
        await backend.write_file("one", "file", broken())
    assert await backend.read_file("one", "file") == b"before"
    assert [found.path for found in await backend.list_files("one")] == ["file"]


async def test_two_writers_of_one_name_leave_one_whole_file(backend: Backend) -> None:
    contents = [bytes([65 + i]) * 50_000 for i in range(10)]
    await asyncio.gather(*(backend.write_file("one", "f", pieces(c[:1], c[1:])) for c in contents))
    assert await backend.read_file("one", "f") in contents


async def test_one_name_uploaded_twenty_times_at_once_is_one_whole_upload(backend: Backend) -> None:
    contents = [bytes([65 + number]) * 200_000 for number in range(20)]
    halves = [(content[:100_000], content[100_000:]) for content in contents]
    await asyncio.gather(*(backend.write_file("one", "f", pieces(*half), 200_000) for half in halves))
    assert await backend.read_file("one", "f") in contents
    assert [found.path for found in await backend.list_files("one")] == ["f"]


async def test_what_a_target_would_refuse_is_known_before(backend: Backend) -> None:
    backend.check_upload("a.txt", 5)
    for path in WRONG:
        with pytest.raises(FileError):
            backend.check_upload(path)


async def test_a_download_gives_all_bytes_in_pieces(backend: Backend) -> None:
    content = bytes(range(256)) * 4000
    await backend.write_file("one", "data", pieces(content), len(content))
    got = [piece async for piece in backend.download("one", "data")]
    assert b"".join(got) == content
    assert len(got) > 1
    with pytest.raises(FileError):
        await anext(aiter(backend.download("one", "missing")))


async def test_one_file_is_looked_up(backend: Backend) -> None:
    await backend.write_file("one", "data", pieces(b"abc"))
    found = await backend.file_info("one", "data")
    assert (found.path, found.kind, found.size) == ("data", "file", 3)
    with pytest.raises(FileError):
        await backend.file_info("one", "missing")


@pytest.mark.needs("recursive")
async def test_a_whole_listing_goes_into_folders_and_not_into_links(backend: Backend) -> None:
    await run(backend, "import os\nos.makedirs('a/b')\nopen('a/b/f', 'w').close()\nos.symlink('a', 'link')")
    found = await backend.list_files("one", recursive=True)
    assert [each.path for each in found if each.kind == "directory"] == ["a", "a/b"]
    assert "a/b/f" in [each.path for each in found]
    assert "link/b" not in [each.path for each in found]


async def test_pipes_devices_and_sockets_are_listed_and_hold_nothing_up(backend: Backend) -> None:
    code = """
import os, socket, stat
os.mkfifo('pipe'); os.mkfifo('pipe-to-replace'); os.symlink('pipe', 'link')
s = socket.socket(socket.AF_UNIX); s.bind('socket')
try:
    os.mknod('device', stat.S_IFCHR | 0o600, os.makedev(1, 5))  # /dev/zero never ends
except OSError:
    pass
"""
    await run(backend, code)
    async with asyncio.timeout(10):
        names = [found.path for found in await backend.list_files("one")]
        assert {"pipe", "socket", "link"} <= set(names)
        for name in names:
            with pytest.raises(FileError):
                await backend.read_file("one", name)
            with pytest.raises(FileError):
                await anext(aiter(backend.download("one", name)))
            await backend.file_info("one", name)
        await backend.write_file("one", "pipe-to-replace", pieces(b"a file now"))
        assert await backend.read_file("one", "pipe-to-replace") == b"a file now"
        for name in names:
            await backend.delete_file("one", name)
        assert await backend.list_files("one") == []


async def test_a_file_with_two_names_is_replaced_under_one(backend: Backend) -> None:
    await run(backend, "import os\nopen('one', 'w').write('both'); os.link('one', 'two')")
    await backend.write_file("one", "one", pieces(b"only one"))
    assert await backend.read_file("one", "one") == b"only one"
    assert await backend.read_file("one", "two") == b"both"
    await backend.delete_file("one", "one")
    assert await backend.read_file("one", "two") == b"both"


async def test_both_normal_forms_of_a_name_are_files_of_their_own(backend: Backend) -> None:
    names = ["\u00e9.txt", "e\u0301.txt", "\u212b.txt", "\u00c5.txt"]
    for name in names:
        await backend.write_file("one", name, pieces(name.encode()))
    assert sorted(found.path for found in await backend.list_files("one")) == sorted(names)
    for name in names:
        assert await backend.read_file("one", name) == name.encode()
        await backend.delete_file("one", name)
        with pytest.raises(FileError):
            await backend.file_info("one", name)


async def test_a_name_that_is_not_utf_8_is_got_where_no_other_is_listed_so(backend: Backend) -> None:
    await run(backend, "open(b'\\xff.txt', 'w').write('x'); open('good.txt', 'w').write('x')")
    names = sorted(file.path for file in await backend.list_files("one"))
    assert names[0] == "good.txt"
    assert await backend.read_file("one", names[1]) == b"x"
    await run(backend, "open(b'\\xfe.txt', 'w').write('y')")
    if not isinstance(backend, LocalBackend):
        with pytest.raises(FileError, match="its name is not UTF-8") as told:
            await backend.read_file("one", names[1])
        assert "os.listdir(b'.')" in told.value.hint
        with pytest.raises(FileError, match="is not UTF-8"):
            await backend.delete_file("one", "\udcff.txt")
    await run(backend, "import os; os.remove(b'\\xfe.txt')")
    await backend.delete_file("one", names[1])
    assert [file.path for file in await backend.list_files("one")] == ["good.txt"]
