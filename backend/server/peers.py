"""Whether the other end of a loopback connection belongs to the user who runs the server; Linux can tell.

The kernel knows the owner of the peer's socket, which is found by both addresses and ports. A process of the
same user in another user namespace is in somebody's sandbox and does not count.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import struct
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from backend.records import dataclass

Address = tuple[str, int]

_SOCK_DIAG = 4  # NETLINK_SOCK_DIAG
_BY_FAMILY = 20  # SOCK_DIAG_BY_FAMILY
_ERROR = 2  # NLMSG_ERROR
_REQUEST = 1  # NLM_F_REQUEST
_NO_COOKIE = 0xFFFFFFFF
_OPEN = (1, 4, 5)  # established, or its own side closed: ended sockets belong to root whoever had them
_OVERFLOW = 65534  # what the kernel shows for users it cannot name here
_WAIT = 0.2  # seconds
_REMEMBERED = 16  # processes that were found before and are looked at first
_TABLES = {4: Path("/proc/net/tcp"), 6: Path("/proc/net/tcp6")}


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a socket is: user and inode."""

    uid: int
    inode: int


class Peers:
    """Tells peers of this process's user from others. What cannot be told is no."""

    def __init__(self) -> None:
        self._uid = os.geteuid()
        self._namespace = _namespace("self")
        self._recent: deque[str] = deque(maxlen=_REMEMBERED)

    def same_user(self, peer: Address, own: Address) -> bool:
        """Whether the process at `peer`, connected to `own`, is of our user; 0.1 to some ms.

        Raises OSError when there are no descriptors left to find out.
        """
        if not sys.platform.startswith("linux") or not (_loopback(peer[0]) and _loopback(own[0])):
            return False
        try:
            owner = _owner(peer, own)
            if owner is None or owner.uid != self._uid or owner.uid == _OVERFLOW:
                return False
            return self._at_home(owner.inode)
        except (OSError, ValueError, struct.error) as error:
            if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
                raise
            return False

    def _at_home(self, inode: int) -> bool:
        """Whether the socket's process is in our user namespace.

        One that hides its files from its own user (a non-dumpable one) is in ours: the owner of another
        namespace may look into all that were started in there.
        """
        link = f"socket:[{inode}]"
        pid = next((pid for pid in self._candidates() if _holds(pid, link)), None)
        if pid is None:
            return True
        if pid not in self._recent:
            self._recent.append(pid)
        return self._namespace != 0 and _namespace(pid) == self._namespace

    def _candidates(self) -> Iterator[str]:
        """Our user's processes, those that connected before first, then the youngest."""
        yield from list(self._recent)
        with os.scandir("/proc") as entries:
            found = [entry.name for entry in entries if entry.name.isdigit() and self._ours(entry)]
        yield from sorted(found, key=int, reverse=True)

    def _ours(self, entry: os.DirEntry[str]) -> bool:
        try:
            return entry.stat(follow_symlinks=False).st_uid == self._uid
        except OSError:
            return False


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _namespace(pid: str) -> int:
    try:
        return Path(f"/proc/{pid}/ns/user").stat().st_ino
    except OSError:
        return 0


def _holds(pid: str, link: str) -> bool:
    folder = f"/proc/{pid}/fd"
    try:
        return any(os.readlink(f"{folder}/{fd}") == link for fd in _descriptors(folder))  # noqa: PTH115 - 3 times faster
    except OSError:
        return False


def _descriptors(folder: str) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def _owner(peer: Address, own: Address) -> Owner | None:
    """The owner of the socket at `peer` that is connected to `own`. Raises OSError, ValueError."""
    try:
        return _asked(peer, own)
    except OSError as error:  # a kernel without socket diagnosis
        if error.errno in (errno.EMFILE, errno.ENFILE):
            raise
        return _listed(peer, own)


def _asked(peer: Address, own: Address) -> Owner | None:
    """From the kernel's socket diagnosis (sock_diag(7)). Raises OSError."""
    packed = [ipaddress.ip_address(host).packed for host, _ in (peer, own)]
    family = socket.AF_INET if len(packed[0]) == 4 else socket.AF_INET6
    ids = struct.pack("!HH16s16s", peer[1], own[1], *packed)
    request = struct.pack("=BBBxI", family, socket.IPPROTO_TCP, 0, _NO_COOKIE) + ids
    request += struct.pack("=III", 0, _NO_COOKIE, _NO_COOKIE)
    header = struct.pack("=IHHII", 16 + len(request), _BY_FAMILY, _REQUEST, 1, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC, _SOCK_DIAG) as asking:
        asking.settimeout(_WAIT)
        asking.sendto(header + request, (0, 0))
        answer = asking.recv(8192)
    kind = struct.unpack_from("=H", answer, 4)[0]
    if kind == _ERROR:
        raise OSError(-struct.unpack_from("=i", answer, 16)[0], "no such socket")
    if kind != _BY_FAMILY or answer[20 : 20 + len(ids)] != ids:
        raise ValueError("another socket")
    state = answer[17]
    uid, inode = struct.unpack_from("=II", answer, 16 + 4 + 48 + 12)
    return Owner(uid, inode) if state in _OPEN and inode else None


def _listed(peer: Address, own: Address) -> Owner | None:
    """From the table of all sockets (proc(5), /proc/net/tcp). Raises OSError, ValueError."""
    wanted = [_spelled(peer), _spelled(own)]
    for line in _TABLES[ipaddress.ip_address(peer[0]).version].read_text("ascii").splitlines()[1:]:
        fields = line.split()
        if fields[1:3] == wanted and int(fields[3], 16) in _OPEN and fields[9] != "0":
            return Owner(int(fields[7]), int(fields[9]))
    return None


def _spelled(address: Address) -> str:
    """An address as that table has it: words of 32 bits in the machine's own order."""
    packed = ipaddress.ip_address(address[0]).packed
    words = struct.unpack(f"={len(packed) // 4}I", packed)
    return "".join(f"{word:08X}" for word in words) + f":{address[1]:04X}"
