"""Tracebacks: the user's frames in sight, those of libraries folded, each leading to its place."""

from __future__ import annotations

import traceback

import pytest

from backend.models import ErrorInfo
from tests.unit.output.hostile import HOSTILE, controls
from workbench.history.entry import Entry
from workbench.widgets.output.lines.buffer import LineBuffer
from workbench.widgets.output.lines.kinds import Kind
from workbench.widgets.output.lines.links import Place
from workbench.widgets.output.written.tracebacks import write_error

SITE = "/usr/lib/python3.12/site-packages"
PANDAS = f"""Traceback (most recent call last):
  File "<run 3>", line 2, in <module>
    frame.apply(work)
    ~~~~~~~~~~~^^^^^^
  File "{SITE}/pandas/core/frame.py", line 10, in apply
    return op.apply()
  File "{SITE}/pandas/core/apply.py", line 20, in apply
    return self.standard()
  File "<run 3>", line 1, in work
    import json; json.loads(x)
  File "/usr/lib/python3.12/json/__init__.py", line 346, in loads
    return decode(s)
ValueError: no
"""


def written(text: str, name: str = "ValueError", number: int = 3) -> LineBuffer:
    buffer = LineBuffer()
    entry = Entry(id="1", code="", session="s", number=number, profile="p")
    write_error(buffer, ErrorInfo(name, "said", text), entry)
    return buffer


def shown(buffer: LineBuffer) -> list[str]:
    folds = buffer.folds
    return [buffer.text(folds.number_at(row)) for row in range(folds.count(buffer.end))]


def test_frames_of_libraries_are_folded() -> None:
    buffer = written(PANDAS)
    assert shown(buffer) == [
        "Traceback (most recent call last):",
        '  File "<run 3>", line 2, in <module>',
        "    frame.apply(work)",
        "    ~~~~~~~~~~~^^^^^^",
        "  … 2 frames of pandas",
        '  File "<run 3>", line 1, in work',
        "    import json; json.loads(x)",
        "  … 1 frame of Python",
        "ValueError: no",
    ]
    assert buffer.kind(buffer.end - 1) is Kind.ERROR_NAME
    for head in (4, 11):
        assert buffer.folds.set_closed(head, False)
    assert shown(buffer)[5:9] == PANDAS.split("\n")[4:8]
    assert buffer.links[5] == Place(f"{SITE}/pandas/core/frame.py", 10, "p", "s")
    assert [buffer.links.get(number) for number in (0, 1, 3)] == [None, *[Place("<run 3>", 2, "p", "s")] * 2]


def test_where_there_is_nothing_of_the_user_nothing_is_folded() -> None:
    text = f'Traceback (most recent call last):\n  File "{SITE}/a/b.py", line 1, in f\n    x\nKeyError: 1'
    assert shown(written(text, "KeyError")) == text.split("\n")


def test_source_is_coloured_and_its_text_kept() -> None:
    buffer = written(PANDAS)
    spans = buffer.line(10).spans
    assert "".join(text for text, _ in spans) == "    import json; json.loads(x)"
    assert "source-keyword" in {role for _, role in spans}
    assert buffer.line(3).spans[0][1] == "error-name"


def test_chains_groups_and_syntax_errors_keep_their_lines() -> None:
    def fails() -> None:
        try:
            raise KeyError("a")
        except KeyError as error:
            raise ExceptionGroup("many", [ValueError("one"), TypeError("two")]) from error

    with pytest.raises(ExceptionGroup) as caught:
        fails()
    for text, name in (
        ("".join(traceback.format_exception(caught.value)), "ExceptionGroup"),
        ('  File "<run 3>", line 1\n    x = = 1\n        ^\nSyntaxError: invalid syntax', "SyntaxError"),
    ):
        buffer = written(text, name)
        buffer.folds.close_all(False)
        assert [buffer.text(number) for number in range(buffer.end)] == text.rstrip("\n").split("\n")
        kinds = [buffer.kind(number) for number in range(buffer.end)]
        assert kinds.count(Kind.ERROR_NAME) == 1


def test_tracebacks_of_ipython_and_of_targets_that_count_otherwise() -> None:
    text = f"""---------------------------------------------------------------------------
ValueError                                Traceback (most recent call last)
Cell In[12], line 4
      1 def f():
      2     pass
----> 4 g()

File {SITE}/numpy/core/x.py:100, in g(a)
     99     x
--> 100     y

ValueError: no"""
    buffer = written(text.replace("Cell", "\x1b[32mCell\x1b[0m"))
    assert shown(buffer)[2:] == [
        "Cell In[12], line 4",
        "      1 def f():",
        "      2     pass",
        "----> 4 g()",
        "",
        "… 1 frame of numpy",
        "ValueError: no",
    ]
    assert buffer.links[2] == Place("<run 3>", 4, "p", "s")


def test_hostile_tracebacks_are_text() -> None:
    bad = "".join(f'  File "{text}", line 9, in {text}\n    {text}\n' for text in HOSTILE)
    buffer = written(f'Traceback:\n{bad}  File "x", line {"9" * 5_000}\n    y\n{HOSTILE[0]}')
    assert controls("".join(buffer.text(number).replace("\t", "") for number in range(buffer.end))) == []


def test_a_recursion_of_thousands_is_quick_to_write() -> None:
    text = (
        "Traceback:\n"
        + '  File "<run 3>", line 2, in f\n    return f(x) + 1\n' * 5_000
        + "RecursionError: deep"
    )
    buffer = written(text, "RecursionError")
    assert buffer.end == 10_002
