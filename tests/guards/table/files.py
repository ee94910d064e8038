"""What keeps files outside the data directory out of reach, and changes of files from going unseen."""

from __future__ import annotations

from tests.guards.guard import Guard

WORKSPACE = "backend/executor/workspace.py"
SWAPPED = (
    "tests/unit/executor/test_workspace.py::test_links_that_are_swapped_in_lead_nowhere_in_thousands_of_tries"
)
CONTRACT = "tests/contract/test_files.py"
HOSTILE = "tests/unit/server/test_hostile_names.py"

GUARDS = (
    Guard(
        ("63",),
        "folders are opened without following links",
        WORKSPACE,
        "DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC",
        "DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC",
        (SWAPPED, f"{CONTRACT}::test_links_are_not_followed"),
    ),
    Guard(
        ("63",),
        "files are opened without following links",
        WORKSPACE,
        "READABLE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC",
        "READABLE = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC",
        (SWAPPED, f"{CONTRACT}::test_links_are_not_followed"),
    ),
    Guard(
        ("63",),
        "pipes and devices are no files to read",
        WORKSPACE,
        "if not stat.S_ISREG(os.fstat(fd).st_mode):",
        "if False:",
        (f"{CONTRACT}::test_pipes_devices_and_sockets_are_listed_and_hold_nothing_up",),
    ),
    Guard(
        ("59",),
        "a path has no dots in it",
        WORKSPACE,
        'if part in ("", ".", "..") or "\\0" in part or not _encodes(part):',
        'if "\\0" in part:',
        (f"{CONTRACT}::test_wrong_paths_are_refused_by_every_call",),
    ),
    Guard(
        ("60",),
        "an upload has no control characters in its name",
        "backend/wire/names.py",
        'return letter in _SIGNS or unicodedata.category(letter)[0] in "LNM"',
        "return True",
        (f"{HOSTILE}::test_names_of_uploads",),
    ),
    Guard(
        ("60",),
        "a part of an upload has one name",
        "backend/server/uploads.py",
        "        if key in found:\n",
        "        if False:\n",
        (f"{HOSTILE}::test_names_of_uploads",),
    ),
    Guard(
        ("64",),
        "a name that is no UTF-8 is looked up by what it is listed as",
        "backend/server/files.py",
        "        if UNREADABLE not in path:\n",
        "        if True:\n",
        (f"{CONTRACT}::test_a_name_that_is_not_utf_8_is_got_where_no_other_is_listed_so",),
    ),
    Guard(
        ("64",),
        "of two names that are listed so neither is taken",
        "backend/server/files.py",
        "found[0] if len(found) == 1 and path not in found",
        "found[0] if found and path not in found",
        (f"{CONTRACT}::test_a_name_that_is_not_utf_8_is_got_where_no_other_is_listed_so",),
    ),
    Guard(
        ("61",),
        "a name of 256 bytes is told to be too long",
        "backend/wire/names.py",
        "_BYTES = 255",
        "_BYTES = 4000",
        ("tests/unit/wire/test_names.py::test_other_names_are_refused_for_uploads",),
    ),
    Guard(
        ("63",),
        "a change that keeps size and time is seen",
        "backend/executor/snapshot.py",
        "= facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino",
        "= facts.st_size, facts.st_mtime_ns, 0, 0",
        (f"{CONTRACT}::test_content_of_the_same_size_and_time_is_seen",),
    ),
)
