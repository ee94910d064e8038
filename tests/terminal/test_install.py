"""The wheel: what is in it, and that it works where only it is installed."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.terminal.terminal import Terminal

CHECKOUT = Path(__file__).parents[2]
LIMIT = 60.0  # seconds for one step


def call(*command: str | Path, environment: Mapping[str, str] | None = None, folder: Path = CHECKOUT) -> str:
    """What a command prints; a failure shows all it said."""
    ran = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=LIMIT, check=False
    )
    assert ran.returncode == 0, f"{command} ended with {ran.returncode}:\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    call(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of a fresh environment: the packages of the wheel, the dependencies of this environment.

    A path in a .pth file is not searched for further .pth files, so an editable install is not seen.
    """
    root = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(root, symlinks=True)
    call(sys.executable, "-m", "pip", "--python", root, "install", "-q", "--no-deps", "--no-index", wheel)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(root)}))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return root / "bin"


def test_the_wheel_has_themes_and_styles_and_nothing_foreign(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for pattern in ("themes/*.toml", "workbench/styles/*.tcss", "backend/**/*.py", "workbench/**/*.py"):
        wanted = {path.relative_to(CHECKOUT).as_posix() for path in CHECKOUT.glob(pattern)}
        assert wanted
        assert wanted <= names
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {
        "backend",
        "themes",
        "workbench",
    }
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_packages_and_themes_come_from_the_wheel(
    installed: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    code = (
        "import backend, workbench; from workbench.theming.load import builtin_directory, load_themes\n"
        "print(backend.__file__, workbench.__file__, builtin_directory(), len(load_themes().themes), sep='|')"
    )
    *places, themes = call(installed / "python", "-c", code, environment=environment, folder=tmp_path).split(
        "|"
    )
    assert all(Path(place).is_relative_to(installed.parent) for place in places)
    assert int(themes) == len(list((CHECKOUT / "themes").glob("*.toml")))


def test_the_installed_command_runs_code_without_a_screen(
    installed: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    printed = call(
        installed / "workbench", "run", "-c", "print(1); 2", environment=environment, folder=tmp_path
    )
    assert printed == "1\n2\n"


def test_the_installed_app_runs_code(installed: Path, environment: dict[str, str], tmp_path: Path) -> None:
    terminal = Terminal(environment=environment, folder=tmp_path, command=installed / "workbench")
    try:
        terminal.see("idle", "local")
        terminal.type("x = 20; x + 1")
        terminal.press("f5")
        terminal.see("→ 21", "succeeded")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
    finally:
        terminal.close()
