"""Figures appear without a call, and data frames as text and HTML, in both shells."""

from __future__ import annotations

import asyncio
import base64
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.executor.plan import Plan
from backend.executor.worker import tabular
from backend.models import Chunk, Display, MimeBundle, Status, Stream
from tests.contract.driver import Ran, run, running, value
from workbench.widgets.output.values.table import table_of

KINDS = ("ipython", "plain")
SIGNATURE = b"\x89PNG\r\n\x1a\n"
PLOT = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"


def without_ipython(folder: Path) -> str:
    """An interpreter that has all that ours has, but IPython: its shell is the plain one."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    packages = next(folder.glob("lib/python3*/site-packages"))
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not entry.name.lower().startswith(("ipython", "__")):
            (packages / entry.name).symlink_to(entry)
    return str(folder / "bin" / "python")


@pytest.fixture(scope="session")
def pythons(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Interpreters that have matplotlib and pandas, by shell."""
    plain = without_ipython(tmp_path_factory.mktemp("without") / "venv")
    return {"ipython": sys.executable, "plain": plain}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def artists(
    tmp_path_factory: pytest.TempPathFactory, pythons: dict[str, str]
) -> AsyncIterator[dict[str, LocalBackend]]:
    """Backends whose sessions have pyplot and pandas imported before the fork."""
    plan = Plan(preload=("matplotlib.pyplot", "pandas"))
    made = {
        kind: LocalBackend(tmp_path_factory.mktemp(f"{kind}-artist"), Choice(pythons[kind], "test"), plan)
        for kind in KINDS
    }
    for each in made.values():
        each.launch()
    yield made
    for each in made.values():
        await each.close()


@pytest_asyncio.fixture(params=KINDS, loop_scope="session")
async def artist(
    request: pytest.FixtureRequest, artists: dict[str, LocalBackend]
) -> AsyncIterator[LocalBackend]:
    """One of them, with no session yet."""
    used = artists[request.param]
    yield used
    for info in await used.sessions():
        await used.end_session(info.identifier)
    for folder in used.root.iterdir():
        shutil.rmtree(folder)


def picture(bundle: MimeBundle | None) -> bytes:
    """The PNG image of a bundle."""
    assert bundle is not None
    image = base64.b64decode(bundle["image/png"], validate=True)
    assert image.startswith(SIGNATURE)
    return image


def told(ran: Ran) -> list[str]:
    """Output and displays in the order of their coming: text, or what kind of display."""
    found: list[str] = []
    for event in ran.events:
        if isinstance(event, Chunk) and event.stream is Stream.STDOUT:
            if found and not found[-1].startswith("<"):
                event = Chunk(event.execution_id, event.stream, found.pop() + event.text)
            found.append(event.text)
        elif isinstance(event, Display):
            found.append("<image>" if "image/png" in event.bundle else "<text>")
    return found


async def test_a_data_frame_has_text_and_html(artist: LocalBackend) -> None:
    found = (await run(artist, "import pandas as pd\npd.DataFrame({'a': [1, 2]})")).outcome.value or {}
    assert found["text/plain"] == "   a\n0  1\n1  2"
    assert "<table" in found["text/html"]


async def test_a_large_data_frame_has_its_cells_and_all_columns(artist: LocalBackend) -> None:
    code = """
import numpy as np, pandas as pd
labels = pd.MultiIndex.from_product([['a', 'b'], range(1000)], names=['one', None])
frame = pd.DataFrame(np.arange(80_000).reshape(2000, 40) / 2, index=labels)
frame.columns = ['same', 'same', *map(str, range(2, 40))]
frame.iloc[0, 0] = np.nan
frame.iloc[1, 2] = np.inf
frame['when'] = pd.Timestamp('2024-01-02')
frame
"""
    found = (await run(artist, code)).outcome.value or {}
    table = table_of(found)
    assert table is not None
    assert table.words == "2,000 rows × 41 columns, 487 rows are here"
    assert table.header[:5] == ("one", "", "same", "same (2)", "2")
    assert table.rows[0][:4] == ("a", "0", "nan", "0.5")
    assert table.rows[1][1:5] == ("1", "20.0", "20.5", "inf")
    assert table.rows[0][-1] == "2024-01-02 00:00:00"
    wide = (await run(artist, "pd.DataFrame(np.zeros((50_000, 700), int))")).outcome.value or {}
    told = table_of(wide)
    assert told is not None
    assert told.words == "50,000 rows × 700 columns, 40 rows × 490 columns are here"
    small = (await run(artist, "frame.iloc[:60, :20]")).outcome.value or {}
    assert tabular.MIME not in small, "its HTML leaves nothing out"


async def test_numpy_values_in_json(artist: LocalBackend) -> None:
    code = """
import numpy as np
class Numbers:
    def _repr_json_(self):
        third = [np.bool_(True), np.nan, np.datetime64('2024')]
        return {'a': np.arange(2), 'b': np.float32(0.5), np.int64(3): third}
Numbers()
"""
    found = ((await run(artist, code)).outcome.value or {})["application/json"]
    assert (found["a"], found["b"]) == ([0, 1], 0.5)
    assert [True, "nan", "2024-01-01"] in found.values()


async def test_figures_appear_in_order_with_prints(artist: LocalBackend) -> None:
    code = """
import matplotlib.pyplot as plt
print('a')
plt.plot([1, 2])
plt.show()
print('b')
plt.plot([3, 4])
plt.figure()
plt.plot([5])
plt.show()
print('c')
plt.plot([6])
print('d');
"""
    ran = await run(artist, code)
    assert told(ran) == ["a\n", "<image>", "b\n", "<image>", "<image>", "c\nd\n", "<image>"]
    assert len({picture(shown.bundle) for shown in ran.displays}) == 4
    assert ran.displays[0].bundle["text/plain"] == "<Figure size 640x480 with 1 Axes>"
    assert ran.outcome.value is None


async def test_figures_come_in_the_order_they_were_made_in(artist: LocalBackend) -> None:
    code = "import matplotlib.pyplot as plt\nfor size in (2, 1, 3): plt.figure(figsize=(size, 1))\n"
    shown = (await run(artist, code + "plt.figure(2);")).displays
    sizes = [one.bundle["text/plain"].split("size ")[1].split("x")[0] for one in shown]
    assert sizes == ["200", "100", "300"]


@pytest.mark.parametrize("kind", KINDS)
async def test_figures_appear_where_the_session_itself_imports_pyplot(
    tmp_path: Path, pythons: dict[str, str], kind: str
) -> None:
    backend = LocalBackend(tmp_path, Choice(pythons[kind], "test"))
    try:
        assert (await backend.start("one")).shell == kind
        assert told(await run(backend, PLOT + "\nplt.show()\nprint('b')")) == ["<image>", "b\n"]
        chosen = "import matplotlib\nmatplotlib.use('agg')\nplt.plot([1])\nplt.show()\nprint('c')"
        assert told(await run(backend, chosen)) == ["<image>", "c\n"]
        again = "import importlib\nimportlib.reload(plt)\nplt.plot([1])\nplt.show()\nprint('d')"
        assert told(await run(backend, again)) == ["<image>", "d\n"]
    finally:
        await backend.close()


async def test_a_figure_as_the_last_value_is_shown_once(artist: LocalBackend) -> None:
    ran = await run(artist, "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1])\nfig")
    picture(ran.outcome.value)
    assert ran.displays == []
    assert told(await run(artist, "1")) == []
    picture((await run(artist, "fig")).outcome.value)


async def test_a_displayed_figure_is_shown_again_only_when_it_changed(artist: LocalBackend) -> None:
    start = f"{PLOT}\nfig, ax = plt.gcf(), plt.gca()\ndisplay(fig)\nprint('a')\n"
    assert told(await run(artist, start)) == ["<image>", "a\n"]
    assert told(await run(artist, start + "plt.show()")) == ["<image>", "a\n"]
    ran = await run(artist, start + "ax.set_title('t');")
    assert told(ran) == ["<image>", "a\n", "<image>"]
    assert picture(ran.displays[0].bundle) != picture(ran.displays[1].bundle)


async def test_figures_of_a_failed_execution_are_shown_and_stay_its_own(artist: LocalBackend) -> None:
    ran = await run(artist, PLOT + "\n1 / 0")
    assert (ran.status, told(ran)) == (Status.FAILED, ["<image>"])
    assert told(await run(artist, "print('next')")) == ["next\n"]
    assert await value(artist, "plt.get_fignums()") == "[]"


async def test_saving_works_before_and_after_showing(artist: LocalBackend) -> None:
    code = PLOT + "\nfig = plt.gcf()\nplt.savefig('before.png')\nplt.show()\nfig.savefig('after.png');"
    assert told(await run(artist, code)) == ["<image>"]
    assert told(await run(artist, "plt.plot([1]); plt.savefig('only.png')")) == ["<image>"]
    for name in ("before.png", "after.png", "only.png"):
        assert (await artist.read_file("one", name)).startswith(SIGNATURE)


async def test_figures_of_pandas(artist: LocalBackend) -> None:
    ran = await run(artist, "import pandas as pd\npd.Series([1, 2]).plot()")
    assert (told(ran), ran.value) == (["<image>"], "<Axes: >")


async def test_a_figure_without_anything_on_it_is_named_only(artist: LocalBackend) -> None:
    ran = await run(artist, "import matplotlib.pyplot as plt\nplt.figure();")
    assert [dict(shown.bundle) for shown in ran.displays] == [
        {"text/plain": "<Figure size 640x480 with 0 Axes>"}
    ]
    picture((await run(artist, "plt.figure().suptitle('t');")).displays[0].bundle)


async def test_a_figure_outside_pyplot_is_shown_as_a_value_only(artist: LocalBackend) -> None:
    code = "from matplotlib.figure import Figure\nfig = Figure()\nfig.subplots().plot([1]);"
    assert told(await run(artist, code)) == []
    picture((await run(artist, "fig")).outcome.value)


@pytest.mark.parametrize("how", ["plt.show()", "display(plt.gcf())", "plt.gcf()", "pass"])
async def test_a_figure_that_cannot_be_drawn_says_why(artist: LocalBackend, how: str) -> None:
    ran = await run(artist, f"{PLOT}\nplt.title(r'$\\foo$')\n{how}")
    assert ran.status is Status.SUCCEEDED
    assert "ValueError" in ran.stderr
    assert r"Unknown symbol: \foo" in ran.stderr
    assert ran.stderr.count("Traceback") == 1
    assert told(await run(artist, PLOT)) == ["<image>"]


@pytest.mark.parametrize(
    "broken",
    [
        "import sys\nsys.modules['matplotlib.pyplot'] = None",
        "import sys\nsys.modules['matplotlib.figure'] = None",
        "import sys\ndel sys.modules['matplotlib._pylab_helpers']",
        "import matplotlib._pylab_helpers as helpers\nhelpers.Gcf = None",
        "import matplotlib._pylab_helpers as helpers\nhelpers.Gcf.get_all_fig_managers = lambda: exit",
        "import matplotlib._pylab_helpers as helpers\nhelpers.Gcf.destroy_all = lambda: 1 / 0",
        "import sys\nsys.meta_path.clear()",
        "import builtins\nbuiltins.sorted = builtins.issubclass = None",
    ],
)
async def test_a_broken_matplotlib_breaks_nothing_else(artist: LocalBackend, broken: str) -> None:
    assert (await run(artist, f"{PLOT}\n{broken}")).status in (Status.SUCCEEDED, Status.FAILED)
    ran = await run(artist, "print('on')\n40 + 2")
    assert (ran.status, ran.stdout, ran.value) == (Status.SUCCEEDED, "on\n", "42")


async def test_figures_of_threads(artist: LocalBackend) -> None:
    code = """
import threading
import matplotlib.pyplot as plt
def draw():
    figure = plt.figure()
    figure.subplots().plot([1])
    plt.show()
def each(threads, meanwhile):
    for thread in threads: thread.start(); meanwhile(thread)
    for thread in threads: thread.join()
"""
    await run(artist, code)
    after = "each([threading.Thread(target=draw) for _ in range(3)], threading.Thread.join)"
    assert told(await run(artist, after)).count("<image>") == 3
    # pyplot knows no threads: one may show and close what another has begun
    beside = "each([threading.Thread(target=draw) for _ in range(8)], id)"
    ran = await run(artist, beside)
    assert (ran.status, ran.outcome.state_lost) == (Status.SUCCEEDED, False)
    assert told(await run(artist, PLOT)) == ["<image>"]


SLOW = """
import matplotlib.pyplot as plt
from matplotlib.lines import Line2D
class Slow(Line2D):
    def draw(self, renderer):
        print('drawing')
        while True: pass
plt.plot([1])
plt.gca().add_line(Slow([1], [1]))
"""


@pytest.mark.parametrize("how", ["plt.show()", "plt.gcf()", "pass", "1 / 0"])
async def test_an_interrupt_while_a_figure_is_drawn(artist: LocalBackend, how: str) -> None:
    await run(artist, "x = 20")
    async with running(artist, SLOW + how) as execution:
        await execution.until_printed("drawing\n")
        await execution.stop()
        ran = await execution.end()
    assert (ran.status, ran.outcome.state_lost) == (Status.INTERRUPTED, False)
    assert told(await run(artist, "x")) == []
    assert told(await run(artist, PLOT)) == ["<image>"]


async def test_a_time_limit_holds_for_drawing_too(artist: LocalBackend) -> None:
    ran = await run(artist, SLOW + "pass", limit=0.5)
    assert (ran.status, ran.outcome.state_lost) == (Status.TIMED_OUT, False)


async def test_figures_of_an_interrupted_execution_are_let_go(artist: LocalBackend) -> None:
    async with running(artist, PLOT + "\nprint('on')\nwhile True: pass") as execution:
        await execution.until_printed("on\n")
        await execution.stop()
        ran = await execution.end()
    assert (ran.status, told(ran)) == (Status.INTERRUPTED, ["on\n"])
    assert await value(artist, "plt.get_fignums()") == "[]"


async def test_a_forked_child_shows_nothing(artist: LocalBackend) -> None:
    code = (
        PLOT
        + "\nimport os\npid = os.fork()\nif pid == 0:\n    plt.show()\n    os._exit(0)\nos.waitpid(pid, 0)[1]"
    )
    ran = await run(artist, code)
    assert (ran.value, told(ran)) == ("0", ["<image>"])


async def test_sessions_of_one_interpreter_draw_at_the_same_time(artist: LocalBackend) -> None:
    async with asyncio.timeout(20):
        both = await asyncio.gather(*(run(artist, PLOT, session) for session in ("one", "two")))
    assert [told(ran) for ran in both] == [["<image>"], ["<image>"]]


async def test_magics_of_matplotlib(artists: dict[str, LocalBackend]) -> None:
    backend = artists["ipython"]
    try:
        assert told(await run(backend, "%matplotlib inline\n" + PLOT)) == ["<image>"]
        windows = await run(backend, "%matplotlib qt\n" + PLOT)
        assert ("inline" in windows.stderr, told(windows)) == (True, ["<image>"])
        ran = await run(backend, "%config InlineBackend.figure_formats = ['svg']\n" + PLOT)
        assert "image/svg+xml" in ran.displays[0].bundle
        assert (await run(backend, "1")).outcome.value == {"text/plain": "1"}
        captured = await run(backend, "%%capture out\nprint('x')\nplt.plot([1])\nplt.show()\nplt.plot([2])")
        assert told(captured) == []
        assert await value(backend, "len(out.outputs), out.stdout") == "(3, 'x\\n')"  # its value is the third
    finally:
        await backend.end_session("one")
