"""How long the client waits, how often it asks again, how much it takes: in seconds and bytes."""

from __future__ import annotations

from backend.records import dataclass

SERVICE_LIMIT = 220.0  # seconds that the service lets one execution run


@dataclass(frozen=True, slots=True)
class Options:
    """Limits of a remote backend.

    `asynchronous` submits every execution that way; without, only those whose time limit is above what the
    service lets a synchronous one run. Sync and async executions of some containers do not share variables,
    so one session should not mix them without need.

    `connecting`: until a connection stands. `calling`: a whole call that is no execution and no transfer.
    `stalling`: between two pieces of a transfer. `grace`: past an execution's time limit until its answer is
    given up. `unlimited`: the answer of a synchronous execution without a limit, before it is looked up.
    `begun`: a request without an answer for so long counts as code that runs. `patience`: failed looks at an
    execution in a row, `room_patience`: waiting for room in the pool, `lookup`: for an execution whose answer
    was lost. `first_poll` grows to `slowest_poll`; `first_wait` to `longest_wait`, which caps what the target
    asks for too. `repeats` are those of a GET or DELETE. `idle`: since the last call, after which the session
    may be gone (the service keeps it 300 s at least). `body` caps the decoded bytes of an answer.
    """

    asynchronous: bool = False
    connecting: float = 10.0
    calling: float = 30.0
    stalling: float = 60.0
    grace: float = 15.0
    unlimited: float = SERVICE_LIMIT + 20.0
    begun: float = 0.25
    patience: float = 600.0
    room_patience: float = 900.0
    lookup: float = 10.0
    first_poll: float = 0.25
    slowest_poll: float = 2.0
    first_wait: float = 1.0
    longest_wait: float = 120.0
    repeats: int = 3
    idle: float = 240.0
    looking: float = 5.0
    body: int = 64 << 20


DEFAULT = Options()
