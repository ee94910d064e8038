"""Running parts of a buffer in the whole app, and the way from an error to its line."""

from __future__ import annotations

from pathlib import Path

from tests.app.whole import whole


async def test_cells_run_one_after_the_other(home: Path) -> None:
    async with whole() as it:
        await it.write("x = 20\n# %%\nx += 1\n# %%\nprint('x is', x)")
        it.main.editor.editor.move_cursor((0, 0))
        await it.press("alt+enter", "alt+enter", "alt+enter")
        await it.until(lambda: "x is 21" in it.output, "the output")
        assert it.code.endswith("print('x is', x)\n\n# %%\n")
        await it.press("alt+u")
        await it.until(lambda: it.output.count("x is 21") == 2, "all above")
        await it.write("y = 5\nfor z in range(2):\n    print('z', z)")
        it.main.editor.editor.move_cursor((0, 0))
        await it.press("alt+j", "alt+j")
        await it.until(lambda: "z 1" in it.output, "the loop")


async def test_errors_lead_to_their_lines(home: Path) -> None:
    (home / "lib.py").write_text("def g():\n    return {}['no']\n")
    async with whole() as it:
        await it.write("def f():\n    return 1 / 0\n# %%\nx = 1\nf()")
        it.main.editor.editor.move_cursor((0, 0))
        await it.press("alt+enter", "f5")
        editor = it.main.editor.editor
        await it.until(lambda: editor.failed_rows, "the mark")
        assert editor.failed_rows == [4]
        it.main.run_desk.go_to("<run 1>", 2)
        await it.until(lambda: editor.cursor_location == (1, 4), "the function")
        it.main.run_desk.go_to(str(home / "lib.py"), 2)
        await it.until(lambda: it.main.editor.document.name == "lib.py", "the file")
        await it.until(lambda: it.main.editor.editor.cursor_location[0] == 1, "the line")
        it.main.run_desk.go_to("<run 77>", 2)
        await it.notice("Nobody knows")
        it.main.run_desk.go_to("/no/such.py", 2)
        await it.notice("no file /no/such.py")


async def test_go_to_line_asks(home: Path) -> None:
    async with whole() as it:
        await it.write("a\nb\nc\nd")
        await it.press("ctrl+g")
        await it.answer("x")
        await it.see("Write a number")
        await it.answer("2")
        await it.until(lambda: it.main.editor.editor.cursor_location == (1, 0), "line 2")
