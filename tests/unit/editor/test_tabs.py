"""Where tabs go."""

from __future__ import annotations

from textual._cells import cell_len

from workbench.widgets.editor.tabs import Tab, place

THREE = (Tab("a", "first.py"), Tab("b", "second.py", dirty=True), Tab("c", "third.py"))


def test_tabs_lie_side_by_side() -> None:
    placed = place(THREE, "a", 80)
    assert [item.text for item in placed] == ["  first.py × ", "● second.py × ", "  third.py × "]
    assert [(item.left, item.right) for item in placed] == [(0, 13), (13, 27), (27, 40)]


def test_names_shrink_before_anything_is_left_out() -> None:
    tabs = tuple(Tab(str(n), f"a_rather_long_name_{n}.py") for n in range(4))
    placed = place(tabs, "0", 64)
    assert len(placed) == 4
    assert placed[-1].right <= 64
    assert all("…" in item.text for item in placed)


def test_the_active_tab_is_always_whole() -> None:
    tabs = tuple(Tab(str(n), f"name_number_{n}.py") for n in range(30))
    for active in range(30):
        item = next(item for item in place(tabs, str(active), 40) if item.tab.id == str(active))
        assert item.right <= 40


def test_wide_and_hostile_names_keep_their_width() -> None:
    placed = place((Tab("a", "日本\x1b[31m[b]"), Tab("b", "x" * 300)), "a", 40)
    assert "\x1b" not in placed[0].text
    assert all(cell_len(item.text) == item.right - item.left for item in placed)


def test_no_room_and_no_tabs() -> None:
    assert place((), "", 10) == []
    assert place(THREE, "c", 0)[0].tab.id == "c"
