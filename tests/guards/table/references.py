"""Rows 33 to 35: directories, modules and builtins that code takes away."""

from __future__ import annotations

from tests.guards.guard import Guard
from tests.guards.table.named import ABUSE, NEXT_WORKS, PLACE

GUARDS = (
    Guard(
        ("33",),
        "a working directory that is gone is the data directory again",
        "backend/executor/worker/loop.py",
        "self.repair.place()",
        "pass",
        (
            f"{PLACE}::test_a_working_directory_that_is_gone_is_the_data_directory_again",
            f"{PLACE}::test_a_data_directory_taken_away_is_made_anew",
            f"{ABUSE}::test_a_removed_data_directory_comes_back_and_says_so",
        ),
    ),
    Guard(
        ("33",),
        "what became of the directory is said",
        "backend/executor/worker/repair.py",
        "self._sys.stderr.write(",
        "str(",
        (
            f"{PLACE}::test_a_data_directory_that_cannot_be_made_anew_is_said",
            f"{ABUSE}::test_a_removed_data_directory_comes_back_and_says_so",
        ),
    ),
    Guard(
        ("33",),
        "a patched os in the way of that ends nothing",
        "backend/executor/worker/repair.py",
        "self._place()\n        except BaseException:",
        "self._place()\n        except OSError:",
        (f"{PLACE}::test_a_patched_os_does_not_end_the_worker",),
    ),
    Guard(
        ("33",),
        "uploads make a data directory anew",
        "backend/executor/workspace.py",
        "except FileNotFoundError:  # code removed it\n            self.root.mkdir",
        "except FileNotFoundError:  # code removed it\n            raise\n            self.root.mkdir",
        (
            "tests/unit/executor/test_workspace.py::test_a_removed_data_directory_is_made_again",
            f"{ABUSE}::test_a_data_directory_moved_away_is_there_for_the_next_upload",
        ),
    ),
    Guard(
        ("34",),
        "builtins and sys.modules are mended after each execution",
        "backend/executor/worker/loop.py",
        "self.repair.names()",
        "pass",
        (
            f"{NEXT_WORKS}[modules cleared]",
            f"{NEXT_WORKS}[print is None]",
            f"{NEXT_WORKS}[len deleted]",
            f"{NEXT_WORKS}[what repairs deleted]",
            f"{NEXT_WORKS}[import broken]",
        ),
    ),
    Guard(
        ("34",),
        "frames are spelled by methods of their own",
        "backend/executor/worker/frames.py",
        "iterencode = json.JSONEncoder.iterencode",
        "pass",
        (f"{NEXT_WORKS}[json patched]",),
    ),
    Guard(
        ("34",),
        "the gate goes by functions that it has taken at its start",
        "backend/executor/worker/gate.py",
        "self._read = os.read",
        "self._read = lambda fd, size: os.read(fd, size)",
        (f"{NEXT_WORKS}[os patched]",),
    ),
    Guard(
        ("34",),
        "so do the streams",
        "backend/executor/worker/streams.py",
        "self._dup2 = os.dup2",
        "self._dup2 = lambda old, new: os.dup2(old, new)",
        (f"{NEXT_WORKS}[os patched]",),
    ),
    Guard(
        ("34",),
        "so does the loop",
        "backend/executor/worker/loop.py",
        "self._getpid = os.getpid",
        "self._getpid = lambda: os.getpid()",
        (f"{NEXT_WORKS}[os patched]",),
    ),
    Guard(
        ("34",),
        "so does the clock",
        "backend/executor/worker/loop.py",
        "self._clock = time.perf_counter",
        "self._clock = lambda: time.perf_counter()",
        (f"{NEXT_WORKS}[time patched]",),
    ),
    Guard(
        ("34",),
        "signals go past the module that code may patch",
        "backend/executor/worker/gate.py",
        "self._signal = _signal.signal",
        "self._signal = lambda number, handler: signal.signal(number, handler)",
        (f"{NEXT_WORKS}[signal patched]",),
    ),
    Guard(
        ("35",),
        "the data directory is the last place where imports look",
        "backend/executor/worker/process.py",
        "sys.path.append(place.path)",
        "sys.path.insert(0, place.path)",
        (f"{ABUSE}::test_files_named_like_modules_shadow_nothing",),
    ),
    Guard(
        ("35",),
        "imports do look there",
        "backend/executor/worker/process.py",
        "sys.path.append(place.path)",
        "pass",
        (f"{ABUSE}::test_files_of_the_session_can_be_imported",),
    ),
    Guard(
        ("35",),
        "the interpreter is isolated: the folder of our programs is no place where imports look",
        "backend/executor/nursery.py",
        'self.python, "-I", str(PROGRAM)',
        "self.python, str(PROGRAM)",
        (f"{ABUSE}::test_files_of_the_session_can_be_imported",),
    ),
)
