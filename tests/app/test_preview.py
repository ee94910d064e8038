"""The preview of each kind of file: what it shows, its keys, what it says when something is wrong."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from textual.pilot import Pilot
from textual.widgets import Button, Input

from backend.errors import FileError
from backend.models import FileInfo
from tests.app.modal_app import NOTHING, NOW, SmallApp, until
from tests.directory import Files
from workbench.preview.chunks import WINDOW
from workbench.screens.confirm import ConfirmScreen
from workbench.screens.preview import PreviewAction, PreviewResult, PreviewScreen
from workbench.widgets.paging.held import KEPT
from workbench.widgets.paging.text import PagedText
from workbench.widgets.values.json_tree import PAGE, JsonTree
from workbench.widgets.values.table import TableView

EVIL = "[@click=app.quit]x[/] \x1b]0;t\x07\x9b31m\u202edesrever\0"
NAME = "notes/a.py"


class Shown:
    """A preview on the screen and the files behind it."""

    def __init__(self, app: SmallApp, pilot: Pilot[None], files: Files, screen: PreviewScreen) -> None:
        self.app, self.pilot, self.files, self.screen = app, pilot, files, screen

    async def see(self, *words: str) -> None:
        await until(self.pilot, lambda: all(word in self.app.text for word in words))

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def answer(self, key: str, words: str) -> None:
        await self.press(key)
        self.screen.query_one("#asked", Input).value = words
        await self.press("enter")

    def one(self, kind: type[Any]) -> Any:
        return self.screen.query_one(kind)


@asynccontextmanager
async def preview(
    folder: Path, content: bytes, name: str = NAME, *, files: Files | None = None, **more: Any
) -> AsyncIterator[Shown]:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    given: Any = files or Files(folder)
    screen = PreviewScreen(
        FileInfo(name, "file", len(content), NOW - 180), given, "s", clock=lambda: NOW, **more
    )
    app = SmallApp()
    async with app.run_test(size=(100, 30)) as pilot:
        await app.ask(screen)
        await until(pilot, lambda: "reading" not in app.text and " · " in app.text)
        yield Shown(app, pilot, given, screen)


def png(width: int = 12, height: int = 8) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), (255, 0, 0)).save(file, "PNG")
    return file.getvalue()


# -- text


async def test_a_text_file_is_shown_with_numbers_and_colours(tmp_path: Path) -> None:
    async with preview(tmp_path, b"import os\r\n\tx = '1'\n") as shown:
        await shown.see("1 import os", "2     x = '1'", "20 B  ·  changed 3 min ago  ·  as text")
        await shown.app.workers.wait_for_complete()
        view = shown.one(PagedText)
        keyword = view.get_component_rich_style("code--keyword").color
        assert any(s.text == "import" and s.style and s.style.color == keyword for s in view.render_line(0))


def numbered(lines: int) -> bytes:
    return b"".join(b"%07d some words\n" % number for number in range(1, lines + 1))


async def test_a_large_file_is_read_by_windows_to_its_end_and_back(tmp_path: Path) -> None:
    lines = 100_000
    async with preview(tmp_path, numbered(lines), "big.log") as shown:
        view = shown.one(PagedText)
        await shown.see("1 0000001 some")
        assert view.line_count < lines // 10
        for _ in range(12):
            view.scroll_end(animate=False, force=True, immediate=True)
            await shown.app.workers.wait_for_complete()
            await shown.pilot.pause()
        assert view.line_count <= (KEPT + 1) * WINDOW // 19
        rows = [view.render_line(y).text.split() for y in range(view.size.height)]
        assert all(int(row[1]) == int(row[0]) for row in rows), "numbers stay true while windows come and go"
        for _ in range(14):
            view.scroll_home(animate=False, force=True, immediate=True)
            await shown.app.workers.wait_for_complete()
            await shown.pilot.pause()
        assert view.render_line(0).text.split()[:2] == ["1", "0000001"]


async def test_keys_lead_to_the_end_a_line_a_share_and_an_offset(tmp_path: Path) -> None:
    async with preview(tmp_path, numbered(50_000), "big.log") as shown:
        await shown.press("end")
        await shown.see("0050000 some", "100%")
        await shown.press("home")
        await shown.see("1 0000001 some")
        await shown.answer("g", "30000")
        await shown.see("30000 0030000")
        await shown.answer("g", "50%")
        await shown.see("50%", "0025002 some")
        await shown.answer("g", "0x0")
        await shown.see("1 0000001 some")
        await shown.answer("g", "nowhere")
        await shown.see("nowhere is no place: a line, 50%, 1.5 MB or 0x1f00")


async def test_words_are_found_in_the_whole_file_both_ways(tmp_path: Path) -> None:
    async with preview(tmp_path, numbered(50_000), "big.log") as shown:
        await shown.answer("slash", "0040000 SOME")
        await shown.see("0040000 SOME is not in this file")
        await shown.answer("slash", "0040000 some")
        await shown.see("0040000 some words", "found at byte")
        view = shown.one(PagedText)
        marked = view.get_component_rich_style("code--match").bgcolor
        rows = [view.render_line(y) for y in range(view.size.height)]
        assert [s.text for row in rows for s in row if s.style and s.style.bgcolor == marked] == [
            "0040000 some"
        ]
        await shown.press("n")
        await shown.see("past the end")
        await shown.answer("slash", "words")
        await shown.press("n", "N")
        await shown.see("found at byte")


async def test_escape_takes_the_question_away_before_it_closes(tmp_path: Path) -> None:
    async with preview(tmp_path, b"x") as shown:
        await shown.press("slash", "escape")
        await until(shown.pilot, lambda: not shown.screen.query("#asked"))
        assert shown.app.result is NOTHING
        await shown.press("escape")
        assert shown.app.result is None


async def test_a_line_of_ten_megabytes_is_cut_or_wrapped(tmp_path: Path) -> None:
    async with preview(tmp_path, b"ab" * 5_000_000 + b"\nthe end\n", "huge.txt") as shown:
        view = shown.one(PagedText)
        assert "characters more: w wraps" in view.text or view.virtual_size.width < 3_000
        await shown.press("w")
        await until(shown.pilot, lambda: view.virtual_size.height > 1_000)
        assert view.virtual_size.width <= view.size.width
        await shown.press("end")
        await shown.see("the end")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Grüße".encode("latin-1"), "not UTF-8: read as Latin-1"),
        ("\ufeffGrüße".encode("utf-16-le"), "UTF-16"),
        ("Grüße".encode(), "as text"),
    ],
)
async def test_text_in_other_encodings_is_read_and_told(tmp_path: Path, content: bytes, words: str) -> None:
    async with preview(tmp_path, content, "a.txt") as shown:
        await shown.see("1 Grüße", words)


async def test_a_growing_file_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.screens.preview.screen.FOLLOWED", 0.01)
    async with preview(tmp_path, b"one\n", "a.log") as shown:
        await shown.press("f")
        await shown.see("following")
        with (tmp_path / "a.log").open("ab") as file:
            file.write(b"two\n")
        await shown.see("2 two")
        await shown.press("f")
        await until(shown.pilot, lambda: "following" not in shown.app.text)


# -- tables, trees, and the rest


async def test_a_csv_is_a_table_to_sort_and_to_copy_from(tmp_path: Path) -> None:
    content = b"name;height\n" + b"".join(b"row %d;%d\n" % (n, n * 7 % 100) for n in range(100_000))
    async with preview(tmp_path, content, "a.csv") as shown:
        await shown.see("name", "height", "1  row 0", "as table", "of 1.3 MB")
        table = shown.one(TableView)
        await shown.press("end")
        await until(shown.pilot, lambda: table.cursor[0] == table.row_count - 1)
        assert "name" in table.render_line(0).text, "the head stays in sight"
        await shown.press("right", "s", "s")
        await shown.see("height ▼", "by height, largest first")
        assert table.render_line(1).text.split() == ["1", "row", "57", "99"]
        await shown.press("c")
        assert shown.app.clipboard == "99"
        await shown.press("t")
        await shown.see("1 name;height")


async def test_one_row_is_counted_as_one(tmp_path: Path) -> None:
    async with preview(tmp_path, b"a\tb\n1\t2\n", "a.tsv") as shown:
        await shown.see("as table  ·  1 row")
        assert "1 rows" not in shown.app.text


async def test_a_click_on_a_column_orders_by_it(tmp_path: Path) -> None:
    async with preview(tmp_path, b"name,height\nb,1\na,2\n", "a.csv") as shown:
        await shown.see("1  b")
        await shown.pilot.click(TableView, offset=(5, 0))
        await shown.see("1  a")


async def test_json_is_a_tree_whose_long_lists_come_page_by_page(tmp_path: Path) -> None:
    content = json.dumps({"name": "x", "rows": list(range(1_000)), "in": {"a": {"b": 1.5}}}).encode()
    async with preview(tmp_path, content, "a.json") as shown:
        await shown.see('name  "x"', "▸ rows  [1,000]", "▾ in  {1}", "as tree")
        tree = shown.one(JsonTree)
        await shown.press("down", "down", "right")
        await until(shown.pilot, lambda: len(tree.root.children[1].children) == PAGE + 1)
        tree.move_cursor(tree.root.children[1].children[-1])
        await shown.press("enter")
        await until(shown.pilot, lambda: len(tree.root.children[1].children) == 2 * PAGE + 1)
        tree.move_cursor(tree.root.children[2])
        await shown.see("['in']")
        await shown.press("c")
        assert json.loads(shown.app.clipboard) == {"a": {"b": 1.5}}


async def test_json_that_is_none_is_text_and_says_why(tmp_path: Path) -> None:
    async with preview(tmp_path, b'{"a": 1,}', "a.json") as shown:
        await shown.see('1 {"a": 1,}', "as text", "This is no JSON: line 1")


async def test_json_lines_are_a_tree_with_broken_lines_in_it(tmp_path: Path) -> None:
    async with preview(tmp_path, b'{"a": 1}\nno\n', "a.jsonl") as shown:
        await shown.see("▾ 0  {1}", "a  1", "Expecting value: no")


async def test_markdown_is_rendered_and_its_links_are_only_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(SmallApp, "open_url", lambda app, url, **more: opened.append(url))
    async with preview(tmp_path, b"# Title\n\n[go](https://example.org/x) there\n", "a.md") as shown:
        await shown.see("Title", "go there", "as rendered")
        place = next(
            (x, y) for y, line in enumerate(shown.app.text.split("\n")) if (x := line.find("go there")) >= 0
        )
        await shown.pilot.click(offset=place)
        await until(shown.pilot, lambda: any("example.org" in n.message for n in shown.app._notifications))
        assert opened == []


async def test_a_picture_is_shown_in_half_blocks(tmp_path: Path) -> None:
    async with preview(tmp_path, png(), "plot.png") as shown:
        await shown.see("PNG, 12 × 8 pixels", "as picture")
        await shown.press("t")
        await shown.see("00000000  89 50 4e 47")


async def test_a_broken_picture_is_shown_as_bytes_and_says_why(tmp_path: Path) -> None:
    async with preview(tmp_path, png()[:40], "plot.png") as shown:
        await shown.see("00000000  89 50 4e 47", "The PNG is broken and cannot be shown.")


async def test_bytes_of_any_place_are_a_dump(tmp_path: Path) -> None:
    async with preview(tmp_path, bytes(range(256)) * 10_000, "a.bin") as shown:
        await shown.see("00000000  00 01 02", "as bytes")
        await shown.press("end")
        await shown.see("00270ff0  f0 f1 f2")
        await shown.answer("g", "0x100008")
        await shown.see("00100000  00 01 02")
        await shown.answer("slash", "abcd")
        await shown.see("found at byte 1,048,641")


async def test_an_empty_file_says_so(tmp_path: Path) -> None:
    async with preview(tmp_path, b"", "a.txt") as shown:
        await shown.see("0 B", "empty")


@pytest.mark.parametrize(
    "name", ["a.py", "a.csv", "a.json", "a.jsonl", "a.md", "a.txt", "a.bin"], ids=lambda name: name[2:]
)
async def test_hostile_content_is_plain_text_on_every_surface(tmp_path: Path, name: str) -> None:
    text = EVIL if name == "a.bin" else EVIL.replace("\0", "")
    if name in ("a.json", "a.jsonl"):
        text = json.dumps({text: [text]}, ensure_ascii=False)
    async with preview(
        tmp_path, f"{text}\n{text}\n"[: 999 if name != "a.json" else len(text)].encode(), name
    ) as shown:
        for _ in range(4):
            await shown.app.workers.wait_for_complete()
            await shown.pilot.pause()
            assert "[@click=app.quit]" in shown.app.text.replace("\n", "") or "5b 40 63" in shown.app.text
            assert not {"\x1b", "\x9b", "\x07", "\u202e", "\0"} & set(shown.app.text)
            await shown.press("t")
        assert shown.app.is_running


# -- what goes wrong, and what is decided


class Broken(Files):
    """Files that cannot be read until they are mended."""

    broken = True

    async def read_file(self, session: str, path: str, **window: Any) -> bytes:
        if self.broken:
            raise FileError("It is gone [b].", "Refresh the files.")
        return await super().read_file(session, path, **window)


async def test_a_file_that_cannot_be_read_says_why_and_is_read_again(tmp_path: Path) -> None:
    files = Broken(tmp_path)
    async with preview(tmp_path, b"here again", "a.txt", files=files) as shown:
        await shown.see("It is gone [b]. Refresh the files.", "r reads again")
        files.broken = False
        await shown.press("r")
        await shown.see("1 here again")


async def test_a_slow_target_is_left_by_escape(tmp_path: Path) -> None:
    class Slow(Files):
        async def read_file(
            self, session: str, path: str, *, offset: int = 0, limit: int | None = None
        ) -> bytes:
            await asyncio.Event().wait()
            return b""

    app = SmallApp()
    files: Any = Slow(tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await app.ask(PreviewScreen(FileInfo("a.txt", "file", 9, NOW), files, "s", clock=lambda: NOW))
        await until(pilot, lambda: "reading…" in app.text)
        await pilot.press("escape")
        assert app.result is None


async def test_deleting_from_a_preview_asks_first_and_keeps_the_preview_on_no(tmp_path: Path) -> None:
    async with preview(tmp_path, b"x") as shown:
        await shown.press("d")
        await until(shown.pilot, lambda: isinstance(shown.app.screen, ConfirmScreen))
        await shown.press("enter")
        await until(shown.pilot, lambda: shown.app.screen is shown.screen)
        assert shown.app.result is NOTHING
        await shown.press("d")
        await until(shown.pilot, lambda: bool(shown.app.screen.query(Button)))
        await shown.press("y")
        await until(shown.pilot, lambda: shown.app.result is not NOTHING)
        assert shown.app.result.action is PreviewAction.DELETE


async def test_a_preview_inserts_its_path(tmp_path: Path) -> None:
    async with preview(tmp_path, b"x") as shown:
        await shown.press("i")
        info = FileInfo(NAME, "file", 1, NOW - 180)
        assert shown.app.result == PreviewResult(PreviewAction.INSERT_PATH, info)


async def test_what_another_program_changed_is_read_again(tmp_path: Path) -> None:
    asked: list[str] = []

    async def outside(way: str, info: FileInfo) -> bool:
        asked.append(way)
        (tmp_path / info.path).write_text("after")
        return way == "edit"

    async with preview(tmp_path, b"before", outside=outside) as shown:
        await shown.press("p", "o", "e")
        await shown.see("1 after")
        assert asked == ["page", "view", "edit"]
