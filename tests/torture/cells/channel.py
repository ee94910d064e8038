"""Code that finds the channel to the workbench and writes to it whatever it likes (row 36)."""

from __future__ import annotations

from backend.models import Status
from tests.torture.cell import Cell, Loss, dying, dying_later, fine, harmless
from tests.unit.executor import test_protocol
from tests.unit.executor.test_protocol import FORGED, OWN_ID

# an event loop of the session's has sockets too, with lower numbers
FIND = test_protocol.FIND.replace("range(3, 1024)", "range(200, 1024)")
WAIT = "\ntime.sleep(30)"
SOON = "\ntime.sleep(0.05)"  # then comes the real end, which nobody expects any more
ENDS = (Status.SUCCEEDED, Status.FAILED, Status.INTERRUPTED, Status.WORKER_DIED)
DONE = "frame(event='done', id=mine, **{})"
PROTOCOL = "broke the protocol"
ODD = {
    "a value that is none": {"value": 17},
    "a value of odd kinds": {"value": {"text/plain": [[]], "": None, "x": {}}},
    "an error that is none": {"error": [1, 2]},
    "an error of odd kinds": {"error": {"name": 5, "message": None, "traceback": {}}},
    "a duration that is none": {"duration_ms": "long"},
    "a duration of an age": {"duration_ms": -1e308},
    "names that are none": {"left": {"a": 1}, "strays": "yes"},
    "very many names": {"left": ["x" * 1000] * 1000 + [None], "strays": True},
    "an interrupt that nobody asked for": {"interrupted": True, "fired": True},
}

BROKEN = (
    *(dying(36, f"forged: {how}", FIND + code + WAIT, PROTOCOL) for how, code in FORGED.items()),
    dying(36, "forged: an empty frame", FIND + "os.write(fd, struct.pack('!I', 0))" + WAIT, PROTOCOL),
    dying(
        36,
        "forged: a number that is none",
        FIND + "body = b'{\"event\": NaN}'\nos.write(fd, struct.pack('!I', len(body)) + body)" + WAIT,
        PROTOCOL,
    ),
    dying(
        36,
        "forged: a number of very many digits",
        FIND + "body = b'{\"event\": ' + b'9' * 10_000 + b'}'\n"
        "os.write(fd, struct.pack('!I', len(body)) + body)" + WAIT,
        PROTOCOL,
    ),
    dying(
        36,
        "forged: a frame of the largest size of zeros",
        FIND + "s = socket.socket(fileno=os.dup(fd))\n"
        "s.sendall(struct.pack('!I', 32 << 20) + b'0' * (32 << 20))" + WAIT,
        PROTOCOL,
    ),
    dying(
        36,
        "forged: a question that nobody allowed",
        FIND + OWN_ID + "os.write(fd, frame(event='ask', id=mine, number=1, prompt='?'))" + WAIT,
        PROTOCOL,
    ),
    dying(
        36,
        "forged: an end of another's",
        FIND + "os.write(fd, frame(event='done', id='execution-1'))" + WAIT,
        PROTOCOL,
    ),
    dying(
        36,
        "forged: a refusal and noise",
        FIND + "os.write(fd, frame(event='refused', reason='no'))\nos.write(fd, b'\\xff' * 100)" + WAIT,
        PROTOCOL,
    ),
    dying(
        36,
        "forged: noise on every descriptor",
        FIND + "for each in range(3, 1024):\n"
        "    try:\n        os.set_blocking(each, False); os.write(each, b'\\xff' * 5000)\n"
        "    except OSError: pass" + WAIT,
        PROTOCOL,
    ),
    dying(
        36,
        "the channel is shut down",
        FIND + "socket.socket(fileno=os.dup(fd)).shutdown(socket.SHUT_RDWR)" + WAIT,
        "closed the channel",
    ),
    dying(
        36,
        "the channel is shut down to write",
        FIND + "socket.socket(fileno=os.dup(fd)).shutdown(socket.SHUT_WR)" + WAIT,
        "closed the channel",
    ),
    dying(36, "the channel is closed", FIND + "os.close(fd)" + WAIT, "closed the channel"),
    dying(
        36, "a frame cut off by an exit", FIND + "os.write(fd, frame(event='done', id='x')[:-3])\nos._exit(0)"
    ),
    dying(
        36,
        "a frame cut off by a close",
        FIND + "os.write(fd, frame(event='done', id='x')[:-3])\nos.close(fd)" + WAIT,
    ),
    dying(
        36,
        "a frame that never ends",
        FIND + "for byte in b'\\0\\0\\1\\0' + b' ' * 250:\n    os.write(fd, bytes([byte])); time.sleep(0.05)",
        "never ended",
    ),
)
FORGED_ENDS = (
    *(
        Cell(
            36,
            f"a forged end with {how}",
            FIND + OWN_ID + f"os.write(fd, {DONE.format(odd)})" + SOON,
            ENDS,
            Loss.LATER,
        )
        for how, odd in ODD.items()
    ),
    dying_later(
        36,
        "a forged end, then the real one",
        FIND + OWN_ID + "os.write(fd, frame(event='done', id=mine, value={'text/plain': 'forged'}))\n'real'",
        "forged",
    ),
    dying_later(
        36, "two ends at once", FIND + OWN_ID + "os.write(fd, frame(event='done', id=mine) * 2)" + WAIT
    ),
    dying_later(
        36,
        "an end, then noise",
        FIND + OWN_ID + "os.write(fd, frame(event='done', id=mine) + b'\\xff' * 9)" + WAIT,
    ),
)
TOLERATED = (
    fine(
        36,
        "forged displays in a heap",
        FIND + "s = socket.socket(fileno=os.dup(fd))\n"
        "s.sendall(frame(event='display', bundle={'text/plain': 'x' * 3000}) * 1000)",
    ),
    fine(
        36,
        "one large forged display",
        FIND + "s = socket.socket(fileno=os.dup(fd))\n"
        "s.sendall(frame(event='display', bundle={'text/plain': 'x' * 8_000_000}))",
    ),
    fine(
        36,
        "forged displays of odd kinds",
        FIND + "for bundle in ({}, {'': None}, {'x': {'y': [1] * 1000}}):\n"
        "    os.write(fd, frame(event='display', bundle=bundle))",
    ),
    fine(
        36,
        "forged completions",
        FIND + "for each in ('completions', 'inspected'):\n"
        "    os.write(fd, frame(event=each, id='question-1', matches=17, found=[], start='x'))",
    ),
    harmless(
        36,
        "descriptors along with a frame",
        FIND + "s = socket.socket(fileno=os.dup(fd))\n"
        "for _ in range(20): socket.send_fds(s, [frame(event='display', bundle={})], [0, 1, 2])",
    ),
    Cell(
        36,
        "interrupts are stolen",
        "import os, select, stat, threading\n"
        "pipes = [fd for fd in range(3, 1024) if os.path.exists(f'/proc/self/fd/{fd}') "
        "and stat.S_ISFIFO(os.fstat(fd).st_mode)]\n"
        "def steal():\n    while True:\n        for fd in select.select(pipes, [], [], 1)[0]:\n"
        "            try: os.read(fd, 1000)\n            except OSError: pipes.remove(fd)\n"
        "threading.Thread(target=steal, daemon=True).start()\nprint('on', flush=True)\nwhile True: pass",
        (Status.INTERRUPTED,),
        Loss.EITHER,
        interrupts=2,
        pause=0.05,
        spoils=True,
    ),
)
CELLS: tuple[Cell, ...] = (*BROKEN, *FORGED_ENDS, *TOLERATED)
