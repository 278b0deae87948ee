"""The plan of the house as numbers: rooms, imports between them, circles, long files. ``python3 dev.py rooms``.

Read off the source with ``ast`` alone: every import counts, also one inside a function or for a type checker only.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("relulab", "ui")

# The lines that ``relulab/`` and ``ui/`` may have together: the house as planned, and what was built onto it since.
LINES_ALLOWED = {
    "the house as planned": 44_900,
    "verdicts by steps, causes, new rules, the exam": 2_500,
    "no lost work, no unsafe file": 2_200,
    "tables and image files as people have them": 6_000,
    "many at once: populations, maps, sweeps": 14_480,
    "see inside: the network as a picture": 17_550,
    "the window once more, and fast where the user waits": 9_305,
}


@dataclass(frozen=True, slots=True)
class Limit:
    """``found`` may be at most ``most``; ``where`` names what counts, the worst first."""

    name: str
    found: int
    most: int
    where: tuple[str, ...] = ()

    @property
    def held(self) -> bool:
        return self.found <= self.most

    def __str__(self) -> str:
        line = f"{'ok' if self.held else 'TOO MANY':<9}{self.name:<42}{self.found:>7,}  (at most {self.most:,})"
        return line if self.held else "\n".join([line, *(f"{'':9}  {place}" for place in self.where)])


class House:
    """The modules of the checkout at ``root``: their source, their imports."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.files = {_name(path.relative_to(root)): path for path in _sources(root)}
        self.trees = {name: ast.parse(path.read_text("utf-8")) for name, path in self.files.items()}

    @cached_property
    def imports(self) -> dict[str, set[str]]:
        """Which modules of the house each module imports."""
        return {name: set(self._imported(tree)) - {name} for name, tree in self.trees.items()}

    @cached_property
    def room_imports(self) -> dict[str, set[str]]:
        """Which rooms of ``ui`` each room imports; a loose file is a room of its own."""
        rooms: dict[str, set[str]] = {}
        for importer, imported in self.imports.items():
            if importer.startswith("ui."):
                rooms.setdefault(room_of(importer), set()).update(map(room_of, imported))
        return {
            room: {other for other in others if other[:3] == "ui." and other != room} for room, others in rooms.items()
        }

    @property
    def rooms(self) -> list[str]:
        """The folders of ``ui``."""
        return sorted(path.name for path in (self.root / "ui").iterdir() if (path / "__init__.py").exists())

    @property
    def loose_files(self) -> list[str]:
        """The files of ``ui`` outside of its folders."""
        return sorted(path.name for path in (self.root / "ui").glob("*.py"))

    def circles(self) -> list[tuple[str, ...]]:
        """Modules, and rooms of one folder, that import each other in a circle."""
        found = circles(self.imports)
        for package in sorted({name.rpartition(".")[0] for name in self.files} - {""}):
            found += circles(self._siblings(package))
        return sorted(set(found))

    def definitions(self) -> Iterator[tuple[str, ast.stmt, int]]:
        """Every class and function: the name of its module, the node, its lines."""
        for name, tree in self.trees.items():
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                    yield name, node, (node.end_lineno or node.lineno) - node.lineno + 1

    def lines(self, name: str) -> int:
        return self.files[name].read_text("utf-8").count("\n")

    def _imported(self, tree: ast.Module) -> Iterator[str]:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names if alias.name in self.files)
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    submodule = f"{node.module}.{alias.name}"
                    if submodule in self.files:
                        yield submodule
                    elif node.module in self.files:
                        yield node.module

    def _siblings(self, package: str) -> dict[str, set[str]]:
        """Which children of a package import which: a file, or everything in a folder together."""
        depth = package.count(".") + 2
        children: dict[str, set[str]] = {}
        for importer, imported in self.imports.items():
            if importer.startswith(f"{package}."):
                mine = ".".join(importer.split(".")[:depth])
                others = {".".join(other.split(".")[:depth]) for other in imported if other.startswith(f"{package}.")}
                children.setdefault(mine, set()).update(others - {mine})
        return children


def room_of(module: str) -> str:
    """``ui.live`` of ``ui.live.loss``."""
    return ".".join(module.split(".")[:2])


def circles(graph: dict[str, set[str]]) -> list[tuple[str, ...]]:
    """The strongly connected components of more than one node (Tarjan 1972)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[tuple[str, ...]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(graph.get(node, ())):
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            component = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(component) > 1:
                found.append(tuple(sorted(component)))

    sys.setrecursionlimit(max(sys.getrecursionlimit(), 10 * len(graph) + 1000))
    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def limits(house: House) -> list[Limit]:
    """What the plan promises, and how the house stands."""
    edges = [f"{room} -> {other}" for room, others in sorted(house.room_imports.items()) for other in sorted(others)]
    loops = [" <-> ".join(circle) for circle in house.circles()]
    return [
        Limit("loose files in ui/", len(house.loose_files), 4, tuple(house.loose_files)),
        Limit("rooms in ui/", len(house.rooms), 8, tuple(house.rooms)),
        Limit("imports between rooms of ui/", len(edges), 30, tuple(edges)),
        Limit("circles", len(loops), 0, tuple(loops)),
        _longest("lines of the longest file", 400, ((house.lines(name), name) for name in house.files)),
        _longest("lines of the longest class", 350, _sizes(house, ast.ClassDef)),
        _longest("lines of the longest function", 50, _sizes(house, ast.FunctionDef, ast.AsyncFunctionDef)),
        Limit("lines of relulab/ and ui/", sum(map(house.lines, house.files)), sum(LINES_ALLOWED.values())),
    ]


def _sizes(house: House, *kinds: type[ast.stmt]) -> Iterator[tuple[int, str]]:
    for name, node, lines in house.definitions():
        if isinstance(node, kinds):
            yield lines, f"{name}: {getattr(node, 'name', '')}"


def _longest(name: str, most: int, sizes: Iterable[tuple[int, str]]) -> Limit:
    ordered = sorted(sizes, reverse=True)
    return Limit(
        name, ordered[0][0] if ordered else 0, most, tuple(f"{lines} {what}" for lines, what in ordered if lines > most)
    )


def _sources(root: Path) -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((root / package).rglob("*.py"))


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def main() -> int:
    """Print every limit; 1 where one does not hold."""
    house = House()
    print("Rooms of ui/:", ", ".join(house.rooms), "and app.py")
    found = limits(house)
    for limit in found:
        print(limit)
    return 0 if all(limit.held for limit in found) else 1


if __name__ == "__main__":
    sys.exit(main())
