"""Where files are and what is denied, as an ordinary user: there only a user namespace makes it possible."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.ordinary.needs import needs_bubblewrap, needs_namespaces
from tests.ordinary.stage import Stage

LEVELS = ["process", "confined", "sealed"]


@pytest.fixture(params=LEVELS)
def isolation(request: pytest.FixtureRequest) -> str:
    """A level that can be had here."""
    needs_namespaces()
    if request.param == "sealed":
        needs_bubblewrap()
    return str(request.param)


def test_files_are_at_mnt_data_and_no_capability_is_left(stage: Stage, isolation: str) -> None:
    code = (
        "open('near', 'w').write('x')\nopen('/mnt/data/far', 'w').write('x')\n"
        "' '.join(line.split()[1] for line in open('/proc/self/status') if line.startswith('Cap'))"
    )
    seen = stage.play("place", code=code, isolation=isolation)
    assert (seen["place"], seen["remark"], seen["isolation"]) == ("/mnt/data", "", isolation)
    assert sorted(seen["files"]) == ["far", "near"]
    assert seen["ran"]["value"] == repr(" ".join(["0" * 16] * 5)), seen


def test_capabilities_do_not_come_back(stage: Stage, isolation: str) -> None:
    code = (
        "import subprocess\n"
        "print(subprocess.run(['grep', 'CapEff', '/proc/self/status'], capture_output=True).stdout)"
    )
    mount = "import ctypes\nctypes.CDLL(None).mount(b'none', b'/mnt', b'tmpfs', 0, None)"
    first, second = stage.play("cells", cells=[code, mount], isolation=isolation)
    assert "0000000000000000" in first["stdout"]
    assert second["value"] == "-1"


ABOVE = """
def parent(pid): return int(open(f'/proc/{pid}/stat').read().rpartition(')')[2].split()[1])
def readable(path):
    try: open(path, 'rb').close()
    except OSError: return False
    return True
import os
keeper = os.getppid()
app = parent(parent(keeper))
"""


def test_the_apps_environment_and_memory_are_not_to_be_read(stage: Stage) -> None:
    """By code in no namespace of its own, which could read them of another process of its user."""
    look = "[name for name in ('environ', 'mem', 'maps') if readable(f'/proc/{%s}/{name}')]"
    cells = [ABOVE, look % "keeper", look % "app"]
    seen = stage.play("cells", cells=cells, mnt_data=False)
    assert [each["value"] for each in seen] == [None, "['environ', 'mem', 'maps']", "[]"]


def test_without_mnt_data_files_are_where_they_are(stage: Stage) -> None:
    seen = stage.play("place", code="open('near', 'w').write('x')", mnt_data=False)
    assert seen["place"].endswith("/data")
    assert not seen["place"].startswith("/mnt")
    assert seen["files"] == ["near"]


@pytest.fixture
def port() -> Iterator[int]:
    """A port of this machine on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)

        def accept() -> None:
            try:
                while True:
                    server.accept()[0].close()
            except OSError:
                pass

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]


def _deeds(own: str, port: int) -> dict[str, str]:
    """Things to do in a folder of the user's own and on the network."""
    return {
        "write": f"open({own + '/outside'!r}, 'a').write('x')",
        "write in /tmp": (
            "import os\nopen('/var/tmp/workbench-tests', 'a').close()\nos.unlink('/var/tmp/workbench-tests')"
        ),
        "list": f"import os\nos.listdir({own!r})",
        "network": f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 2)",
    }


def test_what_is_outside_is_denied(stage: Stage, isolation: str, port: int) -> None:
    deeds = _deeds(str(stage.own), port)
    seen: list[dict[str, Any]] = stage.play("cells", cells=list(deeds.values()), isolation=isolation)
    came = {name: each["status"] for name, each in zip(deeds, seen, strict=True)}
    expected = "succeeded" if isolation == "process" else "failed"
    assert came == dict.fromkeys(deeds, expected), seen
    if isolation != "process":
        assert {each["error"] for each in seen} <= {
            "PermissionError",
            "FileNotFoundError",
            "ConnectionRefusedError",
            "OSError",
        }, seen


def test_memory_over_the_limit_is_an_error_that_costs_nothing(stage: Stage, isolation: str) -> None:
    cells = [
        "kept = 41",
        "bytearray(8 << 30)",
        "x = []\nwhile True: x.append('x' * 10**6)",
        "x = None\nkept + 1",
    ]
    _, first, second, third = stage.play("cells", cells=cells, isolation=isolation, memory_limit=512 << 20)
    assert (first["error"], second["error"], third["value"]) == ("MemoryError", "MemoryError", "42")


def test_a_data_directory_without_rights_says_so_and_comes_back(stage: Stage, isolation: str) -> None:
    said, changed, denied, beside, after, back = stage.play("locked", isolation=isolation)
    assert (changed["status"], said["mode"]) == ("succeeded", 0)
    assert denied["error"] == "PermissionError"
    assert beside["value"] == "2"
    assert "access is denied" in said["listing"]
    # a session that starts there works in it as far as rights go, or says why it cannot
    assert after["status"] == "succeeded" or "cannot be used" in after["words"], after
    assert back["status"] == "succeeded", back
