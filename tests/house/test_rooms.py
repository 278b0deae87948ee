"""The plan of the house holds, and the tool that measures it sees what it should."""

import pytest

from tests.house.rooms import House, circles, limits, main


def test_the_plan_of_the_house_holds():
    broken = [str(limit) for limit in limits(House()) if not limit.held]
    assert not broken, "\n".join(broken)


def test_it_is_printed(capsys):
    main()
    assert "imports between rooms of ui/" in capsys.readouterr().out


@pytest.fixture
def small_house(tmp_path):
    """Two rooms that know each other, one of them for the type checker only."""
    for name, source in {
        "relulab/__init__.py": "",
        "ui/__init__.py": "",
        "ui/one/__init__.py": "",
        "ui/one/a.py": "from ui.two import b\n",
        "ui/two/__init__.py": "",
        "ui/two/b.py": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from ui.one.a import Thing\n",
        "ui/loose.py": "def late():\n    import ui.one.a\n" + "    pass\n" * 60,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source, "utf-8")
    return House(tmp_path)


def test_rooms_loose_files_and_imports_between_them_are_counted(small_house):
    assert small_house.rooms == ["one", "two"]
    assert small_house.loose_files == ["__init__.py", "loose.py"]
    assert small_house.room_imports["ui.loose"] == {"ui.one"}, "an import inside a function counts"


def test_a_circle_of_types_only_is_a_circle(small_house):
    assert ("ui.one.a", "ui.two.b") in small_house.circles()
    assert ("ui.one", "ui.two") in small_house.circles(), "rooms as a whole, too"


def test_long_functions_are_named(small_house):
    longest = next(limit for limit in limits(small_house) if "function" in limit.name)
    assert not longest.held
    assert longest.where == ("62 ui.loose: late",)


def test_circles_are_the_strongly_connected_components():
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set(), "e": {"d", "f"}, "f": {"e"}}
    assert sorted(circles(graph)) == [("a", "b", "c"), ("e", "f")]
