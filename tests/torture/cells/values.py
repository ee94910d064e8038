"""Values that cannot or should not be shown (rows 23 and 24)."""

from __future__ import annotations

from backend.models import Status
from tests.torture.cell import Cell, Loss, Need, fine, harmless

REPR = "class Thing:\n    def __repr__(self):\n        {}\nThing()"
METHOD = "class Thing:\n    def {}(self, *rest, **more):\n        {}\nThing()"
METHODS = ("_repr_html_", "_repr_png_", "_repr_json_", "_repr_mimebundle_", "_ipython_display_")
FIGURE = "import matplotlib.pyplot as plt\n"

LARGE = (
    fine(23, "a huge text", "'x' * 10**8", "100000002 characters", spoils=True),
    fine(23, "huge bytes", "b'\\xff' * 10**7", "characters"),
    fine(23, "a list of a million", "list(range(10**6))"),
    fine(23, "a list of lists of lists", "x = []\nfor _ in range(10**4): x = [x]\nx", spoils=True),
    fine(23, "a list that holds itself", "x = []\nx.append(x)\nx", "[...]"),
    fine(
        23,
        "lists that each hold the last one twice",
        "x = []\nfor _ in range(200): x = [x, x]\nclass J:\n    def _repr_json_(self): return x\nJ()",
    ),
    harmless(23, "a number of many digits", "10 ** 10 ** 5"),
    fine(23, "huge HTML", METHOD.format("_repr_html_", "return 'x' * 10**8")),
    fine(23, "a huge image", METHOD.format("_repr_png_", "return b'x' * 10**7")),
    fine(
        23,
        "a thousand representations",
        METHOD.format("_repr_mimebundle_", "return {f'text/x-{i}': 'x' * 1000 for i in range(1000)}"),
    ),
    fine(
        23, "a huge key", "class J:\n    def _repr_json_(self): return {'x' * 10**7: 1, (1,) * 10**5: 2}\nJ()"
    ),
    Cell(23, "a slow repr", "import time\n" + REPR.format("time.sleep(9)"), (Status.TIMED_OUT,), limit=0.2),
    Cell(
        23,
        "a slow HTML",
        "import time\n" + METHOD.format("_repr_html_", "time.sleep(9)"),
        (Status.TIMED_OUT,),
        limit=0.2,
    ),
    Cell(
        23,
        "a slow error",
        "import time\nclass Slow(Exception):\n    def __str__(self): time.sleep(9)\nraise Slow",
        (Status.TIMED_OUT,),
        Loss.EITHER,
        limit=0.2,
    ),
)
BROKEN = (
    fine(24, "a repr raises", REPR.format("1 / 0"), "repr failed: ZeroDivisionError"),
    fine(24, "a repr recurses", REPR.format("return repr(self)"), "repr failed: RecursionError"),
    fine(24, "a repr is a number", REPR.format("return 17"), "repr failed: TypeError"),
    fine(24, "a repr exits", REPR.format("raise SystemExit"), "repr failed: SystemExit"),
    fine(
        24, "a repr is a generator's exit", REPR.format("raise GeneratorExit"), "repr failed: GeneratorExit"
    ),
    fine(
        24,
        "a repr raises a class of its own",
        "class Own(BaseException): pass\n" + REPR.format("raise Own"),
        "repr failed: Own",
    ),
    fine(24, "a repr prints", REPR.format("print('printed'); return 'shown'"), "printed"),
    fine(24, "a repr displays", REPR.format("display(1); return 'shown'"), "shown"),
    fine(24, "a repr runs code", REPR.format("get_ipython().run_cell('1 / 0'); return 'shown'")),
    fine(
        24,
        "a repr closes the streams",
        "import sys\n" + REPR.format("sys.stdout.close(); return 'shown'"),
        "shown",
    ),
    fine(
        24,
        "a repr takes print away",
        "import builtins\n" + REPR.format("del builtins.print; return 'shown'"),
        "shown",
    ),
    fine(24, "a repr forks", "import os\n" + REPR.format("os.fork(); return 'shown'"), "shown"),
    fine(
        24,
        "a repr is a text of its own kind",
        "class Text(str):\n    def __len__(self): return 10**12\n"
        "    def __getitem__(self, key): raise RuntimeError\n    def __str__(self): return 17\n"
        + REPR.format("return Text('shown')"),
    ),
    fine(
        24,
        "a repr that deletes what it shows",
        REPR.format("self.__dict__.clear(); globals().pop('Thing'); return 'shown'"),
        "shown",
    ),
    *(fine(24, f"{name} raises", METHOD.format(name, "raise RuntimeError")) for name in METHODS),
    *(fine(24, f"{name} exits", METHOD.format(name, "raise SystemExit")) for name in METHODS),
    *(fine(24, f"{name} is of a wrong kind", METHOD.format(name, "return object()")) for name in METHODS),
    fine(
        24,
        "every attribute is there",
        "class Every:\n    def __getattr__(self, name): return self\n"
        "    def __call__(self, *rest, **more): return self\nEvery()",
    ),
    fine(
        24,
        "no attribute is there",
        "class None_:\n    def __getattribute__(self, name): raise RuntimeError(name)\nNone_()",
    ),
    fine(
        24,
        "a class whose repr raises",
        "class Meta(type):\n    def __repr__(self): raise RuntimeError\n"
        "    __name__ = property(lambda self: 1 / 0)\n    __module__ = property(lambda self: 1 / 0)\n"
        "class Thing(metaclass=Meta): pass\nThing",
    ),
    fine(
        24,
        "no hash and no truth",
        "class Thing:\n    __hash__ = None\n    def __bool__(self): raise RuntimeError\n"
        "    def __eq__(self, other): raise RuntimeError\nThing()",
    ),
    fine(
        24,
        "a dictionary that lies",
        "class Lying(dict):\n    def items(self): raise RuntimeError\n"
        "    def __iter__(self): raise RuntimeError\n    def __len__(self): return -1\n"
        "class Thing:\n    def _repr_mimebundle_(self, **more): return Lying(a=1)\nThing()",
    ),
)
SHOWN = (
    harmless(
        24,
        "strange bundles are published",
        "from IPython.display import publish_display_data as publish\n"
        "for each in ([1], {'text/plain': 5}, {(1, 2): 3}, {'application/json': [[[]]] * 3}, None):\n"
        "    try: publish(each)\n    except Exception as error: print(type(error))",
    ),
    harmless(24, "the display hook is none", "import sys\nsys.displayhook = None\n17"),
    harmless(
        24, "formatters are broken", "get_ipython().display_formatter.formatters.clear()\n17", ruins=True
    ),
    harmless(
        24,
        "a figure that cannot be drawn",
        FIGURE + "plt.figure().savefig = None\nplt.plot([1])",
        need=Need.MATPLOTLIB,
    ),
    harmless(
        24,
        "a figure that is too large",
        FIGURE + "plt.figure(figsize=(10**5, 10**5))\nplt.plot([1])",
        need=Need.MATPLOTLIB,
    ),
    harmless(
        24,
        "a figure without numbers",
        FIGURE + "plt.plot([float('nan'), float('inf')], [1, 2])\nplt.title('$\\\\broken{')",
        need=Need.MATPLOTLIB,
    ),
    fine(
        24,
        "fifty figures",
        FIGURE + "for _ in range(25): plt.figure(figsize=(1, 1))\nplt.close('all')",
        need=Need.MATPLOTLIB,
    ),
    harmless(
        24, "a window for figures", FIGURE + "plt.switch_backend('TkAgg')\nplt.show()", need=Need.MATPLOTLIB
    ),
)
CELLS: tuple[Cell, ...] = (*LARGE, *BROKEN, *SHOWN)
