"""Where code finds its files: at /mnt/data in a view of its own, where they are when that cannot be."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from backend.executor.worker import places, repair
from backend.executor.worker.confine import capabilities, kernel, mounts
from tests.ordinary.needs import User, needs_namespaces, needs_ordinary_user
from tests.unit.executor.hatch import ROOT, Hatch, Worker, hatch

UNSHARE, MOUNT = {"unshare": (272, 97)}, {"mount": (165, 40)}
STAGED = """
mounts.mount("tmpfs", "/mnt", "tmpfs", 0)
os.mkdir("/mnt/disk"); open("/mnt/disk/inside", "w").write("deep")
os.mkdir("/mnt/under"); mounts.mount("tmpfs", "/mnt/under", "tmpfs", 0); open("/mnt/under/x", "w").close()
open("/mnt/note", "w").write("noted"); os.symlink("note", "/mnt/link"); os.mkfifo("/mnt/pipe")
os.mkdir("/mnt/closed", 0o700)
"""
ENTRIES = ["closed", "disk", "link", "note", "pipe", "under"]
LOOK = """
import json, os, stat
def kind(path): return stat.S_IFMT(os.lstat(path).st_mode)
def tried(do):
    try: return do()
    except OSError as error: return type(error).__name__
print(json.dumps({
    "names": sorted(os.listdir("/mnt")), "cwd": os.getcwd(),
    "deep": open("/mnt/disk/inside").read(), "note": open("/mnt/link").read(),
    "under": os.listdir("/mnt/under"),
    "link": os.readlink("/mnt/link"), "pipe": stat.S_ISFIFO(os.stat("/mnt/pipe").st_mode),
    "new": tried(lambda: open("/mnt/new", "w")), "folder": tried(lambda: os.mkdir("/mnt/folder")),
}))
"""


@pytest.fixture(params=["root", "ordinary"])
def who(request: pytest.FixtureRequest) -> User:
    """Root and an ordinary user, each as far as it can be had."""
    if request.param == "ordinary":
        needs_namespaces()
        return needs_ordinary_user()
    if os.getuid():
        pytest.skip("we are not root")
    return ROOT


@pytest.fixture(params=["process", "confined"])
def level(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def made() -> Iterator[Any]:
    """Makes hatches that are closed in the end."""
    with ExitStack() as stack:
        yield lambda *args, **kwargs: stack.enter_context(hatch(*args, **kwargs))


def data(worker: Worker) -> Path:
    return worker.folder / "data"


def mount_table() -> str:
    return Path("/proc/self/mountinfo").read_text()


def test_files_are_at_mnt_data_and_all_else_stays(who: User, level: str, made: Any) -> None:
    before = mount_table(), os.listdir("/mnt")  # noqa: PTH208
    worker = made(who, level=level, view=STAGED).fork()
    assert (worker.ready["place"], worker.ready["remark"]) == ("/mnt/data", "")
    worker.run("open('near', 'w').write('x'); open('/mnt/data/far', 'w').write('y');")
    assert sorted(os.listdir(data(worker))) == ["far", "near"]  # noqa: PTH208
    if level == "process":
        seen = worker.run(LOOK)
        assert seen == {
            "names": sorted([*ENTRIES, "data"]),
            "cwd": "/mnt/data",
            "deep": "deep",
            "note": "noted",
            "under": ["x"],
            "link": "note",
            "pipe": True,
            "new": "OSError",
            "folder": "OSError",
        }
    assert (mount_table(), os.listdir("/mnt")) == before  # noqa: PTH208


def test_two_sessions_have_two(who: User, made: Any) -> None:
    nursery: Hatch = made(who)
    for name in ("one", "two"):
        nursery.fork(name).run(f"open('/mnt/data/{name}', 'w').write('x');")
    assert [os.listdir(data(worker)) for worker in nursery.workers] == [["one"], ["two"]]  # noqa: PTH208


@pytest.mark.parametrize(
    "there",
    [
        "os.mkdir('/mnt/data'); open('/mnt/data/theirs', 'w').close()",
        "open('/mnt/data', 'w').close()",
        "os.symlink('note', '/mnt/data')",
        "os.symlink('disk', '/mnt/data')",
    ],
)
def test_what_is_at_mnt_data_is_covered(who: User, level: str, made: Any, there: str) -> None:
    worker = made(who, level=level, view=STAGED + there).fork()
    assert worker.ready["place"] == "/mnt/data"
    worker.run("open('/mnt/data/ours', 'w').write('x')")
    assert worker.run("import json, os; print(json.dumps(os.listdir('/mnt/data')))") == ["ours"]
    assert os.listdir(data(worker)) == ["ours"]  # noqa: PTH208


def test_children_see_it_too(who: User, level: str, made: Any) -> None:
    worker = made(who, level=level).fork()
    code = (
        "import subprocess, os\nos.system('echo x > far')\n"
        "print(subprocess.run('pwd; ls /mnt/data', shell=True, capture_output=True, text=True).stdout)"
    )
    assert worker.run(code).split() == ["/mnt/data", "far"]


def test_it_can_be_switched_off(who: User, level: str, made: Any) -> None:
    worker = made(who, level=level).fork(mnt_data=False)
    assert (worker.ready["place"], worker.ready["remark"]) == (str(data(worker)), "")
    assert worker.run("import os; print(os.getcwd())").strip() == str(data(worker))


@pytest.mark.parametrize("denied", [UNSHARE, MOUNT], ids=["no namespaces", "no mounts"])
def test_where_it_is_denied_files_are_where_they_are(
    who: User, level: str, made: Any, denied: dict[str, tuple[int, int]]
) -> None:
    worker = made(who, level=level, view=STAGED, deny=denied).fork()
    assert worker.ready["place"] == str(data(worker))
    assert "not at /mnt/data: the system denies private mounts" in worker.ready["remark"]
    assert worker.ready["remark"].endswith("Relative paths work.")
    code = "import json, os; open('near', 'w').write('x'); print(json.dumps(sorted(os.listdir('/mnt'))))"
    if level == "process":
        assert worker.run(code) == ENTRIES
    else:
        worker.run("open('near', 'w').write('x')")
    assert os.listdir(data(worker)) == ["near"]  # noqa: PTH208


# the last step for a new /mnt, mount(…, MS_REMOUNT|MS_BIND|MS_RDONLY|MS_NOSUID|MS_NODEV), fails
HALF_WAY = """
import platform
S, call = seccomp.Step, 165 if platform.machine() == "x86_64" else 40
seccomp.program = lambda machine, more=(): [
    S(0x20, 0, 0, 0), S(0x15, 0, 3, call), S(0x20, 0, 0, 40), S(0x15, 0, 1, 4135),
    S(6, 0, 0, 0x50001), S(6, 0, 0, 0x7FFF0000),
]
seccomp.install()
"""


def test_mnt_is_as_it_was_when_it_fails_half_way(who: User, level: str, made: Any) -> None:
    nursery: Hatch = made(who, level=level, view=STAGED, then=HALF_WAY)
    worker = nursery.fork()
    assert worker.ready["place"] == str(data(worker))
    assert "not at /mnt/data: mount on /mnt: Operation not permitted" in worker.ready["remark"]
    worker.run("open('near', 'w').write('x')")
    if level == "process":
        seen = worker.run("import json, os; print(json.dumps(sorted(os.listdir('/mnt'))))")
        assert seen == ENTRIES
    else:  # the rest of the private view is there nevertheless
        theirs = nursery.make("theirs")
        code = (
            f"import os\ntry: os.chmod({str(theirs)!r}, 0o777)\nexcept OSError as error: print(error.errno)"
        )
        assert worker.run(code) == errno.EROFS


BELOW = """
mounts.mount("tmpfs", "/mnt", "tmpfs", 0)
os.makedirs("/mnt/data/wb"); mounts.mount("FOLDER", "/mnt/data/wb", "none", mounts.BIND)
"""


def test_what_the_session_needs_is_never_hidden(who: User, level: str, made: Any) -> None:
    nursery: Hatch = made(who, level=level, view=BELOW)
    real = nursery.make("one").parent / "one"
    nursery.make("one/data")
    below = f"/mnt/data/wb/{real.name}"
    worker = nursery.fork(data=f"{below}/data", write=[f"{below}/data"])
    assert worker.ready["place"] == f"{below}/data"
    assert "it would hide" in worker.ready["remark"]
    worker.run("open('near', 'w').write('x')")
    assert os.listdir(data(worker)) == ["near"]  # noqa: PTH208


def test_a_system_without_mnt_has_no_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(mounts, "PARENT", str(tmp_path / "none"))
    assert mounts.why_no_place([]) == "this system has no /mnt"


def test_a_link_to_what_would_be_hidden_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(mounts, "PARENT", str(tmp_path))
    monkeypatch.setattr(mounts, "PLACE", str(tmp_path / "data"))
    (tmp_path / "data" / "x").mkdir(parents=True)
    (tmp_path / "data2").mkdir()
    (tmp_path / "link").symlink_to("data/x")
    assert mounts.why_no_place([str(tmp_path / "data2")]) == ""
    for path in (tmp_path / "link", tmp_path / "data", tmp_path / "data" / "x" / "y"):
        assert str(path) in mounts.why_no_place([str(path)])


def test_a_probe_that_could_not_be_forked_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Any] = [OSError(11, "no room"), ""]

    def why_not() -> str:
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return str(answer)

    monkeypatch.setattr(mounts, "why_not", why_not)
    places._why_no_view.cache_clear()
    try:
        assert "no room" in places.why_no_view()
        assert places.why_no_view() == ""
        assert places.why_no_view() == ""
    finally:
        places._why_no_view.cache_clear()


CAPABILITIES = (
    "import json; print(json.dumps([l.split()[1] for l in open('/proc/self/status') if l.startswith('Cap')]))"
)


def test_capabilities_of_the_namespace_are_gone(made: Any) -> None:
    needs_namespaces()
    for deny in (None, MOUNT):
        worker = made(needs_ordinary_user(), deny=deny).fork()
        assert worker.run(CAPABILITIES) == ["0" * 16] * 5 if deny is None else True
        assert worker.run(CAPABILITIES)[1:3] == ["0" * 16] * 2


def test_a_confined_session_of_root_has_no_capability(made: Any) -> None:
    if os.getuid():
        pytest.skip("we are not root")
    assert made(ROOT, level="confined").fork().run(CAPABILITIES) == ["0" * 16] * 5


# as where systemd has made the root's mounts shared: what is mounted on one side is mounted on the other
BOTH_SIDES = 'mounts.mount("none", "/", "none", 1 << 20 | mounts.RECURSIVE)'


def test_mounts_of_a_session_are_not_seen_outside(level: str, made: Any) -> None:
    if os.getuid():
        pytest.skip("we are not root")
    nursery: Hatch = made(ROOT, level=level, view=BOTH_SIDES)
    outside = Path(f"/proc/{nursery.process.pid}/mountinfo")
    before = outside.read_text()
    assert nursery.fork().ready["place"] == "/mnt/data"
    assert outside.read_text() == before


def test_root_keeps_its_own_at_process(made: Any) -> None:
    if os.getuid():
        pytest.skip("we are not root")
    ours = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "Cap" in line]
    assert made(ROOT).fork().run(CAPABILITIES) == ours


def test_a_view_that_fails_half_way_leaves_no_capability(monkeypatch: pytest.MonkeyPatch) -> None:
    dropped: list[bool] = []
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(kernel, "unshare", lambda flags: None)
    monkeypatch.setattr(capabilities, "drop_all", lambda: dropped.append(True))

    def denied(path: str, text: str) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(mounts, "_write", denied)
    with pytest.raises(PermissionError):
        mounts.enter_private_view()
    assert dropped == [True]


# what becomes of a data directory, and what code is told


def test_a_working_directory_that_is_gone_is_the_data_directory_again(who: User, made: Any) -> None:
    worker = made(who).fork()
    worker.run("import os; os.mkdir('sub'); os.chdir('sub'); os.rmdir('/mnt/data/sub')")
    _, out, err = worker.try_("import os; print(os.getcwd())")
    assert out == "/mnt/data\n"
    assert err == repair.GONE + "\n"
    assert worker.try_("1")[2] == ""


@pytest.mark.parametrize("how", ["removed", "renamed"])
def test_a_data_directory_taken_away_is_made_anew(who: User, made: Any, how: str) -> None:
    worker = made(who).fork()
    worker.run("open('old', 'w').write('x');")
    if how == "removed":
        shutil.rmtree(data(worker))
    else:
        data(worker).rename(worker.folder / "other")
    _, out, err = worker.try_("import os; print(os.getcwd()); open('new', 'w').write('x');")
    assert out.strip() == str(data(worker))
    assert err == repair.ANEW % data(worker) + repair.BACK + "\n"
    assert os.listdir(data(worker)) == ["new"]  # noqa: PTH208
    assert worker.try_("1")[2] == ""


@pytest.mark.parametrize("how", ["removed", "renamed"])
def test_the_same_where_there_is_no_mnt_data(who: User, made: Any, how: str) -> None:
    worker = made(who).fork(mnt_data=False)
    if how == "removed":
        worker.run("import os; os.rmdir(os.getcwd())")
    else:
        worker.run("import os; os.rename(os.getcwd(), os.getcwd() + '2')")
    _, out, err = worker.try_("print(os.getcwd()); open('new', 'w').write('x');")
    assert out.strip() == str(data(worker))
    assert err == (repair.GONE if how == "removed" else repair.ANEW % data(worker)) + "\n"
    assert os.listdir(data(worker)) == ["new"]  # noqa: PTH208


def test_who_works_elsewhere_stays_there(who: User, made: Any) -> None:
    worker = made(who).fork(mnt_data=False)
    worker.run("import os; here = os.getcwd(); os.chdir('/'); os.rename(here, here + '2')")
    assert worker.try_("print(os.getcwd())")[1:] == ("/\n", "")
    assert data(worker).is_dir()


def test_a_data_directory_that_cannot_be_made_anew_is_said(who: User, level: str, made: Any) -> None:
    worker = made(who, level=level).fork()
    data(worker).rmdir()
    if level == "process":
        data(worker).write_text("a file")  # a confined session cannot make it anew in any case
    _, out, err = worker.try_("import os; print(os.getcwd())")
    assert out == "/\n"
    assert err.startswith("The session's data directory cannot be used (")
    assert err.endswith("the working directory is /." + repair.BACK + "\n")
    assert worker.try_("1")[1:] == ("", "")


def test_a_data_directory_without_rights_denies_and_comes_back(made: Any) -> None:
    needs_namespaces()
    worker = made(needs_ordinary_user()).fork()
    worker.run("import os; os.chmod('.', 0)")
    done, _, err = worker.try_("open('new', 'w')")
    assert (done["error"]["name"], "data directory" in err) == ("PermissionError", False)
    data(worker).chmod(0o700)
    worker.run("open('new', 'w').write('x')")


def test_a_patched_os_does_not_end_the_worker(made: Any) -> None:
    worker = made(needs_ordinary_user()).fork(mnt_data=False)
    worker.run(
        "import os, sys\nos.rmdir(os.getcwd())\n"
        "def boom(*a, **k): raise SystemExit('boom')\n"
        "os.mkdir = os.stat = os.path.exists = os.makedirs = os.chdir = boom\nsys.stderr.write = boom"
    )
    assert worker.run("print(6 * 7)") == 42


def test_the_sentences_name_the_place() -> None:
    assert mounts.PLACE == repair.PLACE
