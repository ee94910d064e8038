"""matplotlib's figures: they appear without a call, each once, in order with the prints around them.

Nothing here imports matplotlib before code does. pyplot's `show` is replaced by ours when pyplot is imported,
so that it shows at its place whatever backend code chooses; what is open at the end of a cell is shown then.
Images are made as IPython makes them (IPython.core.pylabtools.print_figure).
"""

from __future__ import annotations

import io
import os
import sys
import threading
from typing import Any, Callable, Dict, List, Optional

from . import tracebacks

PYPLOT = "matplotlib.pyplot"
PNG = "image/png"
# bound now: code may patch the modules
_modules = sys.modules
_sys: Any = sys


class Figures:
    """The open figures of pyplot. `publish` shows one figure as a displayed value."""

    def __init__(self, publish: Callable[[Any], None]) -> None:
        self._publish = publish
        self._seen: List[Any] = []  # shown already, by display() or as a value
        self._lock = threading.RLock()  # threads that draw at the same time break each other's figures

    def install(self) -> None:
        """Called once in the worker: from now on pyplot's `show` is ours."""
        pyplot = _modules.get(PYPLOT)
        if pyplot is not None:  # imported before the fork, when MPLBACKEND was not set
            _quietly(lambda: _choose_backend(_modules["matplotlib"]))
            _quietly(lambda: self._take_over(pyplot))
            _quietly(_close)
        sys.meta_path.insert(0, _Finder(self._take_over))

    def seen(self, figure: Any, error: Optional[BaseException] = None) -> None:
        """A figure has been shown as it is now; what raised while it was drawn is printed."""
        if error is not None:
            _sys.stderr.write(tracebacks.describe(error)["traceback"])
        if PYPLOT in _modules:
            _quietly(lambda: setattr(figure, "stale", False))
            self._seen.append(figure)

    def flush(self, show: bool = True) -> None:
        """The end of a cell: show what is open, unless it was shown and not changed since, and close it.

        Raises KeyboardInterrupt only; the figures are closed all the same.
        """
        if PYPLOT not in _modules:
            return
        with self._lock:
            try:
                if show:
                    _quietly(self._show_open)
            finally:
                self._seen.clear()
                try:
                    _quietly(_close)
                except KeyboardInterrupt:  # there is one for each execution
                    _quietly(_close)
                    raise

    def _show_open(self) -> None:
        for manager in _managers():
            figure = manager.canvas.figure
            if not any(figure is one for one in self._seen) or figure.stale:
                self._publish(figure)

    def _take_over(self, pyplot: Any) -> None:
        def show(*args: Any, **kwargs: Any) -> None:
            """Show all open figures here, and close them."""
            self.flush()

        # a function, since pyplot sets its __signature__
        show.__module__, show.__qualname__ = PYPLOT, "show"
        pyplot.show = show


class _Finder:
    """Tells when pyplot has been imported; the others of sys.meta_path find it."""

    def __init__(self, then: Callable[[Any], None]) -> None:
        self._then = then

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """The spec of pyplot, its loader prepared; None for any other module."""
        if name != PYPLOT:
            return None
        for finder in list(_sys.meta_path):
            find = getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find is not None and finder is not self else None
            if spec is not None:
                _quietly(lambda: self._prepare(spec.loader))  # noqa: B023 - called at once
                return spec
        return None

    def _prepare(self, loader: Any) -> None:
        execute = loader.exec_module

        def exec_module(module: Any) -> None:
            execute(module)
            _quietly(lambda: self._then(module))

        loader.exec_module = exec_module


def is_figure(value: Any) -> bool:
    """Whether it is a matplotlib figure."""
    if "matplotlib.figure" not in _modules:
        return False
    found: List[bool] = []
    _quietly(lambda: found.append(issubclass(type(value), _modules["matplotlib.figure"].Figure)))
    return found == [True]


def png(figure: Any) -> Optional[bytes]:
    """The figure as a PNG image; None when there is nothing on it. Raises what matplotlib raises."""
    if len(figure.get_children()) < 2:  # the background is always there
        return None
    image = io.BytesIO()
    figure.canvas.print_figure(
        image,
        format="png",
        dpi=figure.dpi,
        facecolor=figure.get_facecolor(),
        edgecolor=figure.get_edgecolor(),
        bbox_inches="tight",
    )
    return image.getvalue()


def add_image(figure: Any, data: Dict[str, Any]) -> Optional[BaseException]:
    """Add the image to the representations of a figure; what raised when there is none."""
    try:
        image = png(figure)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return error
    if image is not None:
        data.setdefault(PNG, image)
    return None


def _managers() -> List[Any]:
    """The open figures' managers, the oldest figure first."""
    managers = _modules["matplotlib._pylab_helpers"].Gcf.get_all_fig_managers()
    return sorted(managers, key=lambda manager: manager.num)


def _close() -> None:
    _modules["matplotlib._pylab_helpers"].Gcf.destroy_all()


def _choose_backend(matplotlib: Any) -> None:
    matplotlib.rcParams["backend"] = os.environ.get("MPLBACKEND", "agg")


def _quietly(do: Callable[[], object]) -> None:
    """Do something with matplotlib, which code may have broken."""
    try:
        do()
    except KeyboardInterrupt:
        raise
    except BaseException:
        pass
