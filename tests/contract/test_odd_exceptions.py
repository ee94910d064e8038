"""Exceptions that misbehave when they are asked are reported as themselves, within bounds."""

from __future__ import annotations

import pytest

from backend.models import Status
from backend.port import Backend
from tests.contract.driver import run, running, value

pytestmark = pytest.mark.needs("local")

META = "class Meta(type):\n    {}\nclass Odd(Exception, metaclass=Meta): pass\n"
CLASS = "class Odd({}):\n    {}\n"
ODD = {
    "its __class__ raises": CLASS.format("Exception", "__class__ = property(lambda self: 1 / 0)"),
    "its __class__ exits": CLASS.format("Exception", "__class__ = property(lambda self: exit(3))"),
    "its __class__ lies": CLASS.format("Exception", "__class__ = property(lambda self: KeyboardInterrupt)"),
    "its __getattribute__ raises": CLASS.format("Exception", "def __getattribute__(self, name): 1 / 0"),
    "its __getattribute__ exits": CLASS.format(
        "Exception", "def __getattribute__(self, name): raise SystemExit"
    ),
    "its __getattr__ raises": CLASS.format("Exception", "def __getattr__(self, name): 1 / 0"),
    "its __traceback__ raises": CLASS.format("Exception", "__traceback__ = property(lambda self: 1 / 0)"),
    "its __context__ has no end": CLASS.format("Exception", "__context__ = property(lambda self: Odd())"),
    "its __cause__ is nonsense": CLASS.format("Exception", "__cause__ = 17"),
    "its __notes__ raise": CLASS.format("Exception", "__notes__ = property(lambda self: 1 / 0)"),
    "its __module__ is no text": CLASS.format("Exception", "pass") + "Odd.__module__ = 17\n",
    "its line raises": CLASS.format("SyntaxError", "lineno = text = property(lambda self: 1 / 0)"),
    "its name raises": CLASS.format("NameError", "name = property(lambda self: 1 / 0)"),
    "the name of its class raises": META.format("__name__ = property(lambda self: 1 / 0)"),
    "the name of its class lies": META.format("__name__ = property(lambda self: 'Other')"),
    "its class's __getattribute__ raises": META.format("def __getattribute__(self, name): 1 / 0"),
    "its class's __instancecheck__ raises": META.format("def __instancecheck__(self, other): 1 / 0"),
    "its class's __instancecheck__ says yes": META.format("def __instancecheck__(self, o): return True"),
    "its class cannot be hashed": META.format("__hash__ = None"),
    "its class equals all": META.format("def __eq__(self, o): return True\n    __hash__ = type.__hash__"),
}


@pytest.mark.parametrize("how", ODD)
async def test_an_odd_exception_is_reported_as_itself(backend: Backend, how: str) -> None:
    ran = await run(backend, f"kept = 1\n{ODD[how]}raise Odd('words')")
    assert ran.status is Status.FAILED, ran.outcome
    assert ran.outcome.error is not None
    assert (ran.error, ran.outcome.error.message) == ("Odd", "words")
    report = ran.traceback.splitlines()
    assert report[0] == "Traceback (most recent call last):"
    assert "raise Odd('words')" in ran.traceback
    assert "Odd: words" in report
    assert len(report) < 10
    assert await value(backend, "kept") == "1"


@pytest.mark.parametrize("how", ["its __class__ raises", "its class's __getattribute__ raises"])
async def test_what_it_is_chained_to_is_reported_too(backend: Backend, how: str) -> None:
    code = f"{ODD[how]}try: 1 / 0\nexcept Exception:\n    try: raise Odd('inner')\n"
    ran = await run(backend, f"{code}    except Odd as odd: raise ValueError('outer') from odd")
    last = [line for line in ran.traceback.splitlines() if line.endswith(("by zero", "inner", "outer"))]
    assert last == ["ZeroDivisionError: division by zero", "Odd: inner", "ValueError: outer"]
    assert "direct cause" in ran.traceback
    assert "backend" not in ran.traceback


async def test_ordinary_exceptions_keep_their_details(backend: Backend) -> None:
    ran = await run(backend, "class Own(ValueError): pass\ndef f(): raise Own('words')\nf()")
    assert "line 2, in f" in ran.traceback
    assert "^" in (await run(backend, "x = = 1")).traceback
    ran = await run(backend, "try: 1 / 0\nexcept Exception: raise ValueError('x') from None")
    assert "ZeroDivisionError" not in ran.traceback


GROUP = "raise ExceptionGroup('many', [ValueError(1), {}])"


@pytest.mark.parametrize("member", ["Odd('inner')", "ExceptionGroup('more', [Odd('inner')])"])
async def test_a_group_with_an_odd_one_is_reported(ipython: Backend, member: str) -> None:
    ran = await run(ipython, ODD["its __class__ raises"] + GROUP.format(member))
    assert ran.error == "ExceptionGroup"
    assert "ExceptionGroup: many (2 sub-exceptions)" in ran.traceback
    assert "ValueError: 1" in ran.traceback
    assert "Odd: inner" in ran.traceback


async def test_a_very_large_group_is_bounded(ipython: Backend) -> None:
    ran = await run(ipython, "raise ExceptionGroup('many', [ValueError(i) for i in range(100_000)])", limit=5)
    assert ran.error == "ExceptionGroup"
    assert "many (100000 sub-exceptions)" in ran.traceback
    assert len(ran.traceback) < 10_000


CHAIN = """
error = None
for number in range(5000):
    before, error = error, ValueError(number)
    error.__context__ = before
raise error
"""


async def test_a_very_long_chain_is_bounded_and_ends_with_what_happened(backend: Backend) -> None:
    ran = await run(backend, CHAIN)
    assert ran.error == "ValueError"
    assert ran.traceback.startswith("(earlier exceptions are left out)\n")
    assert ran.traceback.endswith("ValueError: 4999\n")
    assert 10 < ran.traceback.count("ValueError: ") < 100


async def test_a_very_long_report_keeps_its_end(backend: Backend) -> None:
    ran = await run(
        backend,
        f"{CLASS.format('Exception', 'pass')}for i in range(30):\n"
        "    try: raise Odd(str(i) * 90_000)\n    except Odd as odd: last = odd\n"
        "def again(i):\n    try: raise Odd('x' * 90_000)\n"
        "    except Odd:\n        if i: again(i - 1)\n        raise KeyError('the last')\nagain(20)",
    )
    assert len(ran.traceback) < 1_100_000
    assert "left out" in ran.traceback
    assert ran.traceback.endswith("KeyError: 'the last'\n")


async def test_a_str_that_hangs_is_asked_once_and_can_be_interrupted(backend: Backend) -> None:
    code = (
        "import time\nkept = 1\nclass Odd(Exception):\n    def __str__(self):\n"
        "        print('on')\n        time.sleep(100)\nraise Odd"
    )
    async with running(backend, code) as execution:
        await execution.until_printed("on\n")
        await execution.stop()
        ran = await execution.end()
    assert not ran.outcome.state_lost
    assert ran.error == "Odd"
    assert ran.stdout.count("on") == 1
    assert await value(backend, "kept") == "1"
