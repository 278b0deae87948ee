"""Cut out of Python source what is needed, with its comments: the exported code holds nothing else.

The formulas of generated data are taken from this package's own source, so there is one version of them.
"""

import ast
import builtins
import sys
from collections.abc import Iterable, Mapping

# Names that exported code may use, and the module that each comes from ("" where it is the module itself).
IMPORTED: Mapping[str, str] = {
    "argparse": "",
    "csv": "",
    "gzip": "",
    "io": "",
    "math": "",
    "struct": "",
    "sys": "",
    "tarfile": "",
    "zipfile": "",
    "Callable": "collections.abc",
    "Iterable": "collections.abc",
    "Iterator": "collections.abc",
    "OrderedDict": "collections",
    "Path": "pathlib",
    "np": "numpy",
    "NDArray": "numpy.typing",
    "torch": "",
    "nn": "torch",
    "functional": "torch.nn",
    "datasets": "torchvision",
}


def names_in(source: str) -> set[str]:
    """Every name that ``source`` mentions."""
    return _names(ast.parse(source))


def needed(source: str, roots: Iterable[str]) -> set[str]:
    """The definitions in ``source`` that ``roots`` need, directly or through others, themselves included."""
    definitions = {name: node for node in ast.parse(source).body for name in _defined(node)}
    found: set[str] = set()
    waiting = [name for name in roots if name in definitions]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [other for other in _names(definitions[name]) if other in definitions]
    return found


def keep(source: str, names: set[str]) -> str:
    """``source`` without the definitions of other names; what defines nothing stays, imports and texts go.

    Assignments stay apart where they were.
    """
    lines = source.splitlines()
    text, was_block = "", False
    for node in ast.parse(source).body:
        defined = _defined(node)
        if isinstance(node, ast.Import | ast.ImportFrom) or _is_text(node) or (defined and not names & set(defined)):
            continue
        is_block = not isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr)
        first = _first_line(node, lines)
        gap = "\n\n\n" if is_block or was_block else "\n" if first and lines[first - 1].strip() else "\n\n"
        text += (gap if text else "") + "\n".join(lines[first : node.end_lineno])
        was_block = is_block
    return text


def imports_for(source: str) -> str:
    """The import statements that ``source`` needs, in the usual order."""
    used = names_in(source) & IMPORTED.keys()
    plain = {f"import {IMPORTED[name]} as np" if name == "np" else f"import {name}" for name in used if _alone(name)}
    members: dict[str, list[str]] = {}
    for name in sorted(used):
        if not _alone(name):
            members.setdefault(IMPORTED[name], []).append(name)
    statements = sorted(plain) + [f"from {module} import {', '.join(members[module])}" for module in sorted(members)]
    standard = [line for line in statements if _package(line) in sys.stdlib_module_names]
    others = [line for line in statements if line not in standard]
    return "\n\n".join("\n".join(part) for part in (standard, others) if part)


def _alone(name: str) -> bool:
    return name == "np" or not IMPORTED[name]


def _package(statement: str) -> str:
    return statement.split()[1].split(".")[0]


def _names(node: ast.AST) -> set[str]:
    found = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    return found - set(dir(builtins))


def _defined(node: ast.stmt) -> list[str]:
    """The names that a statement of a module defines."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [inner.id for target in targets for inner in ast.walk(target) if isinstance(inner, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def _is_text(node: ast.stmt) -> bool:
    """A docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _first_line(node: ast.stmt, lines: list[str]) -> int:
    """Where a statement begins, with its decorators and the comments right above it; counted from 0."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)]) - 1
    while first and lines[first - 1].startswith("#"):
        first -= 1
    return first
