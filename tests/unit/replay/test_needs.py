"""What code needs, as reading tells."""

from __future__ import annotations

import pytest

from workbench.replay import needs


def test_modules_files_paths_and_network() -> None:
    found = needs.of(
        "import pandas as pd, os.path\n"
        "from sklearn.linear_model import Lasso\n"
        "import urllib.request\n"
        "df = pd.read_csv('data/a.csv'); open('/mnt/data/b.txt'); open('/home/me/c.txt')\n"
        "urllib.request.urlopen('https://example.org/x')\n"
    )
    assert found.modules == {"pandas", "os", "sklearn", "urllib"}
    assert found.names("data/a.csv")
    assert found.names("b.txt")
    assert not found.names("c.csv")
    assert found.absolute == ("/home/me/c.txt",)
    assert set(found.network) == {"urllib.request", "https://example.org/x"}
    assert not found.lists


@pytest.mark.parametrize(
    "code", ["import glob\nglob.glob('*.csv')", "import os\nfor f in os.listdir(): pass", "list(p.iterdir())"]
)
def test_code_that_looks_what_is_there_needs_all(code: str) -> None:
    assert needs.of(code).lists


def test_a_folder_is_what_it_holds() -> None:
    assert needs.of("load('models')").names("models/a/b.bin")
    assert not needs.of("load('model')").names("models/a.bin")
    assert not needs.of("print('')").names("a.bin")


def test_magics_do_not_hide_the_rest() -> None:
    found = needs.of("%matplotlib inline\nfiles = !ls\nimport numpy\n!pip install x\nnumpy?\nopen('a')")
    assert (found.modules, found.readable) == (frozenset(["numpy"]), True)
    assert found.network == ("pip install",)
    assert found.names("a")
    timed = needs.of("%%time\nimport numpy")
    assert timed.modules == {"numpy"}
    shell = needs.of("%%bash\ncurl https://x.org > a.txt\ncat input.csv")
    assert (shell.readable, shell.modules) == (False, frozenset())
    assert shell.network == ("curl",)
    assert shell.names("input.csv")


@pytest.mark.parametrize("code", ["", "def f(:", "\0", "(" * 5000, "x = '" + "a" * 100_000 + "'"])
def test_nothing_raises(code: str) -> None:
    needs.of(code)


def test_what_is_missing() -> None:
    packages = [
        "pandas",
        "scikit_learn",
        "Pillow",
        "python-dateutil",
        "PyYAML",
        "google-cloud-core",
        "psycopg2-binary",
    ]
    modules = ["pandas", "sklearn", "PIL", "dateutil", "yaml", "google", "psycopg2", "os", "helper", "torch"]
    assert needs.missing(modules, packages, needs.own_modules(["helper.py", "a.csv"])) == ["torch"]


def test_what_is_opened_to_be_read_and_named_for_nothing_else() -> None:
    code = """
open('a.csv'); open('b.csv', 'w'); open('c.csv', mode='rb'); open('d.csv', mode=how)
pd.read_csv('e.csv'); pd.read_json('f.json'); save('f.json')
"""
    assert needs.of(code).reads == {"a.csv", "c.csv", "e.csv"}
