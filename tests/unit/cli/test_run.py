"""`workbench run`: code, streams, value, exit code, and the document of --json."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

from tests.ordinary.needs import needs_bubblewrap
from tests.unit.cli.conftest import LIMIT, Shell, sentence

WORDS = "id session profile api_version isolation status state_lost stdout stderr value error"
KEYS = [*WORDS.split(), "started_at", "duration_ms", "files_changed"]


def document(ran: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The one document on stdout."""
    assert ran.stdout.count("\n") == 1, ran.stdout
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def history(shell: Shell) -> list[dict[str, Any]]:
    """What is stored, newest first."""
    found: list[dict[str, Any]] = json.loads(shell.run("history", "--json").stdout)
    return found


def test_streams_stay_apart_and_the_last_value_comes_last(shell: Shell) -> None:
    ran = shell.run("run", "-c", "import sys; print(1); print('e', file=sys.stderr); 2")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "1\n2\n", "e\n")


def test_the_value_begins_a_line_of_its_own(shell: Shell) -> None:
    ran = shell.run("run", "-c", "print('no newline', end=''); {'a': 1}")
    assert ran.stdout == "no newline\n{'a': 1}\n"


def test_a_traceback_is_on_stderr(shell: Shell) -> None:
    ran = shell.run("run", "-c", "print('before')\n1/0")
    assert (ran.returncode, ran.stdout) == (1, "before\n")
    assert ran.stderr.startswith("Traceback (most recent call last):\n")
    assert ran.stderr.endswith("ZeroDivisionError: division by zero\n")


def test_a_file_and_standard_input_are_run(shell: Shell) -> None:
    (shell.folder / "job.py").write_bytes(b"\xef\xbb\xbfprint('from the file')")
    assert shell.run("run", "job.py").stdout == "from the file\n"
    assert shell.run("run", "-", stdin="print('from stdin')").stdout == "from stdin\n"


def test_json_has_every_key_of_the_contract(shell: Shell) -> None:
    code = "import sys; open('new.txt','w').write('x'); print('o'); print('e', file=sys.stderr); 6 * 7"
    ran = shell.run("run", "--json", "--session", "s [/]", "-c", code)
    found = document(ran)
    assert ran.returncode == 0
    assert ran.stderr == ""
    assert set(found) >= set(KEYS)
    assert {key: found[key] for key in KEYS[1:10]} == {
        "session": "s [/]",
        "profile": "local",
        "api_version": "2025-10-02-preview",
        "isolation": "process",
        "status": "succeeded",
        "state_lost": False,
        "stdout": "o\n",
        "stderr": "e\n",
        "value": {"text/plain": "42"},
    }
    assert found["error"] is None
    assert found["duration_ms"] > 0
    assert found["files_changed"] == [{"path": "new.txt", "change": "created", "size": 1}]
    stored = history(shell)[0]
    assert stored.pop("code") == code
    assert stored == found


def test_json_of_a_failure_has_the_error(shell: Shell) -> None:
    ran = shell.run("run", "--json", "-c", "raise ValueError('\\udcff \\x1b[31m')")
    found = document(ran)
    assert ran.returncode == 1
    assert found["status"] == "failed"
    assert found["value"] is None
    assert set(found["error"]) == {"name", "message", "traceback"}
    assert found["error"]["name"] == "ValueError"


def test_the_time_limit_ends_with_124(shell: Shell) -> None:
    ran = shell.run("run", "--timeout", "0.3", "-c", "print('on', flush=True)\nwhile 1: pass")
    assert (ran.returncode, ran.stdout) == (124, "on\n")
    assert sentence(ran.stderr) == "workbench: The time limit of 0.3 s was reached.\n"


def test_a_dead_worker_is_one_sentence_and_1(shell: Shell) -> None:
    ran = shell.run("run", "-c", "import os; os.kill(os.getpid(), 9)")
    assert ran.returncode == 1
    assert "killed by signal 9 (SIGKILL)" in sentence(ran.stderr)
    assert history(shell)[0]["status"] == "worker_died"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_code_and_history_says_interrupted(shell: Shell, number: int) -> None:
    with shell.start("run", "-c", "import time\nprint('started', flush=True)\ntime.sleep(60)") as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "started\n"
        started.send_signal(number)
        _, errors = started.communicate(timeout=LIMIT)
    assert started.returncode == 130
    assert "Traceback" not in errors
    entry = history(shell)[0]
    assert (entry["status"], entry["stdout"]) == ("interrupted", "started\n")


def test_the_first_line_comes_before_the_end(shell: Shell) -> None:
    code = "import os, time\nprint('first', flush=True)\nwhile not os.path.exists('go'): time.sleep(0.01)"
    with shell.start("run", "-c", code) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "first\n"
        assert started.poll() is None
        (data,) = (shell.home / "data" / "sessions").glob("*/data")
        (data / "go").touch()
        started.communicate(timeout=LIMIT)
    assert started.returncode == 0


def test_a_reader_that_goes_away_stops_the_code_in_silence(shell: Shell) -> None:
    with shell.start("run", "-c", "i = 0\nwhile True: print(i); i += 1") as started:
        assert started.stdout is not None
        assert started.stderr is not None
        assert started.stdout.readline() == "0\n"
        started.stdout.close()
        assert started.wait(LIMIT) == 130
        assert started.stderr.read() == ""
    assert history(shell)[0]["status"] == "interrupted"


@pytest.mark.parametrize("arguments", [("run", "-c", "print(1)"), ("run", "--json", "-c", "1"), ("--help",)])
def test_a_full_disk_is_one_sentence(shell: Shell, arguments: tuple[str, ...]) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    with full.open("w") as out:
        ran = shell.run(*arguments, capture_output=False, stdout=out, stderr=subprocess.PIPE)
    assert ran.returncode == 1
    assert ran.stderr == "workbench: The output cannot be written: No space left on device.\n"


def test_closed_streams_are_as_good_as_dev_null(shell: Shell) -> None:
    command = f'exec "{Path(sys.executable).parent / "workbench"}" run -c "print(1)" <&- >&- 2>&-'
    ran = subprocess.run(["sh", "-c", command], env=shell.environment(), cwd=shell.folder, timeout=LIMIT)
    assert ran.returncode == 0
    assert history(shell)[0]["stdout"] == "1\n"


def test_a_second_run_takes_another_session_and_a_named_one_is_refused(shell: Shell) -> None:
    code = "import sys\nprint('on', flush=True)\nimport time; time.sleep(60)"
    with shell.start("run", "-c", code) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "on\n"
        second = document(shell.run("run", "--json", "-c", "1"))
        refused = shell.run("run", "--json", "--session", "default", "-c", "1")
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=LIMIT)
    assert second["session"] == "default-2"
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "Another workbench has the session 'default' open." in sentence(refused.stderr)


def test_a_python_without_ipython_runs_sessions(shell: Shell) -> None:
    bare = shell.folder / "bare"
    venv.create(bare, symlinks=True)
    ran = shell.run("run", "--python", str(bare), "-c", "import sys; print(sys.prefix); 3")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{bare}\n3\n", "")


def test_files_stay_and_variables_go(shell: Shell) -> None:
    shell.run("run", "-c", "open('kept', 'w').write('x'); x = 1")
    ran = shell.run("run", "-c", "print(open('kept').read()); x")
    assert ran.stdout == "x\n"
    assert "NameError" in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("run",), 2, "Give a file, -c CODE, or - for standard input."),
        (("run", "-c", "1", "x.py"), 2, "Give a file, -c CODE"),
        (("run", "missing.py"), 2, "missing.py cannot be read: No such file or directory."),
        (("run", "."), 2, ". cannot be read: Is a directory."),
        (("run", "latin.py"), 2, "latin.py is not UTF-8 (byte 1)."),
        (("run", "--nope"), 2, "No such option '--nope'"),
        (("run", "--timeout", "0", "-c", "1"), 2, "not in the range x>0"),
        (("run", "--timeout", "nan", "-c", "1"), 2, "give a number of seconds"),
        (("run", "--session", " ", "-c", "1"), 2, "a session has a name"),
        (("run", "--profile", "locl", "-c", "1"), 2, "there is no profile 'locl'; did you mean 'local'?"),
        (("run", "--api-version", "2020", "-c", "1"), 2, "'2020' is not one of"),
        (("run", "--json", "--url", "http://127.0.0.1:1", "-c", "1"), 3, "127.0.0.1 cannot be reached"),
        (("run", "--python", "/no/python", "-c", "1"), 3, "There is no interpreter /no/python."),
        (("run", "--python", "/bin/true", "-c", "1"), 3, "/bin/true cannot run sessions"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, tuple) else None,
)
def test_what_cannot_be_run_is_one_sentence(
    shell: Shell, arguments: tuple[str, ...], code: int, words: str
) -> None:
    (shell.folder / "latin.py").write_bytes(b"'\xe9'")
    ran = shell.run(*arguments)
    assert (ran.returncode, ran.stdout) == (code, "")
    assert words in sentence(ran.stderr)


def test_a_folder_that_is_gone_is_one_sentence(shell: Shell) -> None:
    gone = shell.folder / "gone"
    gone.mkdir()
    command = f'cd "{gone}" && rmdir "{gone}" && exec "{Path(sys.executable).parent / "workbench"}" run -c 1'
    ran = subprocess.run(
        ["sh", "-c", command], env=shell.environment(), capture_output=True, text=True, timeout=LIMIT
    )
    assert ran.returncode == 2
    assert "is not there any more" in sentence(ran.stderr)


@pytest.mark.skipif(os.name != "posix", reason="bytes in arguments")
def test_code_that_is_not_unicode_fails_and_is_stored(shell: Shell) -> None:
    ran = shell.run("run", "--json", "-c", os.fsdecode(b"print('\xff')"))
    assert ran.returncode == 1
    assert document(ran)["status"] == "failed"
    assert history(shell)[0]["code"] == "print('\udcff')"


@pytest.mark.parametrize("level", ["confined", "sealed", "auto"])
def test_a_level_is_used_and_told(shell: Shell, level: str) -> None:
    needs_bubblewrap()
    ran = shell.run(
        "run", "--isolation", level, "--json", "-c", "import os; os.listdir(os.path.sep + 'root')"
    )
    told = json.loads(ran.stdout)
    assert told["isolation"] == ("sealed" if level == "auto" else level)
    assert told["error"]["name"] in ("PermissionError", "FileNotFoundError")
    found = json.loads(shell.run("history", "--json").stdout)
    assert found[0]["isolation"] == told["isolation"]


def test_a_level_that_is_not_there_is_refused_with_its_remedy(shell: Shell) -> None:
    ran = shell.run("run", "--isolation", "sealed", "-c", "print(1)", more={"PATH": "/nowhere"})
    assert (ran.returncode, ran.stdout) == (3, "")
    assert "sealed cannot be had here: The level sealed needs bubblewrap" in sentence(ran.stderr)
    assert "A weaker level never takes its place" in ran.stderr
