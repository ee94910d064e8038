"""The places that tracebacks name, in the forms of Python, IPython and remote targets."""

from __future__ import annotations

from workbench.frames import Frame, frames_of, own_lines

OURS = """Traceback (most recent call last):
  File "<run 4>", line 6, in <module>
    f()
  File "<run 3>", line 4, in f
    g(1)
  File "/usr/lib/python3.11/json/__init__.py", line 346, in loads
    return _default_decoder.decode(s)
ValueError: no
"""
CHAINED = """Traceback (most recent call last):
  File "<run 4>", line 2, in <module>
    1/0
ZeroDivisionError: division by zero

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "<run 4>", line 4, in <module>
    raise KeyError
KeyError
"""
IPYTHON = """---------------------------------------------------------------------------
ZeroDivisionError                         Traceback (most recent call last)
Cell In[2], line 3
      1 def f():
----> 3     return 1/0

File /usr/lib/python3.11/abc.py:117, in x
"""


def test_every_place_is_found() -> None:
    assert frames_of(OURS) == [
        Frame("<run 4>", 6),
        Frame("<run 3>", 4),
        Frame("/usr/lib/python3.11/json/__init__.py", 346),
    ]
    assert frames_of(IPYTHON) == [Frame("Cell In[2]", 3), Frame("/usr/lib/python3.11/abc.py", 117)]


def test_own_lines_are_those_of_the_code_that_was_run() -> None:
    assert own_lines(OURS, 4) == [6]
    assert own_lines(CHAINED, 4) == [2, 4]
    assert own_lines(CHAINED, 9) == [2, 4], "the target counts otherwise"
    assert own_lines(IPYTHON, 7) == [3]
    assert own_lines('  File "<run 2>", line 1\n    1 +\n      ^\nSyntaxError: x', 2) == [1]
    assert own_lines("Boom", 2) == []
    assert own_lines('Traceback (most recent call last):\n  File "/a.py", line 1, in x\nE', 2) == []
