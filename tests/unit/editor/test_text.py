"""The text area's documents: lossless, and the same tree as a fresh parse."""

from __future__ import annotations

import random

import pytest
from textual.document._document import Document
from textual.document._wrapped_document import WrappedDocument

from workbench.widgets.editor.text import document as texts
from workbench.widgets.editor.text.document import FastWrapped, PlainDocument, SyntaxDocument, make_document

ODD = "a\x0cb\x0b\x1c\x85\u2028c\rd\n\n\x00e\ud800\n"


@pytest.mark.parametrize("language", [None, "python"])
@pytest.mark.parametrize("text", ["", "a", "a\n", ODD, "é = 'ü'\n\t日本\n"])
def test_text_goes_through_unchanged(text: str, language: str | None) -> None:
    document = make_document(text, language)
    assert document.text == text
    assert document.lines == text.split("\n")
    document.replace_range((0, 0), (0, 0), ODD)
    assert document.text == ODD + text


def test_an_unknown_language_is_plain_text() -> None:
    assert type(make_document("x", "klingon")) is PlainDocument


@pytest.mark.parametrize("slow", [False, True])
def test_edits_agree_with_textual_and_with_a_fresh_parse(slow: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "LONG", 0 if slow else 10**9)
    monkeypatch.setattr(texts, "SLOW", 0.0)
    chance = random.Random(7)
    pieces = ["", "x", "def f():\n    pass\n", '"""', "é日", "(", "\n", "\t# %% c\n"]
    ours = make_document("a = 1\nb = (2,\n 3)\n", "python")
    theirs = Document(ours.text)
    assert isinstance(ours, SyntaxDocument)
    for _ in range(300):
        row, other = (chance.randrange(ours.line_count) for _ in "ab")
        start = (row, chance.randint(0, len(ours[row])))
        end = (other, chance.randint(0, len(ours[other])))
        text = chance.choice(pieces)
        if chance.random() < 0.6:
            end = start
        assert ours.replace_range(start, end, text) == theirs.replace_range(start, end, text)
        assert ours.lines == theirs.lines
        assert ours.text == theirs.text
        assert ours.get_size(4) == theirs.get_size(4)
        assert ours.marker_rows == [i for i, line in enumerate(ours.lines) if line.startswith("# %%")]
    fresh = make_document(ours.text, "python")
    assert isinstance(fresh, SyntaxDocument)
    assert ours.stale is slow
    assert ours.settle() is slow
    assert str(ours.root) == str(fresh.root)
    assert not ours.settle()


def test_deleting_beyond_the_last_line() -> None:
    document = make_document("a\nb", "python")
    assert document.replace_range((1, 0), (2, 0), "").replaced_text == "b"
    assert document.text == "a\n"


@pytest.mark.parametrize("width", [0, 7])
def test_wrapping_agrees_with_textual(width: int) -> None:
    document = PlainDocument("a long line here\n\n\tx\ty\nz")
    ours, theirs = FastWrapped(document), WrappedDocument(document)
    for edit in (lambda: None, lambda: document.replace_range((0, 2), (0, 2), "new\nwords and\n")):
        edit()
        ours.wrap(width, 4)
        theirs.wrap(width, 4)
        assert ours.height == theirs.height
        assert ours._offset_to_line_info == theirs._offset_to_line_info
        assert ours._line_index_to_offsets == theirs._line_index_to_offsets
        assert ours._tab_width_cache == theirs._tab_width_cache
        assert ours._wrap_offsets == theirs._wrap_offsets


def test_rows_in_strings_are_no_code() -> None:
    document = make_document('s = """\n# %% text\n"""\n# %%\n', "python")
    assert [document.is_code(row) for row in document.marker_rows] == [False, True]
