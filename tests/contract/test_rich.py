"""Values and displays as MIME bundles, in both shells."""

from __future__ import annotations

from typing import Any

import pytest

from backend.models import Status
from backend.port import Backend
from tests.contract.driver import Ran, run, value

pytestmark = pytest.mark.needs("local")


def bundle(ran: Ran) -> dict[str, Any]:
    """The last value, of an execution that must succeed."""
    assert ran.status is Status.SUCCEEDED, ran.outcome
    assert ran.outcome.value is not None, ran.outcome
    return dict(ran.outcome.value)


RICH = """
class Rich:
    def __repr__(self): return 'plain'
    def _repr_html_(self): return '<b>é</b>'
    def _repr_markdown_(self): return '*m*', {'about': 1}
    def _repr_latex_(self): return '$x$'
    def _repr_svg_(self): return '<svg/>'
    def _repr_png_(self): return b'png'
    def _repr_jpeg_(self): return 'anBlZw==', {'width': 1}
    def _repr_json_(self): return {'a': [1, None, float('nan')]}, {'expanded': True}
    def _repr_javascript_(self): return 'alert()'
"""
ALL = {
    "text/plain": "plain",
    "text/html": "<b>é</b>",
    "text/markdown": "*m*",
    "text/latex": "$x$",
    "image/svg+xml": "<svg/>",
    "image/png": "cG5n",
    "image/jpeg": "anBlZw==",
    "application/json": {"a": [1, None, "nan"]},
    "application/javascript": "alert()",
}


async def test_every_representation_is_kept(backend: Backend) -> None:
    assert bundle(await run(backend, RICH + "Rich()")) == ALL
    ran = await run(backend, "display(Rich(), Rich())")
    assert [dict(shown.bundle) for shown in ran.displays] == [ALL, ALL]


async def test_a_whole_bundle_goes_before_single_representations(backend: Backend) -> None:
    code = """
class Whole:
    def __repr__(self): return 'plain'
    def _repr_html_(self): return 'never asked'
    def _repr_markdown_(self): return 'asked'
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {'text/html': 'whole', 'application/vnd.x+json': [1]}, {'text/html': {'isolated': True}}
Whole()
"""
    assert bundle(await run(backend, code)) == {
        "text/plain": "plain",
        "text/html": "whole",
        "text/markdown": "asked",
        "application/vnd.x+json": [1],
    }


@pytest.mark.parametrize(
    "body",
    [
        "return 1 / 0",
        "raise SystemExit",
        "return 17",
        "return object()",
        "raise GeneratorExit",
        "return (1, 2, 3)",
    ],
)
@pytest.mark.parametrize("name", ["html", "png", "json", "mimebundle"])
async def test_a_representation_that_fails_leaves_the_others(backend: Backend, name: str, body: str) -> None:
    code = f"""
class Partly:
    def __repr__(self): return 'plain'
    def _repr_markdown_(self): return 'kept'
    def _repr_{name}_(self, **options): {body}
Partly()
"""
    assert bundle(await run(backend, code)) == {"text/plain": "plain", "text/markdown": "kept"}


@pytest.mark.parametrize(
    "bundle_of",
    [
        "Lying(a=1)",
        "({'text/html': 'h'}, Lying(a=1))",
        "()",
        "({'text/html': 'h'},)",
        "({'text/html': 'h'}, {}, {})",
        "(17, {})",
        "'text'",
    ],
)
async def test_a_bundle_that_is_none_costs_nothing_else(backend: Backend, bundle_of: str) -> None:
    code = f"""
class Lying(dict):
    def items(self): raise RuntimeError
    def __iter__(self): raise RuntimeError
    def __len__(self): raise RuntimeError
class Thing:
    def __repr__(self): return 'shown'
    def _repr_mimebundle_(self, **more): return {bundle_of}
Thing()
"""
    assert bundle(await run(backend, code))["text/plain"] == "shown"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return 1 / 0", "<repr failed: ZeroDivisionError>"),
        ("return repr(self)", "<repr failed: RecursionError>"),
        ("return 17", "<repr failed: TypeError>"),
        ("raise SystemExit", "<repr failed: SystemExit>"),
        ("print('from repr')\n        return 'fine'", "fine"),
        ("return 'a\\ud800\\0'", "a\ufffd\0"),
        ("return 'x' * 10**7", " (10000000 characters in all)"),
    ],
)
async def test_a_text_that_fails_is_named_and_rich_ones_stay(backend: Backend, body: str, words: str) -> None:
    code = f"""
class Thing:
    def __repr__(self):
        {body}
    def _repr_html_(self): return 'kept'
Thing()
"""
    found = bundle(await run(backend, code))
    assert found["text/plain"].endswith(words)
    assert found["text/html"] == "kept"
    shown = (await run(backend, "display(Thing())\n[Thing()]")).displays
    assert [dict(one.bundle) for one in shown] == [found]


async def test_the_time_of_a_slow_rich_representation_counts(backend: Backend) -> None:
    code = "import time\nclass Slow:\n    def _repr_html_(self): time.sleep(9)\nSlow()"
    ran = await run(backend, code, limit=0.2)
    assert (ran.status, ran.outcome.state_lost) == (Status.TIMED_OUT, False)


async def test_a_representation_that_ends_the_process(backend: Backend) -> None:
    ran = await run(backend, "import os\nclass Exit:\n    def _repr_html_(self): os._exit(3)\nExit()")
    assert ran.status is Status.WORKER_DIED
    assert await value(backend, "1") == "1"


async def test_a_value_that_shows_itself(backend: Backend) -> None:
    ran = await run(backend, "class Own:\n    def _ipython_display_(self): print('shown')\nOwn()")
    assert (ran.status, ran.stdout, ran.outcome.value) == (Status.SUCCEEDED, "shown\n", None)


async def test_what_claims_every_attribute_has_its_text_only(backend: Backend) -> None:
    code = (
        "class Any:\n    def __repr__(self): return 'any'\n    def __getattr__(self, name): return str\nAny()"
    )
    assert bundle(await run(backend, code)) == {"text/plain": "any"}
    static = "class Static:\n    _repr_html_ = staticmethod(lambda: 'of its values')\n"
    assert set(bundle(await run(backend, static + "Static"))) == {"text/plain"}
    assert bundle(await run(backend, "Static()"))["text/html"] == "of its values"


@pytest.mark.parametrize(
    "content", ["float('nan')", "{1: {2: '\\ud800\\0'}}", "10**5000", "[[[[]]]] * 9", "{(1, 2): object()}"]
)
async def test_what_json_cannot_hold_comes_out_as_json(backend: Backend, content: str) -> None:
    code = f"""
class Odd:
    def _repr_mimebundle_(self, include=None, exclude=None): return {{'application/json': {content}}}
Odd()
"""
    bundle(await run(backend, code))["application/json"]


@pytest.mark.parametrize("content", ["loop", "['x' * 1000] * 50_000", "deep"])
async def test_json_without_an_end_is_left_out(backend: Backend, content: str) -> None:
    code = f"""
loop = []; loop.append(loop)
deep = []
for _ in range(100_000): deep = [deep]
class Endless:
    def __repr__(self): return 'endless'
    def _repr_json_(self): return {content}
    def __del__(self): pass
Endless()
"""
    found = bundle(await run(backend, code))
    assert set(found) == {"text/plain"}
    assert found["text/plain"].startswith("endless\n(application/json is left out: ")


async def test_a_raw_display(backend: Backend) -> None:
    ran = await run(backend, "display({'text/html': 'x', 'image/png': b'png'}, raw=True)")
    assert [dict(shown.bundle) for shown in ran.displays] == [{"text/html": "x", "image/png": "cG5n"}]


async def test_the_true_size_of_a_text_of_a_hundred_million(backend: Backend) -> None:
    for code, size in (("'x' * 10**8", 10**8 + 2), ("b'x' * 10**8", 10**8 + 3)):
        text = bundle(await run(backend, code))["text/plain"]
        assert len(text) < 1_000_000
        assert text.endswith(f"… ({size} characters in all)")


@pytest.mark.parametrize(
    ("made", "mime", "content"),
    [
        ("JSON({'a': [1]})", "application/json", {"a": [1]}),
        ("JSON('[1, null]')", "application/json", [1, None]),
        ("SVG('<svg><g/></svg>')", "image/svg+xml", "<svg><g/></svg>"),
        ("Image(b'\\x89PNG', format='png')", "image/png", "iVBORw=="),
        ("Image(b'\\xff\\xd8', format='jpeg')", "image/jpeg", "/9g="),
        ("Markdown('# a')", "text/markdown", "# a"),
        ("HTML('<b>')", "text/html", "<b>"),
        ("Latex('$a$')", "text/latex", "$a$"),
        ("Javascript('1')", "application/javascript", "1"),
    ],
)
async def test_display_objects_of_ipython(ipython: Backend, made: str, mime: str, content: Any) -> None:
    found = bundle(await run(ipython, f"from IPython.display import *\n{made}"))
    assert found[mime] == content
    assert "object" in found["text/plain"]


async def test_a_form_that_code_registers_for_a_simple_type(ipython: Backend) -> None:
    assert bundle(await run(ipython, "1")) == {"text/plain": "1"}
    register = "f = get_ipython().display_formatter.formatters['text/html']\nf.{}, lambda value: '<i>');"
    await run(ipython, register.format("for_type(int"))
    assert bundle(await run(ipython, "1"))["text/html"] == "<i>"
    assert bundle(await run(ipython, "f.pop(int)\n1")) == {"text/plain": "1"}
    await run(ipython, register.format("for_type_by_name('builtins', 'str'"))
    assert bundle(await run(ipython, "'x'"))["text/html"] == "<i>"
    assert bundle(await run(ipython, "f.pop('builtins.str')\n'x'")) == {"text/plain": "'x'"}


async def test_of_several_values_the_earlier_are_displayed(ipython: Backend) -> None:
    await run(ipython, "get_ipython().ast_node_interactivity = 'all'")
    ran = await run(ipython, "1\n2\n3")
    assert ([shown.bundle["text/plain"] for shown in ran.displays], ran.value) == (["1", "2"], "3")


async def test_a_repr_that_displays_another_value_that_fails(ipython: Backend) -> None:
    code = """
class Inner:
    def __repr__(self): return 1 / 0
class Outer:
    def __repr__(self):
        display(Inner())
        raise KeyError
Outer()
"""
    ran = await run(ipython, code)
    assert ran.value == "<repr failed: KeyError>"
    assert [shown.bundle["text/plain"] for shown in ran.displays] == ["<repr failed: ZeroDivisionError>"]
    assert ran.stderr == ""


async def test_nothing_of_matplotlib_is_imported_unasked(backend: Backend) -> None:
    code = "import sys\nclass Rich:\n    def _repr_html_(self): return 'x'\ndisplay(Rich())\n"
    code += "[name for name in sys.modules if name.startswith('matplotlib')]"
    assert await value(backend, code) == "[]"
