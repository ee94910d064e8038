"""Notebooks: valid, run elsewhere to the same outputs, read back; what is hostile is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from backend.errors import UsageError
from backend.models import ErrorInfo, PoolInfo, Status, Stream
from tests.unit.replay.making import entry, png
from workbench.export import notebook, script
from workbench.history.entry import Segment

PICTURE = {"image/png": png(3), "text/plain": "<Figure>"}


def session() -> list[Any]:
    return [
        entry("print('a')\n1 + 1", "a\n", "2"),
        entry("import sys; print('w', file=sys.stderr)", segments=(Segment(Stream.STDERR, "w\n"),)),
        entry(
            "import base64\nfrom IPython.display import Image, display\n"
            f"display(Image(base64.b64decode({png(3)!r})))\nNone",
            segments=(
                Segment(
                    None, bundle={"image/png": png(3), "text/plain": "<IPython.core.display.Image object>"}
                ),
            ),
        ),
        entry(
            "1/0",
            status=Status.FAILED,
            error=ErrorInfo("ZeroDivisionError", "division by zero", "Traceback\n…\n"),
        ),
        entry("{'b': [1]}", value="{'b': [1]}"),
    ]


def outputs(made: Any) -> list[list[Any]]:
    """What a notebook shows, without what belongs to one run: counts, and the lines of tracebacks."""
    kept = ("output_type", "name", "text", "data", "ename", "evalue")
    return [[{key: one[key] for key in kept if key in one} for one in cell.outputs] for cell in made.cells]


def read(data: bytes, **more: bool) -> notebook.Read:
    return notebook.read(data, "x.ipynb", **more)


def test_it_is_valid_and_runs_to_the_same_outputs(tmp_path: Path) -> None:
    data = notebook.notebook(session(), PoolInfo((("Python", "3.11.7"),)))
    made = nbformat.reads(data.decode(), as_version=4)
    nbformat.validate(made)
    assert made.metadata.language_info.version == "3.11.7"
    before = outputs(made)
    assert [len(one) for one in before] == [2, 1, 1, 1, 1]
    client = NotebookClient(
        made, timeout=50, allow_errors=True, resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    assert outputs(made) == before


def test_there_and_back() -> None:
    entries = session()
    back = read(notebook.notebook(entries)).entries
    for one, two in zip(entries, back, strict=True):
        same = ("code", "number", "status", "segments", "value", "started_at", "duration_ms")
        assert [getattr(one, name) for name in same] == [getattr(two, name) for name in same]
        assert (one.error and one.error.name) == (two.error and two.error.name)
    assert {one.message for one in back} == {"Imported from x.ipynb."}


def cell(
    source: str = "1", *outputs: dict[str, Any], count: int | None = 1, kind: str = "code"
) -> dict[str, Any]:
    made: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source}
    return made | ({"execution_count": count, "outputs": list(outputs)} if kind == "code" else {})


def document(*cells: dict[str, Any], **metadata: Any) -> bytes:
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": list(cells)}
    ).encode()


def test_cells_that_were_not_run_have_no_outcome_and_text_is_left_out() -> None:
    found = read(
        document(cell("a = 1", count=None), cell("# Title\ntext", kind="markdown"), cell("  ", count=None))
    )
    (only,) = found.entries
    assert (only.code, only.status) == ("a = 1", Status.LOST)
    assert "had not been run" in only.message
    assert found.left_out == ("1 cell of text is no code",)
    assert found.text == "# %%\na = 1\n\n# %% [markdown]\n# # Title\n# text\n\n# %%\n\n"
    assert script.codes(found.text) == ["a = 1"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is no notebook"),
        (b"{", "is no notebook"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"[]", "is no notebook"),
        (b"[" * 100_000, "is no notebook"),
        (document(cell()).replace(b'"source"', b'"sauce"'), "is no notebook"),
        (document(cell("1", {"output_type": "stream", "name": "stdout", "text": 5})), "is no notebook"),
        (document(cell(), language_info={"name": "R"}), "is a notebook for R"),
    ],
    ids=range(8),
)
def test_what_is_damaged_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(data)
    assert why in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        {"text/html": "<b>x</b><script>alert(1)</script>"},
        {"text/html": ["<img src=x ", "onerror=alert(1)>"]},
        {"text/html": "<a href=' java\tscript:alert(1)'>x</a>"},
        {"text/html": "<iframe src=x></iframe>"},
        {"text/html": "<SVG/onload=alert(1)>"},
        {"image/svg+xml": "<svg><script>1</script></svg>"},
        {"text/markdown": "*x* <img src=x onerror=alert(1)>"},
        # what browsers and parsers do not agree upon
        {"text/html": "<!--><img src=x onerror=alert(1)>-->"},
        {"text/html": "<!-- --!><img src=x onerror=alert(1)>-->"},
        {"text/html": "<![CDATA[><img src=x onerror=alert(1)>]]>"},
        {"text/html": "<svg><style><img src=x onerror=alert(1)></style></svg>"},
        {"image/svg+xml": "<svg><a><set attributeName='href' to='javascript:x()'/></a></svg>"},
        {"image/svg+xml": "<svg><animate attributeName='href' values='#;javascript:x()'/></svg>"},
        {"image/svg+xml": "<!DOCTYPE svg [<!ENTITY x '&#60;script>x()&#60;/script>'>]><svg>&x;</svg>"},
        {"application/javascript": "alert(1)"},
        {"text/javascript": "alert(1)"},
    ],
    ids=range(16),
)
def test_scripts_in_outputs_are_refused_or_left_out(data: dict[str, Any]) -> None:
    bad = document(cell("1", {"output_type": "display_data", "data": data, "metadata": {}}))
    with pytest.raises(UsageError, match="has an output with") as caught:
        read(bad)
    assert "--without-scripts" in caught.value.hint
    found = read(bad, without_scripts=True)
    assert found.entries[0].segments == ()
    assert found.left_out == ("1 output with scripts left out",)


def test_tables_and_drawings_are_no_scripts() -> None:
    table = "<div><style>td { color: red }</style><table><tr><td>&lt;script&gt;</td></tr></table></div>"
    drawing = "<?xml version='1.0'?><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN'><!-- Sans-31 -->"
    drawing += "<svg xmlns:xlink='http://www.w3.org/1999/xlink'><use xlink:href='#m'/><path d='M 0 0'/></svg>"
    still = {
        "output_type": "display_data",
        "data": {"text/html": table, "image/svg+xml": drawing},
        "metadata": {},
    }
    assert len(read(document(cell("1", still))).entries[0].segments) == 1


def test_a_script_has_a_cell_for_each_and_no_random_identifier() -> None:
    entries = [entry("a = 1\n", session="a1b2c3d4e5f6a7b8c9d0"), entry("%%time\na")]
    text = script.script(entries)
    assert script.codes(text) == ["a = 1", "%%time\na"]
    assert "a1b2c3d4e5f6" not in text
    assert "# %% [" in text
