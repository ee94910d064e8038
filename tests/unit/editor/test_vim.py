"""The keys of vi: each row is a text with its cursor, keys, and the text with its cursor after them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.editor.vim_host import Host, host
from workbench.widgets.editor.vim.state import Mode

MOVES = [
    ("|ab cd", "w", "ab |cd"),
    ("|ab cd", "2w", "ab c|d"),
    ("|foo.bar", "w", "foo|.bar"),
    ("|foo.bar baz", "W", "foo.bar |baz"),
    ("a|b\n\n  c", "w", "ab\n|\n  c"),
    ("a|b\n\n  c", "2w", "ab\n\n  |c"),
    ("ab c|d", "b", "ab |cd"),
    ("ab |cd", "b", "|ab cd"),
    ("ab\n|cd", "b", "|ab\ncd"),
    ("foo.b|ar", "B", "|foo.bar"),
    ("|ab cd", "e", "a|b cd"),
    ("a|b cd", "e", "ab c|d"),
    ("ab c|d ef", "ge", "a|b cd ef"),
    ("|foo.bar", "E", "foo.ba|r"),
    ("|abc", "$", "ab|c"),
    ("ab|c", "0", "|abc"),
    ("  ab|c", "^", "  |abc"),
    ("|abc", "2l", "ab|c"),
    ("ab|c", "9h", "|abc"),
    ("|a\nb\nc", "G", "a\nb\n|c"),
    ("a\nb\n|c", "gg", "|a\nb\nc"),
    ("|a\nb\nc", "2G", "a\n|b\nc"),
    ("|abcd\nx\nabcd", "3lj", "abcd\n|x\nabcd"),
    ("abc|d\nx\nabcd", "jj", "abcd\nx\nabc|d"),
    ("|ab\ncd", "$j", "ab\nc|d"),
    ("|abcabc", "fc", "ab|cabc"),
    ("|abcabc", "2fc", "abcab|c"),
    ("|abcabc", "tc", "a|bcabc"),
    ("|abcabc", "fc;", "abcab|c"),
    ("|abcabc", "tc;", "abca|bc"),
    ("abcab|c", "Fb", "abca|bc"),
    ("abcab|c", "Ta", "abca|bc"),
    ("|abcabc", "2fc,", "ab|cabc"),
    ("|abc", "fz", "|abc"),
    ("|f(a, [b])", "%", "f(a, [b]|)"),
    ("f(a, [b]|)", "%", "f|(a, [b])"),
    ("f(a, |[b])", "%", "f(a, [b|])"),
    ("|a\n\nb\n\nc", "}", "a\n|\nb\n\nc"),
    ("|a\n\nb\n\nc", "2}", "a\n\nb\n|\nc"),
    ("a\n\nb\n\n|c", "{", "a\n\nb\n|\nc"),
    ("|a\n  b", "+", "a\n  |b"),
    ("a\n|b", "-", "|a\nb"),
    ("|a\n  b", "<cr>", "a\n  |b"),
]

EDITS = [
    ("|ab cd", "dw", "|cd"),
    ("|ab cd ef", "2dw", "|ef"),
    ("|ab cd ef", "d2w", "|ef"),
    ("ab |cd\nef", "dw", "ab| \nef"),
    ("|ab cd", "de", "| cd"),
    ("ab c|d", "db", "ab |d"),
    ("ab|cd", "d$", "a|b"),
    ("ab|cd", "D", "a|b"),
    ("ab|cd", "d0", "|cd"),
    ("a\n|b\nc", "dd", "a\n|c"),
    ("a\nb\n|c", "dd", "a\n|b"),
    ("|a\nb\nc", "2dd", "|c"),
    ("|a", "dd", "|"),
    ("a\n|b\nc", "dj", "|a"),
    ("a\n|b\nc", "dk", "|c"),
    ("|a\nb\nc", "dG", "|"),
    ("a\nb\n|c", "dgg", "|"),
    ("|ab(c)", "dfc", "|)"),
    ("|ab(c)", "dtc", "|c)"),
    ("f|(a, b) c", "d%", "f| c"),
    ("|abc", "x", "|bc"),
    ("ab|c", "x", "a|b"),
    ("|abcd", "2x", "|cd"),
    ("ab|c", "X", "a|c"),
    ("|", "x", "|"),
    ("|abc", "rz", "|zbc"),
    ("|abc", "2rz", "z|zc"),
    ("|abc", "9rz", "|abc"),
    ("|abc", "~", "A|bc"),
    ("|abc", "3~", "AB|C"),
    ("|a\n  b", "J", "a| b"),
    ("|a\nb\nc", "3J", "a b| c"),
    ("f(|a\n)", "J", "f(a|)"),
    ("|ab cd", "cwx<esc>", "|x cd"),
    ("a|b cd", "cwx<esc>", "a|x cd"),
    ("|ab cd ef", "c2wx<esc>", "|x ef"),
    ("|ab", "ccx<esc>", "|x"),
    ("  a|b\nc", "ccx<esc>", "  |x\nc"),
    ("ab|cd", "Cx<esc>", "ab|x"),
    ("|abc", "sx<esc>", "|xbc"),
    ("|abc", "Sx<esc>", "|x"),
    ("|ab", "ix<esc>", "|xab"),
    ("|ab", "ax<esc>", "a|xb"),
    ("  a|b", "Ix<esc>", "  |xab"),
    ("|ab", "Ax<esc>", "ab|x"),
    ("|ab", "3ix<esc>", "xx|xab"),
    ("|ab", "ox<esc>", "ab\n|x"),
    ("  |ab", "ox<esc>", "  ab\n  |x"),
    ("if |x:", "oy<esc>", "if x:\n    |y"),
    ("  |ab", "Ox<esc>", "  |x\n  ab"),
    ("|ab", "i<esc>", "|ab"),
    ("a|b", "i<esc>", "|ab"),
    ("|a\nb", "yyp", "a\n|a\nb"),
    ("|a\nb", "yyjp", "a\nb\n|a"),
    ("a\n|b", "yyP", "a\n|b\nb"),
    ("|a\nb", "2yyP", "|a\nb\na\nb"),
    ("|ab cd", "yw$p", "ab cdab| "),
    ("|abc", "xp", "b|ac"),
    ("|ab", "ylp", "a|ab"),
    ("|ab", "yl3p", "aaa|ab"),
    ("|a\nb", "ddp", "b\n|a"),
    ("|ab\ncd", "ylvjp", "|ad"),
    ("|a\nb", ">>", "    |a\nb"),
    ("    |a\nb", "<<", "|a\nb"),
    ("|a\nb\nc", "2>>", "    |a\n    b\nc"),
    ("|a\nb", ">j", "    |a\n    b"),
    ("|Ab cd", "guw", "|ab cd"),
    ("|ab cd", "gUiw", "|AB cd"),
    ("|aB", "g~$", "|Ab"),
    ("|a\nb", "gcj", "|# a\n# b"),
    ("|a", "gcc", "|# a"),
    ("foo(b|ar)", "di(", "foo(|)"),
    ("foo(b|ar)", "da(", "fo|o"),
    ("foo(b|ar, (x))", "ci)y<esc>", "foo(|y)"),
    ("f([b|])", "di[", "f([|])"),
    ("x = 'a |b'", "ci'z<esc>", "x = '|z'"),
    ('x = "a b"|', 'di"', 'x = "|"'),
    ('|x = "a b"', 'di"', 'x = "|"'),
    ("ab c|d ef", "diw", "ab | ef"),
    ("ab c|d ef", "daw", "ab |ef"),
    ("ab c|d", "daw", "a|b"),
    ("ab c|d.e f", "diW", "ab | f"),
    ("a\nb|b\nc\n\nd", "dip", "|\nd"),
    ("a\nb|b\n\nd", "dap", "|d"),
    ("{\n  |a\n  b\n}", "di{", "{\n|}"),
    ("|a\n\nb", "d}", "|\nb"),
    ("|ab cd", '"ayw"ap', "aab| b cd"),
    ("|ab cd", 'yw"_dwP', "ab| cd"),
]

VISUAL = [
    ("|abcd", "vld", "|cd"),
    ("a|bcd", "vhd", "|cd"),
    ("|abcd", "v$d", "|"),
    ("|ab\ncd", "vjd", "|d"),
    ("|ab cd", "viwd", "| cd"),
    ("|a\nb\nc", "Vjd", "|c"),
    ("|a\nb\nc", "VGd", "|"),
    ("|a\nb", "Vjyjp", "a\nb\n|a\nb"),
    ("|abc", "vlcx<esc>", "|xc"),
    ("|abc", "vly$p", "abca|b"),
    ("|abc", "vU", "|Abc"),
    ("|abc", "vlu", "|abc"),
    ("|a\nb", "Vj>", "    |a\n    b"),
    ("|abc", "vlrx", "|xxc"),
    ("|a\nb\nc", "vjJ", "a| b\nc"),
    ("ab|cd", "vohd", "a|d"),
    ("|abc", "v<esc>x", "|bc"),
    ("|abc\nd", "Vx", "|d"),
    ("f(a|b)", "vi(d", "f(|)"),
    ("|a b", "ywvp", "a|  b"),
    ("|abc", "vVd", "|"),
    ("|a\nb", "Vgc", "|# a\nb"),
    ("foo|(a b)", "va(y$p", "foo(a b)(a b|)"),
]

AGAIN = [
    ("|abcdef", "x..", "|def"),
    ("|ab cd ef", "dw.", "|ef"),
    ("|ab cd", "cwx<esc>w.", "x |x"),
    ("|a\nb", "A!<esc>j.", "a!\nb|!"),
    ("|a\nb\nc\nd", "dd.", "|c\nd"),
    ("|a\nb\nc\nd", ">>j.", "    a\n    |b\nc\nd"),
    ("|abcdefgh", "2x3.", "|fgh"),
    ("|a", "ox<esc>.", "a\nx\n|x"),
    ("|a\nb\nc\nd", "Vj>jj.", "    a\n    b\n    |c\n    d"),
    ("|abcdef", "vld.", "|ef"),
    ("|ab", "ylp.", "aa|ab"),
    ("|f(a) f(b)", "ci(z<esc>f(.", "f(z) f(|z)"),
    ("|ab", "rz.", "|zb"),
    ("|a\nb\nc", "J.", "a b| c"),
    ("|abc", "~.", "AB|c"),
    ("|ab", "ix<esc>l.", "x|xab"),
]


@pytest.mark.parametrize(("before", "keys", "after"), MOVES + EDITS + VISUAL + AGAIN)
def test_keys(before: str, keys: str, after: str) -> None:
    it = host(before).type(keys)
    assert it.shown == after
    assert it.vim.mode is Mode.NORMAL


@pytest.mark.parametrize(
    ("keys", "asked"),
    [
        ("u", ["undo"]),
        ("<c+r>", ["redo"]),
        ("/", ["search"]),
        ("n", ["find_next"]),
        ("N", ["find_previous"]),
        ("*", ["find_word ab"]),
        ("#", ["find_word_before ab"]),
        (":w<cr>", ["save"]),
        (":q<cr>", ["close"]),
        (":q!<cr>", ["close!"]),
        (":wq<cr>", ["save", "close"]),
        (":x<cr>", ["save", "close"]),
        (":qa<cr>", ["quit"]),
        (":e a b.py<cr>", ["open a b.py"]),
        (":e<cr>", ["ask_open"]),
        ("ZZ", ["save", "close"]),
        ("zz", ["centre"]),
        (":noh<cr>", ["no_marks"]),
        (":bn<cr>", ["next_buffer"]),
        (":<cr>", []),
        (":w x<bs><bs><cr>", ["save"]),
        ("yw", ["yanked 'ab '"]),
        ("yy", ["yanked 'ab cd\\n'"]),
        ("<c+d>", ["half_down"]),
        (":w<esc>", []),
    ],
)
def test_what_others_are_asked_for(keys: str, asked: list[str]) -> None:
    it = host("|ab cd").type(keys)
    assert it.asked == asked
    assert it.vim.mode is Mode.NORMAL


def test_an_unknown_command_is_told() -> None:
    assert "no command :zap" in host("|a").type(":zap<cr>").asked[0]


@pytest.mark.parametrize(
    ("keys", "row", "left"),
    [
        ("12345G", 12344, 15_000),
        ("11000j", 11_000, 15_000),
        ("12000dd", 0, 3_000),
        ("99999999999G", 14_999, 15_000),
    ],
)
def test_lines_are_counted_as_far_as_there_are_any(keys: str, row: int, left: int) -> None:
    it = Host("\n".join("x" * 15_000)).type(keys)
    assert (it.cursor[0], it.line_count) == (row, left)


@pytest.mark.parametrize(("line", "row"), [("3", 2), ("99", 3), ("$", 3), ("+2", 2), ("0", 0), ("-", 0)])
def test_lines_by_number(line: str, row: int) -> None:
    assert host("|a\nb\nc\nd").type(f":{line}<cr>").cursor[0] == row


def test_the_mode_is_told_with_what_is_pending() -> None:
    it = host("|ab cd")
    assert it.vim.shown == "NORMAL"
    assert it.type("2d").vim.shown == "NORMAL 2d"
    assert it.type("<esc>V").vim.shown == "VISUAL LINE"
    assert it.type("<esc>:w").vim.shown == ":w"
    assert it.type("<esc>i").vim.shown == "INSERT"


def test_a_selection_is_told_with_its_anchor() -> None:
    it = host("a|bcd").type("vl")
    assert (it.anchor, it.cursor) == ((0, 1), (0, 2))
    it.vim.select((0, 0), (0, 1))
    assert it.type("d").shown == "|cd"


def test_a_broken_command_does_nothing() -> None:
    for keys in ("dz", "d<esc>", "gz", "cq", "y?", '"', "d3f<esc>", "ci@", "2z", "r<esc>", "fz", "d/"):
        assert host("ab |cd").type(keys + "<esc>").shown == "ab |cd", keys


def test_undo_takes_back_one_command() -> None:
    it = host("|ab cd").type("dwix<esc>u")
    assert it.text == "cd"
    assert it.type("u").text == "ab cd"


KEYS = [
    *"hjklwbeWBE0^$gGfFtT;,%{}dcypPxrJu~.iaIAoOvVs<>'\"(zn*/:q23SDCYX",
    "escape",
    "enter",
    "escape",
    "backspace",
    "é",
]


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet="ab ()\n\"'_.é", max_size=60), st.lists(st.sampled_from(KEYS), max_size=25))
def test_no_keys_lead_outside(text: str, keys: list[str]) -> None:
    it = Host(text)
    for key in keys:
        if it.vim.mode is Mode.INSERT and key == "backspace":
            continue
        it.press(key)
        assert 0 <= it.cursor[0] < it.line_count
        length = len(it.get_line(it.cursor[0]))
        assert 0 <= it.cursor[1] <= (length if it.vim.mode is Mode.INSERT else max(0, length - 1)), (
            key,
            it.vim.mode,
        )
