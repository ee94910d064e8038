"""The service's own samples: each curl command of its document, run by curl, gets the answer shown there.

`samples.md` is a copy of them. Only port, path of the uploaded file and id of the polled execution are ours.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.ordinary.needs import lack
from tests.unit.server.command import Served, serving

SAMPLES = Path(__file__).parent / "samples.md"
FOLDER = "/path/to/your/file"
POLLED = "8963ad02-1d0b-43ef-9863-0cefd18d5fb4"
QUERY = "api-version=2024-10-02-preview&identifier=test-identifier"
AFTER = {
    # this upload names no session, and what follows looks in another one than the default
    f'curl -v -X POST -F "file=@{FOLDER}/README.md" ': [
        f"curl -F file=@{FOLDER}/README.md 'http://localhost:6000/files?{QUERY}'"
    ],
    # what follows looks for README2.md alone, and nothing shows where that came from
    f'curl -v  -X POST -F "file=@{FOLDER}/README.md" ': [
        f"curl -F file=@{FOLDER}/README2.md 'http://localhost:6000/files?{QUERY}'",
        f"curl -X DELETE 'http://localhost:6000/files/README.md?{QUERY}'",
    ],
}
CONTRADICTED = "files/README2.md/content"  # its trace shows the metadata of another request


@dataclass(frozen=True)
class Sample:
    """A command with the answer that the document shows."""

    command: str
    status: int
    headers: dict[str, str]
    body: Any


def samples() -> list[Sample]:
    """All of them, in order; an answer may stand in a block of its own behind the command's."""
    blocks = re.findall(r"```shell\n(.*?)```", SAMPLES.read_text("utf-8"), re.DOTALL)
    joined: list[str] = []
    for block in blocks:
        if block.startswith("curl"):
            joined.append(block)
        else:
            joined[-1] += "\n" + block
    return [_sample(text) for text in joined]


def _sample(text: str) -> Sample:
    end = re.search(r"\n\s*\n", text)
    assert end is not None
    command, shown = text[: end.start()], text[end.end() :]
    status = re.search(r"^< HTTP/1.1 (\d+)", shown, re.MULTILINE)
    headers = dict(re.findall(r"^< ([A-Za-z-]+): (.*)$", shown, re.MULTILINE))
    body = re.search(r"^[\[{](?! \[).*\Z", shown, re.MULTILINE | re.DOTALL)
    tree = json.loads(body.group()) if body and not body.group().startswith(("[5045", "{ [148")) else None
    return Sample(command, int(status.group(1)) if status else 202, headers, tree)


SAMPLED = samples()


def kinds(tree: Any) -> Any:
    """Keys and JSON types, however deep."""
    if isinstance(tree, dict):
        return {key: kinds(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [kinds(value) for value in tree]
    return "number" if isinstance(tree, int | float) and not isinstance(tree, bool) else type(tree).__name__


def test_the_copy_has_every_command() -> None:
    assert len(SAMPLED) == 15
    assert SAMPLES.read_text("utf-8").count("\ncurl ") == 15


class Curl:
    """Runs the commands in a folder with the files that they name."""

    def __init__(self, folder: Path, server: Served) -> None:
        self.folder = folder
        self.server = server
        self.polled = ""
        folder.joinpath(".curlrc").write_text('dump-header = "headers"\nno-progress-meter\nnoproxy = "*"\n')
        for name in ("README.md", "README2.md"):
            folder.joinpath(name).write_text("# " + "x" * 131, encoding="ascii")

    def run(self, command: str) -> tuple[int, dict[str, str], bytes]:
        """Code, headers and body of the answer."""
        command = command.replace("localhost:6000", f"localhost:{self.server.port}")
        command = command.replace(FOLDER, str(self.folder)).replace(POLLED, self.polled or POLLED)
        work = self.folder / "work"
        work.mkdir(exist_ok=True)
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(work),
            "CURL_HOME": str(self.folder),
        }
        ran = subprocess.run(
            ["bash", "-c", command], cwd=work, env=environment, capture_output=True, timeout=30
        )
        assert ran.returncode == 0, ran.stderr.decode()
        lines = (work / "headers").read_text("ascii").strip().splitlines()
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        saved = [path for path in work.iterdir() if path.name != "headers"]
        body = saved[0].read_bytes() if saved else ran.stdout
        shutil.rmtree(work)
        return int(lines[0].split()[1]), headers, body


@pytest.fixture(scope="module")
def curl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Curl]:
    if shutil.which("curl") is None:
        lack("curl is not installed")
    folder = tmp_path_factory.mktemp("samples")
    with serving(folder / "home", "--isolation", "process") as server:
        yield Curl(folder, server)


def test_every_sample_gets_the_answer_shown(curl: Curl) -> None:
    """In the document's order: later commands see what earlier ones did."""
    for sample in SAMPLED:
        status, headers, body = curl.run(sample.command)
        assert status == sample.status, sample.command
        for name, value in sample.headers.items():
            assert name.lower() in headers, (sample.command, name)
            if name == "Content-Type" and CONTRADICTED not in sample.command:
                assert headers["content-type"] == value, sample.command
        if sample.body is not None:
            polled = POLLED in sample.command
            answered = _final(curl, sample.command) if polled else json.loads(body)
            if "properties" in answered and "$id" in answered["properties"]:
                del answered["properties"]["result"]  # the service's other name of the same value
            assert kinds(answered) == kinds(sample.body), sample.command
            _same_words(answered, sample.body)
        elif sample.status == 204:
            assert body == b""
        else:
            assert body == (curl.folder / "README.md").read_bytes(), sample.command
        if "operation-location" in headers:
            curl.polled = headers["operation-id"]
            assert curl.polled in headers["operation-location"]
        for command in AFTER.get(sample.command.partition("'http")[0], ()):
            assert curl.run(command)[0] in (200, 204)


def _final(curl: Curl, command: str) -> Any:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        answered = json.loads(curl.run(command)[2])
        if answered["status"] not in ("Running", "NotStarted"):
            return answered
        time.sleep(0.1)
    raise TimeoutError(answered)


def _same_words(answered: Any, shown: Any) -> None:
    """Status and streams are those shown."""
    for place in (("status",), ("properties", "status"), ("properties", "stdout"), ("result", "stdout")):
        one, other = answered, shown
        for key in place:
            one, other = (tree.get(key) if isinstance(tree, dict) else None for tree in (one, other))
        assert one == other, place
