"""The witness: a session that minds its own business, and notices whatever reaches it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import time

from backend.executor.local import LocalBackend
from backend.models import Chunk, SessionState, StateChanged, Status
from tests.contract.driver import eventually
from tests.torture.books import Books

NAME = "witness"
TOKEN = "a token that is the witness's own"
PATIENCE = 10.0  # seconds for one answer on a machine that others make busy
CALM = {SessionState.STARTING, SessionState.IDLE, SessionState.RUNNING}

# variables of each kind, files, a child that lives; and a digest of all that others could reach
BEGIN = f"""
import hashlib, json, os, resource, signal, subprocess, sys, tempfile, threading
token = {TOKEN!r}
numbers = list(range(1000))
table = {{str(number): [number] * 3 for number in range(100)}}
memory = bytearray(range(256)) * 400
def counter():
    count = 0
    while True:
        count += 1
        yield count
counts = counter()
places = ['token', os.path.join(tempfile.gettempdir(), 'token')]
for place in places:
    with open(place, 'w') as file: file.write(token)
held = open(places[0])
child = subprocess.Popen(['cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
def echo(text):
    child.stdin.write(text.encode() + b'\\n')
    return child.stdout.readline().decode()
def world():
    held.seek(0)
    facts = {{
        'variables': [token, numbers, table, memory.hex()],
        'files': [held.read(), [open(place).read() for place in places]],
        'folder': [sorted(os.listdir()), os.stat('.').st_mode],
        'place': [os.getcwd(), os.getpid(), os.getuid(), sorted(os.environ.items()), sys.path],
        'limits': [resource.getrlimit(limit) for limit in range(10)],
        'priority': [os.getpriority(0, 0), os.sched_getaffinity(0), os.sched_getscheduler(0)],
        'signals': [str(signal.getsignal(number)) for number in sorted(signal.valid_signals())],
        'mask': str(signal.pthread_sigmask(0, [])),
        'threads': threading.active_count(),
        'child': child.poll(),
        'interpreter': [sys.getrecursionlimit(), sys.gettrace(), len.__name__, print.__name__],
        'names': sorted(name for name in globals() if name[0] != '_'),
    }}
    return {{name: hashlib.sha256(repr(fact).encode()).hexdigest() for name, fact in facts.items()}}
"""
ASK = """
print({nonce!r})
print(json.dumps([next(counts), world(), echo({nonce!r}), hashlib.sha256({nonce!r}.encode()).hexdigest()]))
"""


class Witness:
    """Asks the witness; `slowest` is the longest time in seconds that it took to answer."""

    def __init__(self, books: Books, backend: LocalBackend) -> None:
        self._books = books
        self._backend = backend
        self._asked = 0
        self._world: dict[str, str] = {}
        self._turn = asyncio.Lock()
        self._watching: asyncio.Task[None] | None = None
        self._unrest: list[str] = []
        self.pid = 0
        self.slowest = 0.0

    async def begin(self) -> None:
        """Have it make what it will be asked for."""
        seen = await self._books.run(NAME, BEGIN)
        assert seen.end.status is Status.SUCCEEDED, seen.end
        self.pid = await worker_pid(self._backend, NAME)
        self._watching = asyncio.create_task(self._watch())
        _, self._world = await self._answer()

    async def _watch(self) -> None:
        """Nothing but its own executions may show in its state, and it has no late output."""
        async for event in self._backend.watch(NAME):
            if isinstance(event, Chunk):
                self._unrest.append(f"late output: {event.text[:100]!r}")
            elif isinstance(event, StateChanged) and (event.state not in CALM or event.message):
                self._unrest.append(f"{event.state}: {event.message}")

    async def check(self) -> None:
        """Fails when anything about the witness is not as it was."""
        async with self._turn:
            count, world = await self._answer()
        assert count == self._asked, f"the witness was asked {self._asked} times and counted {count}"
        changed = [name for name in world if world[name] != self._world.get(name)]
        assert world == self._world, f"the witness's world has changed: {changed}"
        assert await worker_pid(self._backend, NAME) == self.pid, "the witness has another worker"
        assert self._unrest == [], f"the witness's session said: {self._unrest}"

    async def _answer(self) -> tuple[int, dict[str, str]]:
        self._asked += 1
        nonce = f"question {self._asked}"
        began = time.monotonic()
        seen = await self._books.run(NAME, ASK.format(nonce=nonce), limit=PATIENCE)
        self.slowest = max(self.slowest, time.monotonic() - began)
        lost = seen.started is None or seen.started.state_lost
        assert not lost, "the witness lost its variables"
        assert seen.end.status is Status.SUCCEEDED, f"the witness failed: {seen.end}"
        first, second = seen.stdout.splitlines()
        assert first == nonce, f"the witness printed {first[:100]!r}"
        count, world, echoed, digest = json.loads(second)
        assert (echoed, digest) == (f"{nonce}\n", hashlib.sha256(nonce.encode()).hexdigest()), second
        return count, world

    async def end(self) -> None:
        """Watch no more."""
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching


async def worker_pid(backend: LocalBackend, session: str) -> int:
    """The worker that holds a session's variables, as this process sees it; 0 when there is none."""
    link = backend._session(session).life.link
    if link is None:
        return 0
    await eventually(lambda: link.pid > 0)  # its keeper tells, at times after the worker's first answer
    return link.pid
