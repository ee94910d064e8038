"""`workbench serve` as a process: what it says, how it ends, and what it refuses to begin."""

from __future__ import annotations

import contextlib
import http.client
import json
import resource
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.ordinary.needs import lack
from tests.processes import descendants
from tests.unit.server.command import COMMAND, environment, serving

STUBBORN = "import time\nwhile True:\n    try: time.sleep(100)\n    except BaseException: pass"
JSON = {"Content-Type": "application/json"}
PROCESS = ("--isolation", "process")


def ask(
    port: int, method: str, target: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    """Code and body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        data = None if body is None else json.dumps(body).encode()
        connection.request(method, target, data, {**(JSON if data else {}), **(headers or {})})
        answer = connection.getresponse()
        content = answer.read()
        return answer.status, json.loads(content) if content else None
    finally:
        connection.close()


def execute(port: int, code: str, session: str = "test", **more: Any) -> dict[str, Any]:
    status, body = ask(port, "POST", f"/executions?identifier={session}", {"code": code, **more})
    assert status == 200, body
    assert isinstance(body, dict)
    return body


def run(home: Path, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """A serve that is expected to end by itself."""
    return subprocess.run(
        [COMMAND, "serve", *arguments],
        env=environment(home),
        cwd=home.parent,
        capture_output=True,
        text=True,
        timeout=30,
        **options,
    )


def refused(ran: subprocess.CompletedProcess[str], code: int) -> str:
    """The sentence of a refusal."""
    assert ran.returncode == code, ran
    assert ran.stdout == ""
    assert len(ran.stderr.splitlines()) <= 2, ran.stderr
    assert ran.stderr.startswith("workbench: ")
    return ran.stderr


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def asking() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


def begun(port: int) -> None:
    """Wait until code has written the file that tells that it runs."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        status, body = ask(port, "GET", "/files?identifier=test")
        if status == 200 and any(file["name"] == "begun" for file in body["value"]):
            return
        time.sleep(0.02)
    raise TimeoutError


def running(asking: ThreadPoolExecutor, port: int, code: str) -> Future[tuple[int, Any]]:
    """An execution that has begun."""
    code = code if "begun" in code else f"open('begun', 'w').close()\n{code}"
    found = asking.submit(ask, port, "POST", "/executions?identifier=test", {"code": code})
    begun(port)
    return found


def test_a_server_says_where_it_is_and_how_to_sign_in(home: Path) -> None:
    with serving(home, *PROCESS) as server:
        words = ("http://127.0.0.1:", "http://[::1]:", "process", sys.executable.rpartition("/")[0], "Ctrl+C")
        for word in words:
            assert word in server.banner, word
        assert len(server.token) == 43
        assert server.token not in server.banner
        assert stat.S_IMODE(server.token_file.stat().st_mode) == 0o600
        assert stat.S_IMODE(server.token_file.parent.stat().st_mode) == 0o700
        assert execute(server.port, "6 * 7")["result"]["executionResult"] == 42
        token_file, token = server.token_file, server.token
        code, said = server.stop()
        assert (code, token_file.exists()) == (0, False)
        assert token not in said
    assert list((home / "data" / "served").iterdir()) == [home / "data" / "served" / "lock"]


def test_code_from_elsewhere_is_confined_unless_told_otherwise(home: Path) -> None:
    try:
        with serving(home) as server:
            assert "confined" in server.banner
            assert ask(server.port, "GET", "/health")[1]["isolation"] == "confined"
            answer = execute(server.port, "import socket; socket.socket()")
            assert answer["status"] == "Failed"
            assert execute(server.port, "open('/mnt/data/x', 'w').write('x')")["status"] == "Succeeded"
    except AssertionError as error:
        if "cannot be had here" in str(error):
            lack("confined cannot be had here")
        raise


def test_a_level_that_cannot_be_had_is_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT, "serve", "--port", "0", "--isolation", "sealed"],
        env={**environment(home), "PATH": str(tmp_path / "empty")},
        capture_output=True,
        text=True,
        timeout=30,
    )
    said = refused(ran, 3)
    assert "sealed cannot be had here" in said
    assert "--isolation" in said


WITHOUT = """
import sys
from backend.executor.isolation import bubblewrap
bubblewrap.find = lambda *_: None
from workbench.cli.main import run
sys.exit(run(sys.argv[1:]))
"""


def test_a_taken_port_is_named_with_what_to_do(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refused(run(home, *PROCESS, "--port", str(port)), 3)
        assert str(port) in said
        assert "--port" in said
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        port = other.getsockname()[1]
        assert f"port {port} of ::1" in refused(run(home, *PROCESS, "--port", str(port)), 3)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--host", "0.0.0.0"), "--expose"),
        (("--host", "::"), "--expose"),
        (("--host", "192.0.2.1", "--expose"), "--host"),
        (("--host", "0.0.0.0", "--expose", "--insecure-no-token"), "token"),
        (("--insecure-no-token", "--isolation", "process"), "confined"),
        (("--tls-cert", "cert.pem"), "--tls-key"),
        (("--tls-key", "key.pem"), "--tls-cert"),
        (("--tls-cert", "nothing.pem", "--tls-key", "nothing.pem"), "nothing.pem"),
        (("--port", "70000"), "--port"),
        (("--max-sessions", "0"), "--max-sessions"),
        (("--idle-timeout", "-1"), "--idle-timeout"),
        (("--profile", "nobody"), "nobody"),
        (("--token-file", "/proc/token"), "/proc"),
    ],
    ids=" ".join,
)
def test_flags_that_cannot_be_are_refused(home: Path, arguments: tuple[str, ...], word: str) -> None:
    level = () if "--isolation" in arguments else PROCESS
    if "--insecure-no-token" in arguments and "--expose" in arguments:
        level = ()
    ran = run(home, "--port", "0", *level, *arguments)
    assert ran.returncode == 2, ran
    assert word in ran.stderr
    assert "Traceback" not in ran.stderr


def test_what_is_no_token_is_not_written_over(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "private"
    folder.mkdir(mode=0o700)
    precious = folder / "precious"
    precious.write_text("something else\n" * 10, encoding="ascii")
    assert "precious" in refused(run(home, *PROCESS, "--port", "0", "--token-file", str(precious)), 2)
    assert precious.read_text("ascii").startswith("something else")
    folder.chmod(0o755)
    assert "0700" in refused(run(home, *PROCESS, "--port", "0", "--token-file", str(folder / "token")), 2)
    folder.chmod(0o700)
    with serving(home, *PROCESS, "--token-file", str(folder / "token")) as server:
        first = (folder / "token").read_text("ascii")
        server.stop(signal.SIGKILL)
    with serving(home, *PROCESS, "--token-file", str(folder / "token")):
        assert (folder / "token").read_text("ascii") != first


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `cert.pem` and `key.pem` for localhost."""
    folder = tmp_path_factory.mktemp("tls")
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "1",
    ]
    try:
        subprocess.run(
            [*command, "-subj", "/CN=localhost", "-addext", names, "-keyout", "key.pem", "-out", "cert.pem"],
            cwd=folder,
            check=True,
            capture_output=True,
        )
    except FileNotFoundError:
        lack("openssl is not installed")
    return folder


def test_https_is_served_with_a_certificate(home: Path, certificate: Path) -> None:
    flags = ("--tls-cert", str(certificate / "cert.pem"), "--tls-key", str(certificate / "key.pem"))
    with serving(home, *PROCESS, *flags) as server:
        assert f"https://127.0.0.1:{server.port}" in server.banner
        context = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
        connection = http.client.HTTPSConnection("localhost", server.port, context=context, timeout=20)
        connection.request("POST", "/executions?identifier=test", b'{"code": "6 * 7"}', JSON)
        assert json.loads(connection.getresponse().read())["result"]["executionResult"] == 42
        connection.close()


def test_a_key_of_another_certificate_is_refused(home: Path, certificate: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    subprocess.run(
        ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", str(other)],
        check=True,
        capture_output=True,
    )
    ran = run(
        home, *PROCESS, "--port", "0", "--tls-cert", str(certificate / "cert.pem"), "--tls-key", str(other)
    )
    assert "no certificate with its key" in refused(ran, 2)


def test_exposed_it_warns_and_needs_the_token_of_others(home: Path) -> None:
    with serving(home, *PROCESS, "--host", "0.0.0.0", "--expose") as server:
        assert "Others can reach" in server.banner
        assert "unencrypted" in server.banner
        status, _ = ask(server.port, "GET", "/listSessions", headers={"Host": f"0.0.0.0:{server.port}"})
        assert status == 403
        name = {"Host": f"{socket.gethostname()}:{server.port}"}
        assert ask(server.port, "GET", "/health", headers=name)[0] == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_interrupts_what_runs_and_ends_in_time(
    home: Path, asking: ThreadPoolExecutor, number: signal.Signals
) -> None:
    with serving(home, *PROCESS) as server:
        answer = running(asking, server.port, STUBBORN)
        below = descendants(server.process.pid)
        began = time.monotonic()
        code, _ = server.stop(number)
        assert time.monotonic() - began < 5.5
        assert code == 0
        status, body = answer.result()
        assert (status, body["status"]) == (200, "Canceled")
        assert below
        assert not alive(below)


def test_while_it_ends_no_new_work_is_taken(home: Path, asking: ThreadPoolExecutor) -> None:
    with serving(home, *PROCESS) as server:
        kept = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        running(asking, server.port, STUBBORN)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)  # it waits for the code, for two seconds more
        with contextlib.suppress(OSError, http.client.HTTPException):
            kept.request("POST", "/executions?identifier=other", b'{"code": "1"}', JSON)
            assert kept.getresponse().status == 503


def test_a_second_signal_does_not_wait(home: Path, asking: ThreadPoolExecutor) -> None:
    with serving(home, *PROCESS) as server:
        answer = running(asking, server.port, STUBBORN)
        below = descendants(server.process.pid)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)  # until it has taken the first one
        began = time.monotonic()
        code, _ = server.stop()
        assert time.monotonic() - began < 1.5
        assert code == 128 + signal.SIGTERM
        with pytest.raises((OSError, http.client.HTTPException)):
            answer.result()
        gone_within(below, 2)


def test_killed_it_leaves_no_process_and_the_next_one_cleans_up(
    home: Path, asking: ThreadPoolExecutor
) -> None:
    with serving(home, *PROCESS) as server:
        code = "import subprocess, time\nsubprocess.Popen(['sleep', '100'], start_new_session=True)\n"
        running(asking, server.port, code + "open('begun', 'w').close()\ntime.sleep(100)")
        below = descendants(server.process.pid)
        assert len(below) >= 3
        server.process.kill()
        server.process.wait()
        gone_within(below, 2)
        left = [entry for entry in (home / "data" / "served").iterdir() if entry.is_dir()]
        assert len(left) == 1
    with serving(home, *PROCESS) as server:
        assert not left[0].exists()
        assert execute(server.port, "1")["status"] == "Succeeded"


def test_two_servers_keep_their_files_apart(home: Path) -> None:
    with serving(home, *PROCESS) as one, serving(home, *PROCESS) as other:
        execute(one.port, "x = 1; open('mine', 'w').close()")
        assert ask(other.port, "GET", "/files?identifier=test")[1]["value"] == []
        assert ask(one.port, "DELETE", "/session?identifier=test")[0] == 204
        assert ask(one.port, "GET", "/files?identifier=test")[1]["value"] == []


def test_few_descriptors_refuse_the_new_and_spare_the_running(home: Path, asking: ThreadPoolExecutor) -> None:
    with serving(home, *PROCESS) as server:
        execute(server.port, "x = 1")
        answer = running(asking, server.port, "import time; time.sleep(1.5); 'done'")
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (40, 40))
        with contextlib.ExitStack() as crowd:
            for _ in range(150):
                with contextlib.suppress(OSError):
                    crowd.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=1))
            status, body = answer.result()
            assert (status, body["status"]) == (200, "Succeeded")
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, http.client.HTTPException):
                status, body = ask(server.port, "POST", "/executions?identifier=test", {"code": "x"})
                if status == 200:
                    assert body["result"]["executionResult"] == 1
                    return
        raise AssertionError("it did not recover")


def test_the_help_teaches_and_warns(home: Path) -> None:
    said = " ".join(run(home, "--help").stdout.split())
    words = (
        "127.0.0.1",
        "6000",
        "Browsers refuse",
        "`process` is not a sandbox",
        "curl",
        "--token-file",
        "Exit codes",
    )
    for word in words:
        assert word in said, word


def alive(pids: set[int]) -> set[int]:
    """Those that still run; zombies do not."""
    found = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX":
                found.add(pid)
    return found


def gone_within(pids: set[int], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(pids)
