"""Cells that are plain Python go past IPython's transformers, and only those that would leave them alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import _should_be_async

from backend.executor.worker.transforming import Transformers, may_await

PIECES = (
    "x", "1", " ", "  ", "\t", "\n", "\n\n", "\r", "\f", "\x1c", "\x85", "\u2028", "%", "%%", "!", "!!", "?",
    "??", ",", ";", "/", "\\\n", ">>> ", "... ", ">>>", "...", "In [1]: ", "[ins] In [2]: ", "   ...: ",
    "'", '"""',
    "(", ")", "[", "]", "#", "=", "def f():", "await ", "async ", "for ", "%time ", "ls", "a = !ls",
    "a = %who",
    "print", "lambda: 0", ":", "é", "return",
)  # fmt: skip
CELLS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@given(CELLS)
def test_a_cell_becomes_what_ipython_makes_of_it(cell: str) -> None:
    wanted: object
    try:
        wanted = TransformerManager().transform_cell(cell)
    except Exception as error:
        with pytest.raises(type(error)):
            Transformers().transform_cell(cell)
        return
    assert Transformers().transform_cell(cell) == wanted


@given(CELLS)
def test_what_awaits_is_found(cell: str) -> None:
    assert may_await(cell) or not _should_be_async(cell)


@pytest.mark.parametrize("kind", ["cleanup_transforms", "line_transforms"])
def test_a_transformer_of_the_codes_own_is_asked(kind: str) -> None:
    made = Transformers()
    assert made.transform_cell("x") == "x\n"
    getattr(made, kind).append(lambda lines: [line.replace("x", "y") for line in lines])
    assert made.transform_cell("x") == "y\n"


def test_plain_python_is_not_tokenized(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def look(self: TransformerManager, lines: list[str]) -> list[str]:
        asked.append(lines)
        return lines

    monkeypatch.setattr(TransformerManager, "do_token_transforms", look)
    for cell in ("1+1", "def f():\n    return [1]\n\nf() / 2", "'a'  # b"):
        Transformers().transform_cell(cell)
    assert asked == []
    Transformers().transform_cell("%who")
    assert asked == [["%who\n"]]
