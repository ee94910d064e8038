"""Files of a session are kept by hash while nobody waits for it, and go to where it runs again."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.models import Target
from backend.port import Backend
from tests.contract.driver import pieces
from tests.contract.served import serving
from tests.unit.controller.conftest import Recording
from workbench.controller import Controller
from workbench.history.entry import Entry
from workbench.history.store import History
from workbench.replay import plan as planning
from workbench.replay.origin import Origin

SMALL = 1000


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Controller]:
    """A controller that keeps files of up to SMALL bytes."""
    backend = LocalBackend(tmp_path / "sessions", Choice(sys.executable, "test"))
    history = History(tmp_path / "history.db")
    controller = Controller(backend, history, Target(), "default", Recording(), keep_bytes=SMALL)
    await history.open()
    await controller.start()
    yield controller
    await controller.close()


async def kept(one: Controller, session: str = "default", profile: str = "local") -> dict[str, bytes | None]:
    await one.keeping.settled()
    history = one.history
    past = await history.kept_files(profile, session)
    return {file.path: await history.get_blob(file.digest) for file in past.newest}


async def test_what_executions_make_and_use_is_kept_up_to_the_limit(one: Controller) -> None:
    await one.backend.make_directory("default", "deep")
    for path in ("used.csv", "unused.csv", "deep/in.txt"):
        await one.backend.write_file("default", path, pieces(path.encode()))
    await one.run("open('made.txt', 'w').write('made'); open('big.bin', 'wb').write(b'x' * 1001)")
    assert await kept(one) == {"made.txt": b"made"}
    await one.run("len(open('used.csv').read())")
    await one.run("len(open('/mnt/data/deep/in.txt').read()) if 0 else open('made.txt', 'w').write('new')")
    assert await kept(one) == {"made.txt": b"new", "used.csv": b"used.csv", "deep/in.txt": b"deep/in.txt"}
    await one.run("import os; os.remove('used.csv'); os.listdir('.')")
    found = await kept(one)
    assert found["used.csv"] == b"used.csv"  # what ran before needs it
    assert found["unused.csv"] == b"unused.csv"
    assert "big.bin" not in found


async def test_an_upload_is_kept_and_one_too_large_takes_the_old_one_away(
    one: Controller, tmp_path: Path
) -> None:
    local = tmp_path / "sent.txt"
    for content, expected in ((b"sent", b"sent"), (b"x" * 1001, None)):
        local.write_bytes(content)
        one.transfers.upload(local, "there.txt", one.target, "default", overwrite=True)
        await one.transfers.settled()
        assert (await kept(one)).get("there.txt") == expected
        assert await one.backend.read_file("default", "there.txt") == content


async def test_with_0_nothing_is_kept(tmp_path: Path) -> None:
    backend = LocalBackend(tmp_path / "sessions", Choice(sys.executable, "test"))
    history = History(tmp_path / "history.db")
    controller = Controller(backend, history, Target(), "default", Recording())
    await history.open()
    try:
        await controller.start()
        await controller.run("open('made.txt', 'w').write('made')")
        assert await kept(controller) == {}
        assert not (tmp_path / "blobs").exists()
    finally:
        await controller.close()


async def planned(
    one: Controller, entries: list[Entry], backend: Backend, origin: Origin
) -> tuple[planning.Plan, dict[str, bytes]]:
    """The plan, and what it would send."""
    files = await origin.files()
    past = await origin.kept()
    plan = await planning.make(entries, backend, one.target, files, past, here=origin.here)
    sent = {file.path: b"".join([piece async for piece in origin.content(file)]) for file in plan.files}
    return plan, sent


async def test_a_plan_takes_what_is_kept_when_the_session_is_gone_and_names_what_is_missing(
    one: Controller,
) -> None:
    await one.backend.write_file("default", "used.csv", pieces(b"used"))
    await one.backend.write_file("default", "huge.csv", pieces(b"x" * 2000))
    codes = (
        "open('made.txt', 'w').write('made')",
        "a = open('used.csv').read(); open('made.txt').read()",
        "b = len(open('huge.csv').read())",
    )
    entries = [await one.run(code) for code in codes]
    await one.keeping.settled()
    place = ("local", "default")
    live, _ = await planned(one, entries, one.backend, Origin(one.backend, one.history, place))
    assert {file.path: file.digest for file in live.files} == {"huge.csv": "", "used.csv": ""}
    assert not live.lacks
    gone, sent = await planned(one, entries, one.backend, Origin(None, one.history, place))
    assert sent == {"used.csv": b"used"}
    assert gone.files[0].words == "kept by hash"
    assert [(lack.kind, lack.what, lack.numbers) for lack in gone.lacks] == [("file", "huge.csv", (3,))]
    _, sent = await planned(one, entries[1:2], one.backend, Origin(None, one.history, place))
    assert sent == {"made.txt": b"made", "used.csv": b"used"}
    there, sent = await planned(one, entries, one.backend, Origin(one.backend, one.history, place, here=True))
    assert (sent, there.there) == ({}, 3)
    await one.backend.delete_file("default", "used.csv")
    there, sent = await planned(one, entries, one.backend, Origin(one.backend, one.history, place, here=True))
    assert sent == {"used.csv": b"used"}


async def test_a_file_goes_as_it_was_before_the_execution_that_names_it(one: Controller) -> None:
    await one.backend.write_file("default", "count.txt", pieces(b"1"))
    counting = "n = int(open('count.txt').read()) + 1; open('count.txt', 'w').write(str(n)) and n"
    entries = []
    for code in ("open('count.txt').read()", counting, counting):
        entries.append(await one.run(code))
        await one.keeping.settled()
    origin = Origin(one.backend, one.history, ("local", "default"))
    for first, content in ((0, b"1"), (1, b"1"), (2, b"2")):
        plan, sent = await planned(one, entries[first:], one.backend, origin)
        assert sent == {"count.txt": content}
        assert plan.files[0].words == f"kept by hash; as it was before [{first + 1}]"
    here = Origin(one.backend, one.history, ("local", "default"), here=True)
    plan, sent = await planned(one, entries[1:], one.backend, here)
    assert (sent, plan.there) == ({"count.txt": b"1"}, 0)
    # what somebody wrote there since is kept nowhere: it stays
    await one.backend.write_file("default", "count.txt", pieces(b"mine"))
    _, sent = await planned(one, entries[1:], one.backend, here)
    assert sent == {}


async def test_a_kept_content_that_was_damaged_is_not_sent(one: Controller) -> None:
    await one.run("open('made.txt', 'w').write('made')")
    entry = await one.run("open('made.txt').read()")
    await one.keeping.settled()
    (file,) = (await one.history.kept_files("local", "default")).newest
    one.history.blobs.path(file.digest).write_bytes(b"evil")
    with pytest.raises(Exception, match=r"What was kept of made\.txt is damaged"):
        await planned(one, [entry], one.backend, Origin(None, one.history, ("local", "default")))


@pytest.mark.parametrize("version", ["2024-02-02-preview", "2025-10-02-preview"])
async def test_of_a_served_session_uploads_and_tracked_changes_are_kept(tmp_path: Path, version: str) -> None:
    from backend.connect import connect

    served = LocalBackend(tmp_path / "served", Choice(sys.executable, "test"))
    history = History(tmp_path / "history.db")
    await history.open()
    async with serving(served) as url:
        target = Target("there", "remote", url, version, track_files=True)
        backend = connect(target, tmp_path)
        controller = Controller(backend, history, target, "far-away", Recording(), keep_bytes=SMALL)
        try:
            await controller.start()
            local = tmp_path / "in.txt"
            local.write_text("sent")
            controller.transfers.upload(local, "in.txt", target, "far-away")
            await controller.transfers.settled()
            entry = await controller.run("open('made.txt', 'w').write(open('in.txt').read() * 2)")
            assert entry.status == "succeeded", entry
            assert await kept(controller, "far-away", "there") == {"in.txt": b"sent", "made.txt": b"sentsent"}
        finally:
            await controller.close()
            await served.close()
