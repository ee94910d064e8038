"""The columns of `workbench files ls`."""

from __future__ import annotations

import time

import pytest

from backend.models import FileInfo
from workbench.cli.files.listing import as_json, long, short


def test_kind_size_age_and_path_are_columns(capsys: pytest.CaptureFixture[str]) -> None:
    now = time.time()
    listed = [
        FileInfo("new.txt", "file", 3, now + 60),  # by the clock of another machine
        FileInfo("old.csv", "file", 34_000, now - 7_250),
        FileInfo("plots", "directory", 4_096, now - 3 * 86_400 - 60),
        FileInfo("pipe\x1b[31m", "other", 0, now - 90),
    ]
    long(listed)
    assert capsys.readouterr().out == (
        "file            3 B     now  new.txt\n"
        "file          34 kB     2 h  old.csv\n"
        "directory         -     3 d  plots/\n"
        "other           0 B   1 min  pipe␛[31m\n"
    )
    short(listed[2:3])
    as_json([FileInfo("\udcff", "file", 1, 2.0)])
    assert capsys.readouterr().out == (
        'plots/\n[{"path": "\\udcff", "kind": "file", "size": 1, "modified": 2.0}]\n'
    )
