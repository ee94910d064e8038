"""Pictures made lately, so that scrolling, resizing back and a second look decode nothing again."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from functools import cache

from workbench.imaging.decode import picture
from workbench.imaging.picture import Picture

MOST_KEPT = 8 << 20
"""Bytes of pixels kept; a whole screen of 140 × 44 cells has 49 kB."""

_Key = tuple[bytes, int, int]


class Pictures:
    """Pictures by their content and size, the ones used last up to `limit` bytes. Threads may share one."""

    def __init__(self, limit: int = MOST_KEPT) -> None:
        self._limit = limit
        self._kept: OrderedDict[_Key, Picture] = OrderedDict()
        self._lock = threading.Lock()
        self.size = 0

    def get(self, data: bytes, width: int, height: int) -> Picture:
        """The picture in `data`, in at most `width` × `height` cells. Raises PictureError.

        Blocks for as long as decoding takes where it is not kept: call it in a thread.
        """
        key = (hashlib.blake2b(data, digest_size=16).digest(), width, height)
        with self._lock:
            if (found := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return found
        made = picture(data, width, height)
        with self._lock:
            self._keep(key, made)
        return made

    def _keep(self, key: _Key, made: Picture) -> None:
        if key in self._kept:
            return
        self._kept[key] = made
        self.size += len(made.rgba)
        while self.size > self._limit and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self.size -= len(oldest.rgba)


@cache
def shared() -> Pictures:
    """The pictures that all who show some have in common."""
    return Pictures()
