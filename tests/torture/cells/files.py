"""Code that takes its own data directory away, fills it, or shadows modules in it (rows 33 and 35)."""

from __future__ import annotations

from tests.torture.cell import Cell, fine, harmless

# what deletes does so only where a session's own files are, whatever went before it
GUARD = (
    "import os\nassert os.getcwd() == os.environ['PWD'] != '/'\n"
    "assert not {'etc', 'usr', 'home', 'work'} & set(os.listdir())\n"
)
FOLDER = (
    "import os, shutil\nfolder = os.path.dirname(os.environ['HOME'])\n"
    "assert 'session.json' in os.listdir(folder)\ndata = os.path.join(folder, 'data')\n"
)
SHADOW = "for name in {!r}: open(name + '.py', 'w').write('raise SystemExit')"

GONE = (
    harmless(33, "another directory", "import os\nos.chdir('/')", spoils=True),
    harmless(
        33, "a directory that is gone", GUARD + "os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')"
    ),
    harmless(
        33,
        "its files are deleted",
        GUARD + "import shutil\nfor name in os.listdir():\n"
        "    shutil.rmtree(name) if os.path.isdir(name) and not os.path.islink(name) else os.unlink(name)",
    ),
    harmless(
        33, "its data directory is deleted", GUARD + "import shutil\nshutil.rmtree(os.getcwd())", spoils=True
    ),
    harmless(
        33,
        "its data directory becomes a file",
        GUARD + "here = os.getcwd()\nos.rmdir(here)\nopen(here, 'w').close()",
        spoils=True,
    ),
    harmless(
        33, "its data directory is deleted by its real path", FOLDER + "shutil.rmtree(data)", spoils=True
    ),
    harmless(
        33,
        "its data directory is a link to its home",
        FOLDER + "os.rename(data, data + '-moved'); os.symlink('home', data)",
        spoils=True,
    ),
    harmless(33, "its data directory is moved", FOLDER + "os.rename(data, data + '-moved')", spoils=True),
    harmless(33, "its whole folder is deleted", FOLDER + "shutil.rmtree(folder)", spoils=True),
    harmless(
        33,
        "its home and its temporary files are gone",
        FOLDER + "shutil.rmtree(os.path.join(folder, 'home'))\nshutil.rmtree(os.path.join(folder, 'tmp'))",
        spoils=True,
    ),
    harmless(33, "its lock is deleted", FOLDER + "os.unlink(os.path.join(folder, 'lock'))", spoils=True),
    harmless(
        33,
        "no rights on its files",
        GUARD + "fd = os.open('.', os.O_RDONLY)\nos.fchmod(fd, 0)\n"
        "try: os.listdir()\nfinally: os.fchmod(fd, 0o700); os.close(fd)",
    ),
    harmless(33, "no rights on its files stay", GUARD + "os.chmod('.', 0)", spoils=True),
    fine(
        33,
        "a directory too deep for a path",
        GUARD + "here = os.getcwd()\nfor _ in range(50):\n"
        "    os.mkdir('x' * 200); os.chdir('x' * 200)\nos.chdir(here)",
        spoils=True,
    ),
    fine(
        33,
        "two hundred files",
        GUARD + "os.mkdir('many')\n"
        "for i in range(200): open(f'many/{i}', 'w').close()\nimport shutil\nshutil.rmtree('many')",
    ),
    fine(
        33,
        "names that are no text",
        GUARD + "for name in (b'a\\xff', b'\\x1b[2J', b'a\\nb', b'[b]', b'x' * 255, b' ', "
        "b'\\xe2\\x80\\xae'):\n    open(name, 'w').close()",
    ),
    fine(
        33,
        "files of other kinds",
        GUARD + "import shutil\nshutil.rmtree('kinds', ignore_errors=True); os.mkdir('kinds')\n"
        "os.mkfifo('kinds/pipe'); os.symlink('/etc/passwd', 'kinds/out'); os.symlink('ring', 'kinds/ring')\n"
        "os.symlink('/proc/self', 'kinds/self'); os.link('kinds/out', 'kinds/hard', follow_symlinks=False)",
    ),
    fine(
        33,
        "a very large file of nothing",
        GUARD + "with open('large', 'wb') as file: file.truncate(16 << 30)",
    ),
    harmless(
        33, "a file larger than may be", GUARD + "with open('larger', 'wb') as file: file.truncate(1 << 40)"
    ),
    fine(
        33,
        "files that come and go",
        GUARD + "import threading\ndef churn():\n    for i in range(300):\n"
        "        open(f'churn-{i}', 'w').close(); os.unlink(f'churn-{i}')\n"
        "threading.Thread(target=churn).start()",
    ),
)
SHADOWED = (
    harmless(
        35,
        "modules of the same name",
        GUARD + SHADOW.format(["json", "random", "os", "sys", "socket", "typing", "re"]),
        spoils=True,
    ),
    harmless(
        35,
        "modules of the shell's name",
        GUARD
        + SHADOW.format(
            [
                "IPython",
                "traitlets",
                "worker",
                "session_worker",
                "frames",
                "encodings",
                "ipykernel",
                "matplotlib",
            ]
        ),
        spoils=True,
    ),
    harmless(
        35,
        "modules of the same name are imported",
        GUARD
        + SHADOW.format(["json", "random"])
        + "\nimport importlib, json\nimportlib.reload(json)\njson.dumps([1])",
        "[1]",
        spoils=True,
    ),
    harmless(
        35,
        "the data directory comes first",
        GUARD
        + "import sys\n"
        + SHADOW.format(["json", "random", "getpass", "pdb"])
        + "\nsys.path.insert(0, os.getcwd())\n"
        "for name in ('json', 'random'): sys.modules.pop(name)\nimport random",
        spoils=True,
    ),
)
CELLS: tuple[Cell, ...] = (*GONE, *SHADOWED)
