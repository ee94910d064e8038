"""What code needs of the place where it runs, as far as reading tells: modules, files, paths, the network.

Code is only parsed, never run. What it computes (a name put together, a module imported by `importlib`)
cannot be seen.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import field

from backend.records import dataclass

MNT_DATA = "/mnt/data"

# modules whose distribution has another name; the names that normalising makes equal are not here
DISTRIBUTIONS = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "Bio": "biopython",
    "cairosvg": "cairosvg",
    "Crypto": "pycryptodome",
    "cv2": "opencv-python opencv-python-headless opencv-contrib-python",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
    "git": "gitpython",
    "google": "protobuf google-api-core google-auth google-cloud-core",
    "IPython": "ipython",
    "jwt": "pyjwt",
    "mpl_toolkits": "matplotlib",
    "OpenSSL": "pyopenssl",
    "PIL": "pillow",
    "pkg_resources": "setuptools",
    "pptx": "python-pptx",
    "pylab": "matplotlib",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "umap": "umap-learn",
    "win32com": "pywin32",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}

_NETWORK_MODULES = frozenset(
    [
        "aiohttp",
        "azure",
        "boto3",
        "botocore",
        "ftplib",
        "grpc",
        "http",
        "httpx",
        "imaplib",
        "openai",
        "paramiko",
        "poplib",
        "psycopg",
        "psycopg2",
        "pymongo",
        "redis",
        "requests",
        "smtplib",
        "socket",
        "socketserver",
        "ssl",
        "telnetlib",
        "urllib3",
        "websocket",
        "websockets",
        "xmlrpc",
    ]
)
_NETWORK_DOTTED = ("urllib.request", "urllib.error")
_LISTING = frozenset(["glob", "iglob", "rglob", "listdir", "iterdir", "scandir", "walk"])
_READING = frozenset(["open", "imread", "loadtxt", "genfromtxt", "fromfile"])
_SHELL_NETWORK = re.compile(
    r"\b(?:curl|wget|pip3?\s+install|conda\s+install|git\s+clone|uv\s+pip\s+install)\b"
)
_URL = re.compile(r"\b(?:https?|ftp|s3|gs|wss?)://[^\s'\"]+")
_ABSOLUTE = re.compile(r"(?:/[\w.@+-][\w.@+ -]*){2,}/?|~/[\w./@+ -]+|[A-Za-z]:\\[^\n]+")
_MAGIC = re.compile(r"^(?P<indent>\s*)(?:[%!?].*|(?P<name>[\w, .]+?)\s*=\s*[%!].*|\S*\?{1,2}\s*)$")
_SYSTEM = ("/dev/", "/proc/", "/sys/", "/tmp", "/etc/localtime", "/usr/share/zoneinfo")  # noqa: S108
_LONGEST = 400  # characters of a text that may name a file


@dataclass(frozen=True, slots=True)
class Needs:
    """What some code needs. `texts` may name files; `lists` tells that it looks what files there are.

    `reads` are those of them that are opened to be read, and named in no other way. `network` are URLs,
    modules and commands that use it. `readable` is False for code that is no Python.
    """

    modules: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    lists: bool = False
    absolute: tuple[str, ...] = ()
    network: tuple[str, ...] = ()
    readable: bool = True
    reads: frozenset[str] = frozenset()

    def names(self, path: str) -> bool:
        """Whether the code names a session file, or a folder that holds it."""
        return any(path == text or path.startswith(f"{text}/") for text in self.texts if text)


def of(code: str) -> Needs:
    """The needs of one execution's code."""
    cell = _cell_magic(code)
    if cell is not None and cell not in _PYTHON_CELLS:
        return Needs(network=tuple(_commands(code)), texts=frozenset(_words(code)), readable=False)
    source = code.split("\n", 1)[1] if cell is not None and "\n" in code else "" if cell else code
    commands = tuple(_commands(source))
    try:
        tree = ast.parse(_plain(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Needs(network=commands, texts=frozenset(_words(code)), readable=False)
    seen = _Seen()
    for node in ast.walk(tree):
        seen.look(node)
    return Needs(
        frozenset(seen.modules),
        frozenset(seen.texts) | frozenset(_words("\n".join(_shell_lines(source)))),
        seen.lists,
        tuple(dict.fromkeys(seen.absolute)),
        tuple(dict.fromkeys((*seen.network, *commands))),
        reads=frozenset(text for text, times in seen.reads.items() if times == seen.named[text]),
    )


def missing(modules: Iterable[str], packages: Iterable[str], own: Iterable[str] = ()) -> list[str]:
    """The modules that are neither of Python's library, nor of one of the packages, nor session files.

    `packages` are names of distributions, `own` the modules among the session's files. A distribution that
    is called otherwise than its module, and is not well known, is found where its name begins so.
    """
    installed = {_even(name) for name in packages}
    here = set(own) | set(sys.stdlib_module_names)
    return sorted(module for module in modules if module not in here and not _installed(module, installed))


def own_modules(paths: Iterable[str]) -> set[str]:
    """The modules that can be imported from among session files."""
    return {
        path.partition("/")[0].removesuffix(".py") for path in paths if path.endswith(".py") or "/" in path
    }


def _installed(module: str, installed: set[str]) -> bool:
    known = DISTRIBUTIONS.get(module, module).split()
    if any(_even(name) in installed for name in known):
        return True
    even = _even(module)
    parts = {f"python-{even}", f"py{even}", f"{even}-python", f"{even}-py", f"{even}2", f"{even}3"}
    return bool(parts & installed) or any(name.startswith(f"{even}-") for name in installed)


def _even(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(slots=True)
class _Seen:
    """What was met in a syntax tree."""

    modules: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    lists: bool = False
    absolute: list[str] = field(default_factory=list)
    network: list[str] = field(default_factory=list)
    named: Counter[str] = field(default_factory=Counter)
    reads: Counter[str] = field(default_factory=Counter)

    def look(self, node: ast.AST) -> None:
        """Take what a node tells."""
        if isinstance(node, ast.Import):
            for alias in node.names:
                self._module(alias.name)
        elif isinstance(node, ast.ImportFrom):
            if node.module and not node.level:
                self._module(node.module)
                for alias in node.names:
                    self._dotted(f"{node.module}.{alias.name}")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            self._text(node.value)
        elif isinstance(node, ast.Call):
            self._call(node)
        elif isinstance(node, ast.Attribute):
            self.lists = self.lists or node.attr in _LISTING
        elif isinstance(node, ast.Name):
            self.lists = self.lists or node.id in _LISTING

    def _call(self, call: ast.Call) -> None:
        """Take note of a file that is opened to be read."""
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        first = call.args[0] if call.args else None
        if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
            return
        mode = next((each.value for each in call.keywords if each.arg == "mode"), None)
        modes = [mode, *call.args[1:2]] if name == "open" else []
        told = [getattr(each, "value", "w") for each in modes if each is not None]
        writes = any(not isinstance(each, str) or set(each) & set("wax+") for each in told)
        if (name in _READING or name.startswith("read_")) and not writes:
            self.reads[_relative(first.value)] += 1

    def _module(self, name: str) -> None:
        top = name.partition(".")[0]
        self.modules.add(top)
        if top in _NETWORK_MODULES:
            self.network.append(top)
        self._dotted(name)

    def _dotted(self, name: str) -> None:
        if name in _NETWORK_DOTTED:
            self.network.append(name)

    def _text(self, text: str) -> None:
        self.network += _URL.findall(text)[:3]
        if len(text) > _LONGEST or "\n" in text:
            return
        self.texts.add(_relative(text))
        self.named[_relative(text)] += 1
        if _ABSOLUTE.fullmatch(text) and not _of_session(text) and not text.startswith(_SYSTEM):
            self.absolute.append(text)


_PYTHON_CELLS = frozenset(("capture", "prun", "time", "timeit"))


def _cell_magic(code: str) -> str | None:
    found = re.match(r"\s*%%(\w+)", code)
    return found[1] if found else None


def _plain(source: str) -> str:
    """The source with IPython's lines (`%magic`, `!command`, `name?`) as statements that do nothing."""
    if not any(mark in source for mark in "%!?"):
        return source
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        lines = []
        for line in source.split("\n"):
            found = _MAGIC.match(line)
            lines.append(line if found is None else f"{found['indent']}{found['name'] or '_'} = None")
        return "\n".join(lines)
    return source


def _shell_lines(source: str) -> Iterator[str]:
    for line in source.split("\n"):
        if line.lstrip().startswith(("!", "%")) or re.match(r"\s*[\w, .]+=\s*[!%]", line):
            yield line


def _commands(source: str) -> Iterator[str]:
    for line in source.split("\n"):
        if line.lstrip().startswith(("!", "%")) or _cell_magic(source):
            yield from _SHELL_NETWORK.findall(line)


def _words(text: str) -> Iterator[str]:
    """Words of code that is no Python which may name files."""
    for word in re.findall(r"[^\s'\"`;|&<>()=,]+", text):
        if len(word) <= _LONGEST:
            yield _relative(word)


def _of_session(text: str) -> bool:
    return text == MNT_DATA or text.startswith(MNT_DATA + "/")


def _relative(text: str) -> str:
    """A path as session files are named: relative to the data directory."""
    if _of_session(text):
        return text.removeprefix(MNT_DATA).strip("/")
    return text if text.startswith("/") else text.removeprefix("./").rstrip("/")
