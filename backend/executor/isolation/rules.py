"""Which files a confined or sealed session may read: its interpreter, the system, little else."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

WORKER = Path(__file__).parent.parent / "worker"
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
# what programs look up; nothing here is a secret, unlike the rest of /etc
SETTINGS = tuple(
    f"/etc/{name}"
    for name in (
        "alternatives",
        "fonts",
        "group",
        "host.conf",
        "hosts",
        "ld.so.cache",
        "ld.so.conf",
        "ld.so.conf.d",
        "locale.alias",
        "localtime",
        "magic",
        "matplotlibrc",
        "mime.types",
        "nsswitch.conf",
        "os-release",
        "passwd",
        "pki/tls/certs",
        "protocols",
        "services",
        "ssl/certs",
        "ssl/openssl.cnf",
        "timezone",
    )
)
MACHINE = ("/sys/devices/system/cpu", "/sys/devices/system/node", "/sys/fs/cgroup")


def interpreter_paths(prefixes: Iterable[str], path: Iterable[str], home: Path) -> list[str]:
    """The folders that an interpreter imports from; never the home, what contains it, or the root."""
    found, home = {str(WORKER)}, home.resolve()
    for name in (*prefixes, *path):
        each = Path(name)
        # resolved: the rule is for what a link leads to
        if each.is_absolute() and each.exists() and not home.is_relative_to(each.resolve()):
            found.add(str(each))
    return sorted(found)


def readable(interpreter: Iterable[str]) -> list[str]:
    """All that a confined session may read and run, apart from what is its own."""
    return [*SYSTEM, *SETTINGS, *MACHINE, *interpreter]
