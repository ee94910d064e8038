"""Folders made, files moved, new files that replace nothing."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.errors import FileError, Unsupported
from backend.executor.local import LocalBackend
from backend.port import Backend
from tests.contract.driver import pieces, run, value
from tests.contract.test_files import ANYWHERE, HERE_ONLY, WRONG

makes = pytest.mark.needs("makes_folders", "moves_files")
OURS = ".workbench-0123"  # listings leave such names out


async def names(backend: Backend, directory: str = "") -> list[str]:
    return sorted(found.path for found in await backend.list_files("one", directory))


@makes
async def test_a_folder_is_made_and_code_sees_it(backend: Backend) -> None:
    await backend.make_directory("one", "a")
    await backend.make_directory("one", "a/b")
    assert await value(backend, "import os; os.listdir('a')") == "['b']"
    assert [found.kind for found in await backend.list_files("one", "a")] == ["directory"]


@makes
async def test_files_and_folders_move_with_what_is_in_them(backend: Backend) -> None:
    await backend.make_directory("one", "a")
    await backend.write_file("one", "f", pieces(b"content"))
    await backend.move_file("one", "f", "a/g")
    await backend.move_file("one", "a", "b")
    assert await names(backend) == ["b"]
    assert await backend.read_file("one", "b/g") == b"content"


@makes
@pytest.mark.parametrize("path", [*WRONG, OURS])
async def test_wrong_paths_are_refused(backend: Backend, path: str) -> None:
    await backend.write_file("one", "f", pieces(b"x"))
    with pytest.raises(FileError):
        await backend.make_directory("one", path)
    with pytest.raises(FileError):
        await backend.move_file("one", path, "g")
    with pytest.raises(FileError):
        await backend.move_file("one", "f", path)
    assert await names(backend) == ["f"]


@makes
@pytest.mark.parametrize("name", [*ANYWHERE, *HERE_ONLY])
async def test_strange_names_work(backend: Backend, name: str) -> None:
    await backend.make_directory("one", name)
    await backend.move_file("one", name, f"{name[:-1]}y")
    await backend.move_file("one", f"{name[:-1]}y", name)
    assert await names(backend) == [name]


@makes
@pytest.mark.parametrize(
    "there", ["open('g', 'w').write('kept')", "os.mkdir('g')", "os.symlink('/etc', 'g')"]
)
async def test_nothing_is_replaced(backend: Backend, there: str) -> None:
    await run(backend, f"import os; {there}")
    await backend.write_file("one", "f", pieces(b"x"))
    await backend.make_directory("one", "d")
    for call in (
        backend.move_file("one", "f", "g"),
        backend.move_file("one", "d", "g"),
        backend.move_file("one", "f", "f"),
        backend.make_directory("one", "g"),
        backend.write_file("one", "g", pieces(b"new"), replace=False),
    ):
        with pytest.raises(FileError, match="there is something of that name already"):
            await call
    assert await names(backend) == ["d", "f", "g"]
    assert await value(backend, "os.path.isdir('g') or open('g').read()") in ("True", "'kept'")


@makes
async def test_links_lead_nowhere_and_move_as_links(backend: Backend) -> None:
    await run(backend, "import os; os.mkdir('d'); os.symlink('d', 'out'); os.symlink('nothing', 'dead')")
    await backend.write_file("one", "f", pieces(b"x"))
    for call in (
        backend.make_directory("one", "out/planted"),
        backend.move_file("one", "f", "out/planted"),
        backend.move_file("one", "out/x", "x"),
    ):
        with pytest.raises(FileError):
            await call
    assert await names(backend, "d") == []
    await backend.move_file("one", "dead", "moved")
    assert await value(backend, "os.readlink('moved')") == "'nothing'"


@makes
async def test_what_is_missing_is_said(backend: Backend) -> None:
    await backend.make_directory("one", "d")
    for call, said in (
        (backend.make_directory("one", "no/d"), "no: there is no such folder"),
        (backend.move_file("one", "no", "x"), "no: there is no such file"),
        (backend.move_file("one", "d", "no/d"), "no: there is no such folder"),
        (backend.move_file("one", "d", "d/d"), "cannot be moved into itself"),
    ):
        with pytest.raises(FileError, match=said):
            await call


@makes
async def test_of_many_that_want_one_name_one_gets_it(backend: Backend) -> None:
    for number in range(20):
        await backend.write_file("one", f"f{number}", pieces(b"%d" % number))
    moves = [backend.move_file("one", f"f{number}", "g") for number in range(20)]
    done = await asyncio.gather(*moves, return_exceptions=True)
    assert [type(each) for each in done].count(FileError) == 19
    assert len(await names(backend)) == 20
    news = [backend.write_file("one", "new", pieces(b"%d" % n), replace=False) for n in range(20)]
    done_new = await asyncio.gather(*news, return_exceptions=True)
    assert [type(each) for each in done_new].count(FileError) == 19


async def test_a_new_file_replaces_none_at_any_target(backend: Backend) -> None:
    await backend.write_file("one", "f", pieces(b"kept"), replace=False)
    with pytest.raises(FileError, match="there is something of that name already"):
        await backend.write_file("one", "f", pieces(b"new"), replace=False)
    assert await backend.read_file("one", "f") == b"kept"


async def test_a_target_without_the_calls_says_so_and_what_to_do(backend: Backend) -> None:
    if backend.capabilities.moves_files:
        return
    with pytest.raises(Unsupported, match=r"import os; os\.mkdir\('d'\)"):
        await backend.make_directory("one", "d")
    with pytest.raises(Unsupported, match=r"os\.rename\('a', 'b'\)"):
        await backend.move_file("one", "a", "b")


@contextmanager
def swapping(directory: Path, outside: Path) -> Iterator[None]:
    """Let `directory` be in turn itself and a link to `outside`, as fast as it goes."""
    aside, link = directory.with_name("aside"), directory.with_name("link")
    link.symlink_to(outside)
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            directory.rename(aside)
            link.rename(directory)
            directory.rename(link)
            aside.rename(directory)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


async def test_a_folder_swapped_for_a_link_leads_nowhere(ipython: LocalBackend, tmp_path: Path) -> None:
    await ipython.make_directory("one", "d")
    await ipython.write_file("one", "f", pieces(b"x"))
    root = ipython.workspace("one").root
    workspace = ipython.workspace("one")
    done = 0
    with swapping(root / "d", tmp_path):
        for number in range(3_000):
            for call, paths in (
                (workspace.make_directory, (f"d/m{number}",)),
                (workspace.move, ("f", "d/f")),
            ):
                try:
                    call(*paths)
                    done += 1
                except FileError:
                    continue
                if paths[-1] == "d/f":
                    _back(root)
    assert done > 100, "the swapper let none through"
    assert await asyncio.to_thread(os.listdir, tmp_path) == []


def _back(root: Path) -> None:
    """Bring the moved file back, wherever the folder is called now."""
    for _ in range(10_000):
        for name in ("d", "aside"):
            try:
                (root / name / "f").rename(root / "f")
            except OSError:
                continue
            return
    raise AssertionError("the file is gone")
