"""The quick way takes only what pydantic takes as it is, and gives the same."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from workbench.config.quick import NotPlainError, take
from workbench.config.schema import Settings

PLAIN: list[dict[str, Any]] = [
    {},
    {"theme": "x", "session": "s", "profile": "p"},
    {"editor": {"tab_size": 1}},
    {"editor": {"tab_size": 16, "wrap": True}, "output": {"max_lines": 1000}},
    {
        "profiles": {
            "a": {"url": "http://h", "timeout": 3},
            "b": {"timeout": 0.5, "isolation": "auto"},
            "c": {},
        }
    },
    {"profiles": {"a": {"kind": "remote", "api_version": "2024-02-02-preview", "python": "/p"}}},
    {"keys": {"a.b": "f1"}},
    {"profiles": {"a": {"preload": ["numpy", "matplotlib.pyplot"], "mnt_data": False, "memory_limit": 4}}},
    {"profiles": {"a": {"preload": [], "mnt_data": True, "memory_limit": 0.5}}},
]
NOT_PLAIN: list[dict[str, Any]] = [
    {"theme": 1},
    {"session": ""},
    {"unknown": 1},
    {"editor": 1},
    {"editor": {"tab_size": 0}},
    {"editor": {"tab_size": 17}},
    {"editor": {"tab_size": "2"}},
    {"editor": {"tab_size": True}},
    {"editor": {"wrap": 1}},
    {"editor": {"nope": 1}},
    {"profiles": {"a": 1}},
    {"profiles": []},
    {"profiles": {"a": {"timeout": 0}}},
    {"profiles": {"a": {"timeout": True}}},
    {"profiles": {"a": {"isolation": "none"}}},
    {"profiles": {"a": {"isolation": ["process"]}}},
    {"keys": {"a": 1}},
    {"profiles": {"a": {"preload": "numpy"}}},
    {"profiles": {"a": {"preload": ["numpy", 1]}}},
    {"profiles": {"a": {"preload": ["os; os.abort()"]}}},
    {"profiles": {"a": {"preload": [""]}}},
    {"profiles": {"a": {"preload": ["a..b"]}}},
    {"profiles": {"a": {"mnt_data": 1}}},
    {"profiles": {"a": {"memory_limit": 0}}},
    {"profiles": {"a": {"memory_limit": "4"}}},
]


@pytest.mark.parametrize("tree", PLAIN)
def test_what_is_taken_is_what_pydantic_gives(tree: dict[str, Any]) -> None:
    assert take(Settings, tree) == TypeAdapter(Settings).validate_python(copy.deepcopy(tree))


@pytest.mark.parametrize("tree", NOT_PLAIN)
def test_what_pydantic_refuses_or_converts_is_not_taken(tree: dict[str, Any]) -> None:
    with pytest.raises(NotPlainError):
        take(Settings, tree)


def test_a_right_file_costs_no_pydantic(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text(
        "theme = 'x'\n[profiles.a]\nurl = 'http://h'\ntimeout = 3"
    )
    code = (
        "import sys\n"
        "from workbench.config.load import load_settings\n"
        "from workbench.config.paths import find_paths\n"
        f"load_settings(find_paths({{'WORKBENCH_HOME': {str(tmp_path)!r}}}), {{}}).checked()\n"
        "print('pydantic' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
