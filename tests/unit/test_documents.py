"""Buffers on disk: opened, saved, autosaved, restored after any end."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.errors import FileError
from tests.unit.replay.making import entry
from workbench.documents import Document, Documents, FileConflictError, disk
from workbench.export import notebook


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state" / "buffers"


@pytest.fixture
def documents(state: Path) -> Iterator[Documents]:
    opened = restored(state)
    yield opened
    opened.release()


def restored(state: Path) -> Documents:
    documents = Documents(state)
    documents.restore()
    return documents


def is_dirty(document: Document) -> bool:
    return document.dirty


def reopened(documents: Documents) -> Documents:
    documents.flush()
    documents.release()
    return restored(documents.directory)


def texts(documents: Documents) -> list[str]:
    return [item.text for item in documents.items]


def test_buffers_come_back_in_order_with_cursor_and_active_one(documents: Documents, tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("from a file\n")
    documents.open(file)
    second = documents.new("x = 1\n\x00\x1b[0m\u2028\x0c\ud800é", title="notes", origin="from [3]")
    documents.new("third")
    second.cursor = (1, 3)
    documents.active = second
    again = reopened(documents)
    assert texts(again) == texts(documents)
    assert again.active is not None
    assert (again.active.title, again.active.cursor, again.active.origin) == ("notes", (1, 3), "from [3]")
    assert again.items[0].path == file
    assert not again.items[0].dirty
    assert again.problems == []
    again.release()


def test_untitled_buffers_have_names_of_their_own(documents: Documents) -> None:
    assert [documents.new().name for _ in range(3)] == ["untitled-1", "untitled-2", "untitled-3"]
    documents.close(documents.items[1])
    assert documents.new().name == "untitled-2"


def test_kill_9_loses_nothing_that_was_written(state: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from workbench.documents import Documents\n"
        "d = Documents(Path(sys.argv[1])); d.restore(); b = d.new('first')\n"
        "d.flush(); b.text = 'kept through the kill'; b.cursor = (0, 4); d.flush()\n"
        "b.text = 'never written'; print('ready', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(state)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGKILL)
    again = restored(state)
    assert texts(again) == ["kept through the kill"]
    assert again.items[0].cursor == (0, 4)
    again.release()


def test_a_kill_between_buffer_and_index_keeps_the_buffer(documents: Documents, state: Path) -> None:
    documents.new("listed")
    documents.flush()
    (state / "1" / "0123abcd.txt").write_text("not listed yet")
    (state / "1" / ".workbench-left.tmp").write_text("half")
    again = reopened(documents)
    assert texts(again) == ["listed", "not listed yet"]
    assert not list((state / "1").glob("*.tmp"))
    again.release()


@pytest.mark.parametrize("damage", ["{", "[]", '{"version": 99, "buffers": []}', "\x00\xff"])
def test_a_damaged_index_costs_one_sentence_and_no_text(
    documents: Documents, state: Path, damage: str
) -> None:
    documents.new("first")
    documents.new("second")
    documents.flush()
    documents.release()
    (state / "1" / "index.json").write_text(damage)
    again = restored(state)
    assert sorted(texts(again)) == ["first", "second"]
    assert len(again.problems) == 1
    assert (state / "1" / "index.json.broken1").read_text() == damage
    again.release()


def test_a_damaged_row_or_buffer_costs_only_itself(documents: Documents, state: Path) -> None:
    good, bad_row, bad_text, gone = (documents.new(word) for word in ("good", "row", "text", "gone"))
    documents.flush()
    documents.release()
    slot = state / "1"
    index = slot / "index.json"
    index.write_text(index.read_text().replace(f'"{bad_row.id}"', '"../../etc/passwd"'))
    (slot / f"{bad_text.id}.txt").write_bytes(b"\xff\xfe")
    (slot / f"{gone.id}.txt").unlink()
    again = restored(state)
    assert texts(again) == ["good", "row"]
    assert again.items[0].id == good.id
    assert len(again.problems) == 3
    assert (slot / f"{bad_text.id}.txt.broken1").read_bytes() == b"\xff\xfe"
    again.release()


def test_two_processes_do_not_share_a_directory(documents: Documents, state: Path) -> None:
    documents.new("mine")
    documents.flush()
    second = restored(state)
    assert second.items == []
    second.new("theirs")
    second.flush()
    documents.flush()
    second.release()
    both = reopened(documents)
    assert texts(both) == ["mine", "theirs"], "the buffers of a process that is gone are taken over"
    both.flush()
    both.release()
    assert not list((state / "2").glob("*.txt"))
    again = restored(state)
    assert texts(again) == ["mine", "theirs"]
    again.release()


def test_autosaved_files_are_private(documents: Documents, state: Path) -> None:
    documents.new("secret")
    documents.flush()
    assert stat.S_IMODE((state / "1").stat().st_mode) == 0o700
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    modes = {stat.S_IMODE(file.stat().st_mode) for file in (state / "1").iterdir()}
    assert modes == {0o600}


def test_nothing_is_written_before_it_was_read(state: Path) -> None:
    first = restored(state)
    first.new("precious")
    first.flush()
    first.release()
    eager = Documents(state)
    eager.new("typed at once")
    eager.write(eager.snapshot())
    eager.flush()
    eager.release()
    again = restored(state)
    assert texts(again) == ["precious", "typed at once"]
    again.release()


def test_an_older_snapshot_never_wins(documents: Documents) -> None:
    buffer = documents.new("old")
    old = documents.snapshot()
    buffer.text = "new"
    documents.write(documents.snapshot())
    documents.write(old)
    again = restored_after_release(documents)
    assert texts(again) == ["new"]
    again.release()


def restored_after_release(documents: Documents) -> Documents:
    documents.release()
    return restored(documents.directory)


def test_an_unusable_state_directory_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="cannot be kept"):
        Documents(tmp_path / "file" / "buffers").restore()


@pytest.mark.parametrize(
    "data",
    [
        b"a\r\nb\r\n",
        b"a\nb",
        b"mixed\r\nlines\nhere\r",
        b"\xef\xbb\xbfwith bom\r\n",
        b"form\x0cfeed\xe2\x80\xa8\n",
        b"",
    ],
)
def test_a_file_is_saved_as_it_was(documents: Documents, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "f.py"
    file.write_bytes(data)
    document = documents.open(file)
    assert not is_dirty(document)
    documents.save(document)
    assert file.read_bytes() == data


def test_newlines_and_bom_are_taken_off_and_put_back(documents: Documents, tmp_path: Path) -> None:
    file = tmp_path / "dos.py"
    file.write_bytes(b"\xef\xbb\xbfa\r\nb")
    document = documents.open(file)
    assert document.text == "a\nb"
    document.text += "\nc"
    assert is_dirty(document)
    documents.save(document)
    assert not is_dirty(document)
    assert file.read_bytes() == b"\xef\xbb\xbfa\r\nb\r\nc"


@pytest.mark.parametrize(
    ("data", "words", "text"),
    [
        (b"\xff\xfe\x00a", "binary", "\ufffd\ufffd\x00a"),
        (b"a\n\xe9t\xe9", "not UTF-8 text .line 2.", "a\n\ufffdt\ufffd"),
        (b"\0", "binary", "\0"),
        (b"line\n" * 8, "too large to edit", "line\nline"),
    ],
)
def test_what_cannot_be_edited_can_be_read(
    documents: Documents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, words: str, text: str
) -> None:
    monkeypatch.setattr(disk, "MAX_BYTES", 20)
    monkeypatch.setattr(disk, "WINDOW", 12)
    file = tmp_path / "f"
    file.write_bytes(data)
    document = documents.open(file)
    assert re.search(words, document.locked)
    assert document.text == text
    document.text += "changed"
    assert not document.dirty
    with pytest.raises(FileError, match="only be read"):
        documents.save(document, force=True)
    with pytest.raises(FileError, match="only be read"):
        documents.save_as(document, tmp_path / "g")
    assert file.read_bytes() == data
    assert documents.snapshot().documents == (), "a part of a file is not kept as if it were the file"


def test_directories_pipes_and_lost_directories_are_refused(documents: Documents, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, words in (("pipe", "regular"), (".", "directory"), ("no/such", "not a directory")):
        with pytest.raises(FileError, match=words):
            documents.open(tmp_path / name)


def test_open_twice_is_one_buffer_also_by_another_name(documents: Documents, tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("1")
    (tmp_path / "link.py").symlink_to(file)
    first = documents.open(file)
    documents.new()
    assert documents.open(tmp_path / "link.py") is first
    assert documents.active is first
    assert len(documents.items) == 2


def test_saving_keeps_mode_and_symlink(documents: Documents, tmp_path: Path) -> None:
    file, link = tmp_path / "real.py", tmp_path / "link.py"
    file.write_text("old")
    file.chmod(0o750)
    link.symlink_to(file)
    document = documents.open(link)
    document.text = "new"
    documents.save(document)
    assert link.is_symlink()
    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o750
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.py", "real.py", "state"]


def test_a_name_as_long_as_names_can_be(documents: Documents, tmp_path: Path) -> None:
    file = tmp_path / ("x" * 255)
    document = documents.open(file)
    document.text = "fits"
    documents.save(document)
    assert file.read_text() == "fits"


def test_a_file_changed_by_others_is_not_overwritten_unasked(documents: Documents, tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("one")
    document = documents.open(file)
    document.text = "mine"
    file.write_text("two")
    with pytest.raises(FileConflictError, match="another program"):
        documents.save(document)
    assert file.read_text() == "two"
    documents.save(document, force=True)
    assert file.read_text() == "mine"
    file.touch()
    documents.save(document)  # touched, not changed
    file.unlink()
    documents.save(document)
    assert file.read_text() == "mine"


def test_the_change_is_noticed_after_a_restart_too(documents: Documents, tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("one")
    documents.open(file).text = "mine"
    file.write_text("two")
    again = reopened(documents)
    assert again.items[0].dirty
    with pytest.raises(FileConflictError):
        again.save(again.items[0])
    again.release()


def test_save_as(documents: Documents, tmp_path: Path) -> None:
    taken, free = tmp_path / "taken.py", tmp_path / "free.py"
    taken.write_text("theirs")
    document = documents.new("mine")
    with pytest.raises(FileError, match="no file yet"):
        documents.save(document)
    with pytest.raises(FileConflictError, match="exists already"):
        documents.save_as(document, taken)
    assert document.name == "untitled-1"
    documents.save_as(document, free)
    assert (document.path, document.name, document.dirty) == (free, "free.py", False)
    with pytest.raises(FileError, match="another buffer"):
        documents.save_as(documents.new("other"), free, force=True)
    documents.save_as(document, taken, force=True)
    assert taken.read_text() == "mine"


def test_a_file_that_cannot_be_written_keeps_the_buffer(documents: Documents, tmp_path: Path) -> None:
    document = documents.new("text")
    with pytest.raises(FileError, match="cannot be written"):
        documents.save_as(document, tmp_path / "missing" / "a.py")
    document.text = "lone \ud800"
    with pytest.raises(FileError, match="UTF-8"):
        documents.save_as(document, tmp_path / "a.py")
    assert (document.path, document.text) == (None, "lone \ud800")


@pytest.mark.parametrize("name", ["a\0b", "lone \ud800", "x" * 300])
def test_a_name_that_no_file_can_have_is_refused(documents: Documents, tmp_path: Path, name: str) -> None:
    documents.save_as(documents.new("one"), tmp_path / "one.py")
    document = documents.new("two")
    with pytest.raises(FileError, match=r"cannot be (written|read)"):
        documents.save_as(document, tmp_path / name)
    assert (document.path, document.text) == (None, "two")


def test_a_new_name_is_a_buffer_until_it_is_saved(documents: Documents, tmp_path: Path) -> None:
    document = documents.open(tmp_path / "new.py")
    assert not is_dirty(document)
    document.text = "x"
    assert is_dirty(document)
    documents.save(document)
    assert (tmp_path / "new.py").read_text() == "x"


def test_close_and_reopen(documents: Documents) -> None:
    a, b, c = (documents.new(word) for word in "abc")
    documents.active = b
    documents.close(b)
    assert documents.active is c
    documents.close(c)
    assert documents.active is a
    assert documents.reopen() is c
    assert documents.reopen() is b
    assert documents.items == [a, b, c]
    assert documents.reopen() is None
    documents.flush()
    documents.close(b)
    again = reopened(documents)
    assert texts(again) == ["a", "c"]
    again.release()


def test_a_scratch_buffer_is_never_dirty() -> None:
    assert not Document(text="x").dirty
    assert Document(text=" \n").blank


def test_a_notebook_opens_as_cells_without_its_file(tmp_path: Path) -> None:
    path = tmp_path / "analysis.ipynb"
    path.write_bytes(notebook.notebook([entry("a = 1"), entry("a + 1", value="2")]))
    opened = Documents(tmp_path / "state").open(path)
    assert (opened.title, opened.path, opened.origin) == ("analysis.py", None, "from analysis.ipynb")
    assert opened.text == "# %%\na = 1\n\n# %%\na + 1\n"
    path.write_text("nonsense")
    with pytest.raises(FileError, match="no notebook"):
        Documents(tmp_path / "state").open(path)
