"""How a preview looks: of text, a table, a tree, Markdown, a picture and bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from PIL import Image
from textual.pilot import Pilot

from backend.models import FileInfo
from tests.snapshots.conftest import _bytes, make_app, settle, until
from workbench.screens.preview import PreviewScreen

pytestmark = pytest.mark.usefixtures("clean_environment")

Compare = Callable[..., bool]

CODE = b"""\
import csv


def mean(values: list[float]) -> float:
    \"\"\"The mean.\"\"\"
    return sum(values) / len(values)  # no weights
"""
TABLE = b'day;degrees;said\nMon;11.2;"mild; a little wind"\nTue;13.5;sunny\nWed;;\nThu;-2;frost\n'
TREE = json.dumps(
    {"place": "Kiel", "days": [{"day": "Mon", "degrees": 11.2, "rain": False}, {"day": "Tue"}], "next": None}
).encode()
PROSE = b"""\
# Weather

Measured *twice* a day, see [how](https://example.org).

- wind
- rain

```python
mean([1, 2])
```
"""


def plot() -> bytes:
    """A picture of 16 × 12 pixels, with nothing behind its corner."""
    image = Image.new("RGBA", (16, 12), (40, 90, 160, 255))
    image.paste((240, 200, 60, 255), (3, 3, 8, 9))
    image.paste((0, 0, 0, 0), (12, 0, 16, 4))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "seen"),
    [
        ("mean.py", CODE, "no weights"),
        ("weather.csv", TABLE, "4 rows"),
        ("weather.json", TREE, "Kiel"),
        ("notes.md", PROSE, "Measured"),
        ("plot.png", plot(), "16 × 12 pixels"),
        ("data.bin", bytes(range(256)) * 2, "00000080"),
    ],
    ids=["text", "table", "tree", "markdown", "picture", "bytes"],
)
def test_preview(snap_compare: Compare, name: str, content: bytes, seen: str) -> None:
    async def before(pilot: Pilot[None]) -> None:
        app = await settle(pilot)
        backend = app.main.controller.backend
        await backend.write_file("weather", name, _bytes(content))
        info = FileInfo(name, "file", len(content), 0.0)
        outside = app.main.files_desk.open_outside
        await app.push_screen(PreviewScreen(info, backend, "weather", outside=outside, clock=lambda: 120.0))
        shown = app.screen._compositor.render_strips
        await until(pilot, lambda: seen in "\n".join(strip.text for strip in shown()))
        await until(pilot, lambda: not [w for w in app.workers if w.group in ("read", "colour", "decode")])
        await pilot.pause(0.2)

    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=before)
