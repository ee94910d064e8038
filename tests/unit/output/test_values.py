"""Values as lines: tables, trees, Markdown, pictures, and what is kept of them."""

from __future__ import annotations

import base64
import io
import json

import pytest
from PIL import Image

from tests.unit.output.hostile import HOSTILE, controls
from workbench.widgets.output.lines.buffer import LineBuffer
from workbench.widgets.output.lines.kinds import Kind
from workbench.widgets.output.values.file import file_of, text_of
from workbench.widgets.output.values.form import form_of, made
from workbench.widgets.output.values.markdown import lines as markdown_lines
from workbench.widgets.output.values.shelf import Shelf
from workbench.widgets.output.values.table import drawn, table_of
from workbench.widgets.output.values.tree import LINES, LITERAL, literal, rows
from workbench.widgets.output.written.bundles import write_bundle

FRAME = """<div><style scoped>.x { color: red }</style><table border="1" class="dataframe"><thead>
<tr style="text-align: right;"><th></th><th>name</th><th>size</th></tr></thead><tbody>
<tr><th>0</th><td>a &amp; b</td><td>1.5</td></tr><tr><th>1</th><td>long <b>bold</b> name</td><td>-20</td></tr>
</tbody></table><p>2 rows × 2 columns</p></div>"""
DATA = {
    "schema": {"fields": [{"name": "index"}, {"name": "a"}, {"name": "b"}], "primaryKey": ["index"]},
    "data": [{"index": number, "a": number / 2, "b": f"t{number}"} for number in range(30)],
    "total": 1_000,
}


def png(width: int, height: int) -> str:
    file = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


async def lines(bundle: dict[str, object], width: int = 60) -> list[str]:
    buffer = LineBuffer()
    form = await form_of(bundle, width)
    write_bundle(buffer, bundle, Kind.VALUE, Kind.VALUE_MORE, form, None)
    return [buffer.text(buffer.folds.number_at(row)) for row in range(buffer.folds.count(buffer.end))]


async def test_a_frame_is_a_table_whose_numbers_stand_at_the_right() -> None:
    text = "  name size\n0 a & b 1.5\n1 long … -20\n\n[700 rows x 2 columns]"
    assert await lines({"text/html": FRAME, "text/plain": text}) == [
        "   name            size",
        "─  ──────────────  ────",
        "0  a & b            1.5",
        "1  long bold name   -20",
        "700 rows × 2 columns, 2 rows are here · 698 rows more · Enter opens it",
    ]


async def test_the_data_of_a_frame_goes_before_its_html() -> None:
    shown = await lines({"text/html": FRAME, "application/vnd.dataresource+json": DATA, "text/plain": "x"})
    assert shown[0] == "     a  b"
    assert shown[2:4] == ["0  0.0  t0", "1  0.5  t1"]
    assert shown[-1] == "1,000 rows × 2 columns, 30 rows are here · 990 rows more · Enter opens it"


def test_what_does_not_fit_is_told() -> None:
    table = table_of({"application/vnd.dataresource+json": DATA})
    assert table is not None
    found, left = drawn(table, 9, 3)
    assert found[0] == "     a"
    assert left == "997 rows and 1 column more"


@pytest.mark.parametrize(
    "html",
    [
        "<table>",
        "<table><tr>",
        "<table><tr><td>one",
        "<p>no table</p>",
        "<!" + "[" * 1_000,
        "<table><tr><td colspan=99999999>x</td></tr><tr><td>y",
        "<table><tr><td><table><tr><td>inner</td></tr></table></td></tr></table>",
        "<table>" + "<tr><td>x</td></tr>" * 20_000,
    ],
)
async def test_broken_and_large_tables_show_what_there_is(html: str) -> None:
    shown = await lines({"text/html": html, "text/plain": "plain"})
    assert shown
    assert len(shown) < 20


async def test_json_is_a_tree_that_folds() -> None:
    value = {"name": "x", "list": list(range(40)), "deep": {"a": {"b": {"c": [1, {"d": 2}]}}}, "e": {}}
    assert await lines({"application/json": value, "text/plain": "<IPython.core.display.JSON object>"}) == [
        "{",
        '  "name": "x",',
        '  "list": [',
        '  "deep": {',
        '    "a": {',
        "  },",
        '  "e": {}',
        "}",
    ]
    every = rows(value)
    assert json.loads("".join(text for row in every for text, _ in row.spans)) == value
    assert [row.said for row in every if row.closed][:1] == [" … 40 items ],"]


def test_a_tree_is_bounded() -> None:
    every = rows([[number, {"x": "y" * 1_000}] for number in range(10_000)])
    assert LINES <= len(every) <= LINES + 10
    assert "more; copy" in every[-1].spans[0][0]
    deep: list[object] = []
    for _ in range(200):
        deep = [deep, "x" * 70]
    assert rows(deep)


def test_markdown() -> None:
    text = "# Head\n\n- one **bold**\n> said\n```python\nx = 1\n```\n---\nwords `code` [a](b)"
    found = markdown_lines(text, 40)
    assert ["".join(part for part, _ in spans) for spans in found] == [
        "Head",
        "",
        "• one bold",
        "▏ said",
        "  x = 1",
        "─" * 40,
        "words code a (b)",
    ]
    assert ("bold", "strong") in found[2]
    assert ("code", "source-string") in found[-1]


def test_a_dict_of_python_folds_like_json() -> None:
    text = "{'k': [" + ",\n  ".join(map(str, range(40))) + ",\n  ...],\n 1: (True, None),\n 's': 'it\\'s'}"
    shown = ["".join(part for part, _ in row.spans) for row in literal(text)]
    assert shown[:3] == ["{", "  'k': [", "    0,"]
    assert shown[-5:] == ["    ...", "  ],", "  1: (True, None),", "  's': \"it's\"", "}"]
    assert literal(text)[1].closed
    form = made({"text/plain": text}, 80)
    assert form is not None
    assert len(form.tree) == len(shown)
    buffer = LineBuffer()
    write_bundle(buffer, {"text/plain": text}, Kind.VALUE, Kind.VALUE_MORE, form, None)
    assert [buffer.text(number) for number in range(buffer.end)] == shown, "once"


@pytest.mark.parametrize(
    "text",
    [
        "{'a': 1}",
        "{1,\n 2}",
        "[f(),\n 2]",
        "[1,\n 2",
        "{<object at 0x1>:\n 1}",
        "[" * 5_000 + "\n" + "]" * 5_000,
        "[1,\n" + "2, " * LITERAL + "]",
    ],
)
async def test_other_text_stays_as_it_is(text: str) -> None:
    assert literal(text) == []
    assert await form_of({"text/plain": text}, 80) is None


async def test_a_picture_is_rows_of_blocks_and_says_what_it_is() -> None:
    bundle = {"image/png": png(40, 20), "text/plain": "<Figure size 640x480 with 1 Axes>"}
    buffer = LineBuffer()
    write_bundle(buffer, bundle, Kind.DISPLAY, Kind.DISPLAY_MORE, await form_of(bundle, 30), None)
    kinds = [buffer.kind(number) for number in range(buffer.end)]
    assert kinds.count(Kind.IMAGE) == kinds.index(Kind.NOTE)
    assert 5 <= kinds.count(Kind.IMAGE) <= 10
    assert buffer.text(buffer.end - 1) == "PNG, 40 × 20 pixels"
    assert buffer.line(0).picture is not None
    shown = await lines({"image/png": "AAAA", "text/plain": "<Figure>"})
    assert shown[0].startswith("This is no PNG")
    assert shown[1:] == ["<Figure>", "image/png 3 B"]


async def test_hostile_values_are_text() -> None:
    bad = "".join(HOSTILE)
    for bundle in (
        {"text/html": f"<table><tr><th>{bad}</th></tr><tr><td>{bad}</td></tr></table>"},
        {"application/json": {bad: [bad, {bad: bad}]}},
        {"text/markdown": f"# {bad}\n- {bad}\n> {bad}\n```\n{bad}\n```\n{bad}"},
        {"application/vnd.dataresource+json": {"schema": {"fields": [{"name": bad}]}, "data": [{bad: bad}]}},
        {"application/vnd.dataresource+json": {"schema": 3, "data": 4}},
        {"application/json": [float("nan"), None, True, "\ud800"]},
    ):
        shown = await lines({"text/plain": "x", **bundle})
        assert shown
        assert controls("".join(shown).replace("\t", "")) == []


def test_values_are_kept_up_to_a_size() -> None:
    shelf = Shelf(limit=100_000)
    kept = [shelf.keep("1", 1, {"text/plain": "x" * 30_000}, None) for _ in range(5)]
    assert [each.bundle is not None for each in kept] == [False, False, True, True, True]
    large = shelf.keep("1", 1, {"text/plain": "x" * 300_000}, None)
    assert large.bundle is not None


def test_files_of_values() -> None:
    table = table_of({"text/html": FRAME})
    assert file_of({"text/html": FRAME}, table) == (
        ".csv",
        b",name,size\n0,a & b,1.5\n1,long bold name,-20\n",
    )
    assert file_of({"image/png": png(2, 2), "text/plain": "x"}, None)[0] == ".png"
    assert text_of({"image/png": png(2, 2), "text/plain": "x"}, None) == "x"
    assert file_of({"application/json": {"a": 1}}, None) == (".json", b'{\n  "a": 1\n}')
    assert file_of({"text/plain": "1\ud800"}, None) == (".txt", b"1?")
    assert made({"text/plain": "x"}, 10) is None
