"""Loading: order, origins, every problem."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from backend.errors import ConfigError
from backend.models import Target
from workbench.config.load import Loaded, load_settings
from workbench.config.paths import Paths, find_paths
from workbench.config.schema import Profile, Settings


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return find_paths({"WORKBENCH_HOME": str(tmp_path)})


def load(paths: Paths, text: str, environ: Mapping[str, str] | None = None, **flags: Any) -> Loaded:
    paths.config.mkdir(parents=True, exist_ok=True)
    paths.config_file.write_text(text)
    return load_settings(paths, environ or {}, flags)


def problems(loaded: Loaded) -> dict[str, str]:
    return {problem.key: problem.message for problem in loaded.problems}


def test_without_a_file_the_defaults_hold(paths: Paths) -> None:
    loaded = load_settings(paths, {"HOME": "/x", "WORKBENCH_HOME": "/y"})
    assert loaded == Loaded(Settings())
    assert loaded.checked().target() == Target()
    assert loaded.origin("theme") == "default"


def test_every_section_is_read(paths: Paths) -> None:
    loaded = load(
        paths,
        """
        theme = "paper"
        profile = "pool"
        session = "mine"
        [profiles.pool]
        url = "https://example.org/pool"
        api_version = "2024-08-02-preview"
        auth = "azure"
        timeout = 30
        [profiles.quick]
        python = "/usr/bin/python3"
        isolation = "confined"
        [keys]
        "history.open" = "f10"
        [editor]
        tab_size = 2
        line_numbers = false
        wrap = true
        [output]
        max_lines = 5000
        """,
    )
    settings = loaded.checked()
    assert settings.theme == "paper"
    assert settings.session == "mine"
    assert settings.profiles["local"] == Profile()
    assert settings.profiles["quick"] == Profile(python="/usr/bin/python3", isolation="confined")
    assert settings.keys == {"history.open": "f10"}
    assert (settings.editor.tab_size, settings.editor.line_numbers, settings.editor.wrap) == (2, False, True)
    assert settings.output.max_lines == 5000
    assert settings.target() == Target(
        "pool", "remote", "https://example.org/pool", "2024-08-02-preview", timeout=30.0, auth="azure"
    )
    assert settings.target("quick").kind == "local"


def test_flags_win_over_environment_over_file(paths: Paths) -> None:
    text = 'theme = "file"\nsession = "file"\nprofile = "p"\n[profiles.p]\ntimeout = 1'
    environ = {"WORKBENCH_SESSION": "env", "WORKBENCH_PROFILE": "local", "WORKBENCH_EDITOR__TAB_SIZE": "8"}
    loaded = load(paths, text, environ, profile="p", python=None)
    settings = loaded.checked()
    assert (settings.theme, settings.session, settings.profile) == ("file", "env", "p")
    assert settings.editor.tab_size == 8
    assert loaded.origin("theme") == str(paths.config_file)
    assert loaded.origin("profiles.p.timeout") == str(paths.config_file)
    assert loaded.origin("session") == "WORKBENCH_SESSION"
    assert loaded.origin("editor.tab_size") == "WORKBENCH_EDITOR__TAB_SIZE"
    assert loaded.origin("profile") == "--profile"
    assert loaded.origin("editor.wrap") == "default"


def test_short_names_belong_to_the_profile_in_use(paths: Paths) -> None:
    environ = {"WORKBENCH_PYTHON": "/env", "WORKBENCH_TIMEOUT": "2.5", "WORKBENCH_ISOLATION": "sealed"}
    loaded = load(paths, "[profiles.p]\npython = '/file'", environ, profile="p", isolation="process")
    target = loaded.checked().target()
    assert target == Target("p", python="/env", timeout=2.5, isolation="process")
    assert loaded.settings.target("local") == Target()
    assert loaded.origin("python") == "WORKBENCH_PYTHON"
    assert loaded.origin("isolation") == "--isolation"


def test_what_local_sessions_get_is_set_per_profile(paths: Paths) -> None:
    text = "[profiles.p]\npreload = ['numpy', 'matplotlib.pyplot']\nmnt_data = false\nmemory_limit = 2"
    target = load(paths, text, profile="p").checked().target()
    assert target.preload == ("numpy", "matplotlib.pyplot")
    assert (target.mnt_data, target.memory_limit) == (False, 2)
    assert Target().mnt_data
    assert Target().preload == ()


def test_variables_of_other_types_than_text_are_converted(paths: Paths) -> None:
    environ = {
        "WORKBENCH_PRELOAD": "numpy, pandas",
        "WORKBENCH_MNT_DATA": "false",
        "WORKBENCH_MEMORY_LIMIT": "1.5",
        "WORKBENCH_TIMEOUT": "3",
        "WORKBENCH_PROFILES__X__PRELOAD": "json",
    }
    loaded = load(paths, "[profiles.p]\npreload = ['os']\nmemory_limit = 9", environ, profile="p")
    target = loaded.checked().target()
    assert (target.preload, target.mnt_data) == (("numpy", "pandas"), False)
    assert (target.memory_limit, target.timeout) == (1.5, 3.0)
    assert loaded.settings.target("x").preload == ("json",)
    assert loaded.settings.target("local") == Target()


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("PRELOAD", "os;abort", "must be names of modules"),
        ("MNT_DATA", "perhaps", "must be a boolean"),
        ("MEMORY_LIMIT", "0", "must be greater than 0"),
        ("MEMORY_LIMIT", "4G", "must be a number"),
    ],
)
def test_a_wrong_variable_is_told_and_its_default_holds(
    paths: Paths, variable: str, value: str, message: str
) -> None:
    loaded = load_settings(paths, {f"WORKBENCH_{variable}": value})
    (problem,) = loaded.problems
    assert (problem.source, problem.key) == (f"WORKBENCH_{variable}", variable.lower())
    assert message in problem.message
    assert loaded.settings.target() == Target()


def test_a_url_makes_the_profile_in_use_remote(paths: Paths) -> None:
    target = load_settings(paths, {}, {"url": "http://localhost:6000"}).checked().target()
    assert (target.profile, target.kind, target.url) == ("localhost:6000", "remote", "http://localhost:6000")
    wrong = load_settings(paths, {}, {"url": "localhost:6000"})
    assert str(wrong.problems[0]).startswith("--url: url: must be http://HOST…")


def test_profiles_can_come_from_the_environment(paths: Paths) -> None:
    environ = {"WORKBENCH_PROFILES__POOL__URL": "https://h/p", "WORKBENCH_PROFILE": "pool"}
    assert load_settings(paths, environ).checked().target().kind == "remote"


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        ("them = 'x'", "them", "there is no such setting; did you mean 'theme'?"),
        ("qqq = 1", "qqq", "there is no such setting."),
        ("[editor]\ntab-size = 2", "editor.tab-size", "did you mean 'tab_size'?"),
        ("[editor]\ntab_size = 0", "editor.tab_size", "must be greater than or equal to 1, not 0."),
        ("[editor]\ntab_size = 'x'", "editor.tab_size", "must be an integer, not 'x'."),
        ("editor = 3", "editor", "must be a table"),
        ("[profiles]\nx = 1", "profiles.x", "must be a table"),
        ("[profiles.x]\nulr = 'http://h'", "profiles.x.ulr", "did you mean 'url'?"),
        ("[profiles.x]\ntimeout = -1", "profiles.x.timeout", "must be greater than 0, not -1."),
        (
            "[profiles.x]\nisolation = 'none'",
            "profiles.x.isolation",
            "must be 'process', 'confined', 'sealed' or 'auto'",
        ),
        ("[profiles.x]\npreload = 'numpy'", "profiles.x.preload", "must be a list, not 'numpy'."),
        ("[profiles.x]\npreload = ['a b']", "profiles.x.preload", "must be names of modules, not ['a b']."),
        ("[profiles.x]\nmemory_limit = -1", "profiles.x.memory_limit", "must be greater than 0, not -1."),
        ("[profiles.x]\nmnt_data = 'maybe'", "profiles.x.mnt_data", "must be a boolean"),
        ("[profiles.x]\napi_version = '2020'", "profiles.x.api_version", "2025-10-02-preview"),
        ("[profiles.x]\nkind = 'remote'", "profiles.x.url", "needs a URL"),
        ("[profiles.x]\nkind = 'local'\nurl = 'http://h'", "profiles.x.url", "has no URL"),
        ("[profiles.x]\nurl = 'ftp://h'", "profiles.x.url", "must be http://HOST"),
        ("[profiles.x]\nurl = 'http://[bad'", "profiles.x.url", "must be http://HOST"),
        ("profile = 'lcal'", "profile", "there is no profile 'lcal'; did you mean 'local'?"),
        ("session = ''", "session", "at least 1 character"),
        ("theme = 3", "theme", "must be a string, not 3."),
        ("[keys]\nx = 3", "keys.x", "must be a string"),
    ],
)
def test_a_wrong_value_is_told_with_file_and_key(paths: Paths, text: str, key: str, message: str) -> None:
    loaded = load(paths, text)
    assert [problem.key for problem in loaded.problems] == [key]
    assert message in loaded.problems[0].message
    assert loaded.problems[0].source == str(paths.config_file)
    with pytest.raises(ConfigError, match=r"config\.toml"):
        loaded.checked()


def test_every_problem_is_told_and_the_rest_holds(paths: Paths) -> None:
    text = "thme = 1\nsession = 'kept'\n[editor]\ntab_size = 99\nwrap = true\n"
    text += "[profiles.x]\ntimeout = 0\npython = 'p'"
    loaded = load(paths, text, {"WORKBENCH_OUTPUT__MAX_LINES": "few", "WORKBENCH_ISOLATION": "jail"})
    assert set(problems(loaded)) == {
        "thme", "editor.tab_size", "profiles.x.timeout", "output.max_lines", "isolation",
    }  # fmt: skip
    assert {p.source for p in loaded.problems if p.key == "output.max_lines"} == {
        "WORKBENCH_OUTPUT__MAX_LINES"
    }
    settings = loaded.settings
    assert (settings.session, settings.editor.tab_size, settings.editor.wrap) == ("kept", 4, True)
    assert settings.profiles["x"] == Profile(python="p")
    with pytest.raises(ConfigError) as raised:
        loaded.checked()
    assert len(raised.value.message.splitlines()) == 5


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        (b"a = 1\nb = = 2\n", ":2:5", "Invalid value."),
        (b"a = 1\na = 2\n", ":2:6", "Cannot overwrite a value."),
        (b"a = 'x", "", "Expected"),
        (b"a = 1\nb = '\xff'", ":2", "is not UTF-8 text."),
    ],
)
def test_a_syntax_error_is_told_with_its_place(paths: Paths, data: bytes, place: str, message: str) -> None:
    load(paths, "")
    paths.config_file.write_bytes(data)
    (problem,) = load_settings(paths, {}).problems
    assert problem.source.startswith(f"{paths.config_file}{place}")
    assert problem.message.startswith(message)


def test_a_directory_in_place_of_the_file(paths: Paths) -> None:
    paths.config_file.mkdir(parents=True)
    (problem,) = load_settings(paths, {}).problems
    assert "cannot be read" in problem.message


def test_unknown_variables_are_a_problem_only_near_ours(paths: Paths) -> None:
    environ = {"WORKBENCH_THEMES": "x", "WORKBENCH_OF_SOMEBODY_ELSE": "y", "WORKBENCH_KEYS__RUN": "f6"}
    assert [str(problem) for problem in load_settings(paths, environ).problems] == [
        "WORKBENCH_KEYS__RUN: keys are set in config.toml only.",
        "WORKBENCH_THEMES: there is no such variable; did you mean 'WORKBENCH_THEME'?",
    ]


def test_a_variable_below_a_value_is_a_problem(paths: Paths) -> None:
    loaded = load(paths, "editor = 3", {"WORKBENCH_EDITOR__WRAP": "1"})
    assert [problem.source for problem in loaded.problems] == [
        "WORKBENCH_EDITOR__WRAP",
        str(paths.config_file),
    ]


def test_loading_without_a_file_imports_no_pydantic_and_no_textual(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from workbench.config.load import load_settings\n"
        "from workbench.config.paths import find_paths\n"
        f"paths = find_paths({{'WORKBENCH_HOME': {str(tmp_path)!r}}})\n"
        "load_settings(paths, {}, {'session': 's', 'python': '/p'}).checked()\n"
        "print({'pydantic', 'textual', 'tomllib', 'platformdirs', 'difflib'} & set(sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"


def test_wrong_settings_that_are_mild_leave_the_others_and_their_defaults(paths: Paths) -> None:
    mild = ("keymap", "keys", "theme")
    wrong = 'keymap = "nosuch"\n[keys]\n"app.help" = 5\n"run.all" = "f12"\n'
    loaded = load(paths, 'session = "mine"\n' + wrong)
    settings = loaded.checked(mild)
    assert (settings.session, settings.keymap, dict(settings.keys)) == ("mine", "default", {"run.all": "f12"})
    assert [problem.key for problem in loaded.problems] == ["keymap", "keys.app.help"]
    with pytest.raises(ConfigError, match="nosuch"):
        loaded.checked()
    with pytest.raises(ConfigError, match="transfers"):
        load(paths, "transfers = 99\n" + wrong).checked(mild)
