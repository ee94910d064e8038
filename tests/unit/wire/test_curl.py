"""Commands that a shell really runs: with a curl that shows what it was given, and with the real one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.wire import curl
from backend.wire.client_side import ClientSide
from backend.wire.facts import Execute
from backend.wire.messages import HttpRequest
from backend.wire.problems import WireError
from backend.wire.versions import FEATURES, ApiVersion, Generation

POOL = "https://region.dynamicsessions.io/subscriptions/s/resourceGroups/g/sessionPools/p/"
HOSTILE = [
    "print(1)",
    "print('it''s', \"quoted\")",
    "a\nb\r\n\tc",
    "$(touch owned) `touch owned` ${HOME} $HOME !! \\!",
    "'; touch owned; '",
    '"; touch owned; "',
    "\\ \\n \\\\ \\' \\\"",
    "@file %s %n * ? [a-z] ~ & | < > # ;",
    "größe = 'データ' # 😀\u2028\u202e\x1b[31m\x7f\x01",
    "-o/tmp/x",
    "END\nEND",
    "\ud800",
    "",
]


def run(command: str, folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command as `sh -c` does, or, where it is too long for an argument, as one types it."""
    typed = len(command) > 100_000
    return subprocess.run(
        ["/bin/sh"] if typed else ["/bin/sh", "-c", command],
        input=command if typed else "",
        capture_output=True,
        text=True,
        cwd=folder,
        env=env,
        check=True,
        timeout=30,
    )


@dataclass(frozen=True)
class Shell:
    """A directory with a curl that writes down its arguments and an az that knows a token."""

    folder: Path

    def run(self, command: str) -> tuple[list[str], str]:
        """Arguments and standard input of curl, as `sh -c` gives them."""
        path = f"{self.folder}{os.pathsep}{os.environ['PATH']}"
        done = run(command, self.folder, {"PATH": path, "HOME": str(self.folder)})
        assert done.stderr == ""
        assert sorted(path.name for path in self.folder.iterdir()) == ["az", "curl"]
        shown = json.loads(done.stdout)
        return shown["arguments"], shown["input"]


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    folder = tmp_path_factory.mktemp("shell")
    shown = "print(json.dumps({'arguments': sys.argv[1:], 'input': sys.stdin.read()}))"
    programs = {"curl": f"import json, sys\n{shown}", "az": "import sys\nprint('TOKEN', *sys.argv[1:])"}
    for name, program in programs.items():
        file = folder / name
        file.write_text(f"#!{sys.executable} -I\n{program}\n")
        file.chmod(0o755)
    return Shell(folder)


def sent_code(version: ApiVersion, text: str) -> str:
    tree: dict[str, Any] = json.loads(text)
    legacy = FEATURES[version].generation is Generation.LEGACY
    code: str = (tree["properties"] if legacy else tree)["code"]
    return code


@pytest.mark.parametrize("code", HOSTILE)
@pytest.mark.parametrize("version", ApiVersion)
def test_code_arrives_letter_by_letter(shell: Shell, version: ApiVersion, code: str) -> None:
    command = curl.execution(code, "a b'\"$(x)", version=version, timeout=5)
    arguments, _ = shell.run(command)
    request = ClientSide(version).execute(Execute(code, "a b'\"$(x)", timeout=5))
    assert arguments == [
        "-X",
        "POST",
        request.url("http://localhost:6000"),
        "-H",
        "Content-Type: application/json",
        "--data-raw",
        request.body.decode(),
    ]
    assert sent_code(version, arguments[-1]) == code.replace("\ud800", "\ufffd")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.text(max_size=60))
def test_any_code_arrives(shell: Shell, code: str) -> None:
    arguments, _ = shell.run(curl.execution(code, "session-1"))
    assert sent_code(ApiVersion.V2025_10_02, arguments[-1]) == code.encode("utf-16", "surrogatepass").decode(
        "utf-16", "replace"
    )


def test_code_too_long_for_an_argument_goes_through_standard_input(shell: Shell) -> None:
    code = "print('''" + "it's\\n" * 60_000 + "''')"
    arguments, text = shell.run(curl.execution(code, "session-1"))
    assert arguments[-2:] == ["--data-binary", "@-"]
    assert sent_code(ApiVersion.V2025_10_02, text) == code


def test_a_token_is_fetched_for_https_and_for_nothing_else(shell: Shell) -> None:
    arguments, _ = shell.run(curl.execution("1", "session-1", base=POOL))
    token = "TOKEN account get-access-token --resource https://dynamicsessions.io --query accessToken -o tsv"
    assert arguments[2] == POOL + "executions?api-version=2025-10-02-preview&identifier=session-1"
    assert f"Authorization: Bearer {token}" in arguments
    for base in ("http://localhost:6000", "HTTP://pool.invalid"):
        arguments, _ = shell.run(curl.execution("1", "session-1", base=base))
        assert not [argument for argument in arguments if "TOKEN" in argument]
    assert "az account" in curl.execution("1", "session-1", base="HTTPS://pool.invalid")


def test_a_command_names_no_run_so_that_it_can_run_again() -> None:
    request = ClientSide(ApiVersion.V2025_10_02).execute(Execute("1", "session-1", "operation-1"))
    assert "operation-1" not in curl.command(request)


def test_a_command_reads_like_the_published_samples() -> None:
    assert curl.execution("print(1)", "test-identifier", version=ApiVersion.V2024_08_02, timeout=100) == (
        "curl -X POST 'http://localhost:6000/code/execute"
        "?api-version=2024-08-02-preview&identifier=test-identifier' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        """  --data-raw '{"properties": {"identifier": "test-identifier", "codeInputType": "inline", """
        """"executionType": "Synchronous", "code": "print(1)", "timeoutInSeconds": 100}}'"""
    )


@pytest.mark.parametrize("base", ["", "localhost:6000", "file:///etc/passwd", "-o/etc/x", "$(x)"])
def test_a_base_that_is_no_url_is_refused(base: str) -> None:
    with pytest.raises(WireError) as caught:
        curl.execution("1", "session-1", base=base)
    assert caught.value.field == "url"


NAMES = [
    "a.txt",
    "a b.txt",
    "größe.txt",
    "it's.txt",
    'a"b.txt',
    "a;b,c.txt",
    "a\\b.txt",
    "-x.txt",
    "$(x).txt",
]


@pytest.mark.parametrize("version", ApiVersion)
@pytest.mark.parametrize("name", NAMES)
def test_file_actions_name_the_file_and_nothing_else(shell: Shell, name: str, version: ApiVersion) -> None:
    client = ClientSide(version)
    safe = f"./{name}" if name.startswith("-") else name
    quoted = '"' + safe.replace("\\", "\\\\").replace('"', '\\"') + '"'
    label = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    for request, rest in (
        (client.upload("session-1", name), ["-F", f"file=@{quoted};filename={label}"]),
        (client.download("session-1", name), ["--fail", "--output", safe]),
        (client.delete("session-1", name), []),
        (client.describe("session-1", f"sub/{name}"), []),
        (client.list_files("session-1"), []),
    ):
        arguments, _ = shell.run(curl.command(request))
        assert arguments == ["-X", request.method, request.url("http://localhost:6000"), *rest]


class Recorder(HTTPServer):
    """A server that remembers what came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[tuple[str, str, bytes, str]] = []

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Recorder

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, self.path, body, self.headers.get("Content-Type", "")))
        self.send_response(200)
        self.send_header("Content-Length", "7")
        self.end_headers()
        self.wfile.write(b"content")

    do_GET = do_POST = _answer  # noqa: N815 - names of http.server

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with Recorder() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def really(command: str, folder: Path) -> None:
    run(command, folder, {"PATH": os.environ["PATH"], "HOME": str(folder), "no_proxy": "*"})


needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


@needs_curl
@pytest.mark.parametrize("name", NAMES)
def test_the_real_curl_uploads_and_downloads(tmp_path: Path, recorder: Recorder, name: str) -> None:
    (tmp_path / name).write_text("it")
    client = ClientSide(ApiVersion.V2025_10_02)
    really(curl.command(client.upload("session-1", f"sub/{name}"), recorder.base), tmp_path)
    [(method, path, body, kind)] = recorder.seen
    assert (method, path) == ("POST", client.upload("session-1", f"sub/{name}").target)
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    [part] = message.iter_parts()
    assert part.get_param("name", header="content-disposition") == "file"
    assert part.get_content().strip() == "it"
    really(curl.command(client.download("session-1", name), recorder.base, local="there"), tmp_path)
    assert (tmp_path / "there").read_text() == "content"
    assert recorder.seen[1][:2] == ("GET", client.download("session-1", name).target)


@needs_curl
@pytest.mark.parametrize("code", [*HOSTILE, pytest.param("x" * 200_000, id="long")])
def test_the_real_curl_sends_the_code(tmp_path: Path, recorder: Recorder, code: str) -> None:
    really(curl.execution(code, "{a}[1-3],b", base=recorder.base), tmp_path)
    [(method, path, body, kind)] = recorder.seen
    request: HttpRequest = ClientSide(ApiVersion.V2025_10_02).execute(Execute(code, "{a}[1-3],b"))
    assert (method, path, kind) == ("POST", request.target, "application/json")
    assert body.rstrip(b"\n") == request.body
