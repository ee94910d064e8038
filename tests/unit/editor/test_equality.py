"""The fast text area draws what Textual's own draws, and survives what that one does not."""

from __future__ import annotations

import argparse
import sys
import sysconfig
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.document._syntax_aware_document import SyntaxAwareDocument
from textual.geometry import Region
from textual.widgets import TextArea
from tree_sitter import QueryCursor

from workbench.widgets.editor.area.fast import MARGIN, FastTextArea
from workbench.widgets.editor.code_editor import CodeEditor

SOURCE = "\n".join(Path(argparse.__file__).read_text().splitlines()[:900])
Cells = list[tuple[str, object]]


class Host(App[None]):
    """Shows one widget."""

    def __init__(self, area: TextArea) -> None:
        super().__init__()
        self.area = area

    def compose(self) -> ComposeResult:
        yield self.area


def drawn(area: TextArea, places: tuple[int, ...] = (0, 300, 310, 820)) -> list[Cells]:
    """Every visible cell with its style, at several places of the file."""
    rows: list[Cells] = []
    for y in places:
        area.scroll_to(0, y, animate=False, immediate=True, force=True)
        strips = area.render_lines(Region(0, 0, *area.size))
        rows += [[(char, style) for text, style, _ in strip for char in text] for strip in strips]
    return rows


async def story(kind: Callable[..., TextArea], wrap: bool) -> list[list[Cells]]:
    area = kind(SOURCE, language="python", theme="vscode_dark", soft_wrap=wrap, show_line_numbers=True)
    async with Host(area).run_test(size=(80, 40)) as pilot:
        area.cursor_blink = False
        area.focus()
        await pilot.pause()
        shots = [drawn(area)]
        for row, text in ((308, 'x = f"a {b!r}" + "é日本"\n'), (305, "def f(\n"), (320, '"""')):
            area.move_cursor((row, 0))
            area.insert(text)
            shots.append(drawn(area))
        area.undo()
        shots.append(drawn(area))
        area.selection = area.selection.__class__((302, 3), (311, 5))
        shots.append(drawn(area))
        area.delete((300, 0), (500, 2))
        shots.append(drawn(area))
        return shots


class InOrder(TextArea):
    """Textual's text area with the whole file highlighted in one fixed order.

    The original applies captures in the order in which their names first occur in the file, so that one class
    name differs in colour from the next; no part of a file can know that order.
    """

    def _build_highlight_map(self) -> None:
        super()._build_highlight_map()
        if self._highlight_query is None or not isinstance(self.document, SyntaxAwareDocument):
            return
        self._highlights.clear()
        root = self.document._syntax_tree.root_node
        nodes = [
            ((node.start_byte, -node.end_byte, pattern), name, node)
            for pattern, captures in QueryCursor(self._highlight_query).matches(root)
            for name, found in captures.items()
            for node in found
        ]
        for _order, name, node in sorted(nodes, key=lambda item: item[0]):
            (top, left), (bottom, right) = node.start_point, node.end_point
            for row in range(top, bottom + 1):
                end = right if row == bottom else None
                self._highlights[row].append((left if row == top else 0, end, name))


@pytest.mark.parametrize("wrap", [False, True])
async def test_every_cell_is_drawn_as_textual_draws_it(wrap: bool) -> None:
    ours, theirs = await story(FastTextArea, wrap), await story(InOrder, wrap)
    assert all(a != b for a, b in pairwise(theirs)), "each step of the story shows something else"
    for step, (mine, reference) in enumerate(zip(ours, theirs, strict=True)):
        differing = [number for number, (a, b) in enumerate(zip(mine, reference, strict=True)) if a != b]
        assert differing == [], f"step {step}"


FILES = (
    "_pydecimal",
    "_pydatetime" if sys.version_info >= (3, 12) else "datetime",
    "doctest",
    "enum",
    "imaplib",
    "inspect",
    "optparse",
    "pdb",
    "pickletools",
    "subprocess",
    "tarfile",
    "typing",
)


def middle(name: str) -> str:
    """Two hundred lines of a module, from where its code is."""
    lines = Path(sysconfig.get_path("stdlib"), f"{name}.py").read_text("utf-8").splitlines()
    return "\n".join(lines[len(lines) // 3 :][:200])


async def pieces(kind: Callable[..., TextArea]) -> list[list[Cells]]:
    """A piece of each file as it is drawn, begun in the middle of whatever is there."""
    area = kind("", language="python", theme="vscode_dark", soft_wrap=False, show_line_numbers=True)
    shots = []
    async with Host(area).run_test(size=(80, 40)):
        for name in FILES:
            area.text = middle(name)
            shots.append(drawn(area, (0, 160)))
    return shots


async def test_a_dozen_files_are_drawn_as_textual_draws_them() -> None:
    ours, theirs = await pieces(FastTextArea), await pieces(InOrder)
    differing = [name for name, a, b in zip(FILES, ours, theirs, strict=True) if a != b]
    assert differing == []
    assert all(len({style for row in shot for _, style in row}) > 5 for shot in ours), "there are colours"


async def test_against_the_original_only_names_may_differ_in_colour() -> None:
    ours, theirs = await story(FastTextArea, False), await story(TextArea, False)
    for mine, stock in zip(ours, theirs, strict=True):
        for a, b in zip(mine, stock, strict=True):
            assert [char for char, _ in a] == [char for char, _ in b]
            assert all(x == y for x, y in zip(a, b, strict=True) if not (x[0].isalnum() or x[0] == "_"))


async def test_only_rows_near_the_screen_are_highlighted() -> None:
    area = FastTextArea(SOURCE, language="python", soft_wrap=False)
    async with Host(area).run_test(size=(80, 40)):
        area.scroll_to(0, 500, animate=False, immediate=True, force=True)
        area.render_lines(Region(0, 0, *area.size))
        rows = set(area._highlights)
        assert min(rows) >= 500 - MARGIN
        assert max(rows) <= 540 + MARGIN


async def undo_of_a_large_paste(area: TextArea) -> str:
    async with Host(area).run_test(size=(60, 12)) as pilot:
        area.focus()
        area.insert("line\n" * 60, maintain_selection_offset=False)
        await pilot.pause()
        area.undo()
        await pilot.pause()
        return area.text


async def test_undo_of_a_large_paste() -> None:
    assert await undo_of_a_large_paste(CodeEditor("a = 1\n")) == "a = 1\n"


async def test_textual_still_needs_the_fix() -> None:
    with pytest.raises(ValueError, match="out of bounds"):
        await undo_of_a_large_paste(TextArea("a = 1\n", soft_wrap=False))


async def key_ms(area: TextArea) -> float:
    """Milliseconds of one key and the drawing after it, median of five."""
    async with Host(area).run_test(size=(120, 40)) as pilot:
        area.move_cursor((5000, 0))
        await pilot.pause()
        times = []
        for _ in range(5):
            start = time.perf_counter()
            area.insert("x", maintain_selection_offset=False)
            area.render_lines(Region(0, 0, *area.size))
            times.append(1000 * (time.perf_counter() - start))
        return sorted(times)[2]


async def test_a_key_in_ten_thousand_lines(record_property: Callable[[str, object], None]) -> None:
    text = "\n".join((SOURCE.splitlines() * 12)[:10_000])
    editor = CodeEditor(text)
    editor.highlight("python")
    ours = await key_ms(editor)
    stock = await key_ms(TextArea.code_editor(text, language="python"))
    record_property("ms_per_key", f"{ours:.1f}, stock {stock:.1f}")
    print(f"\n10,000 lines: {ours:.1f} ms per key, stock {stock:.1f} ms")
    assert editor.text.startswith(text[:1000])


async def test_a_bracket_without_partner_is_not_searched_for_ever() -> None:
    area = FastTextArea("(" + "x\n" * 100_000, soft_wrap=False)
    async with Host(area).run_test():
        scanned = sum(1 for _ in area._yield_character_locations((0, 0)))
        back = sum(1 for _ in area._yield_character_locations_reverse((99_999, 0)))
        assert scanned == back == 20_000
