"""A student's own formula of x, evaluated without ever running Python code.

The text is parsed into Python's syntax tree, and only the nodes listed here are computed, with NumPy, one by one.
Anything else (names, attributes, calls, text) is refused with a message that quotes the place.
"""

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.errors import DataError
from relulab.formatting import rounded

Array = NDArray[Any]

LENGTH_AT_MOST = 200  # characters
DEPTH_AT_MOST = 100  # nested brackets and operations
EXPONENT_AT_MOST = 100.0
VALUE_AT_MOST = 1e6  # larger targets would make any learning rate diverge

_CONSTANTS = {"pi": np.pi, "e": np.e}
_UNARY: dict[type[ast.unaryop], Callable[..., Array]] = {ast.UAdd: np.positive, ast.USub: np.negative}
_BINARY: dict[type[ast.operator], Callable[..., Array]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[..., Array]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: dict[str, tuple[int, Callable[..., Array]]] = {
    "sin": (1, np.sin),
    "cos": (1, np.cos),
    "tan": (1, np.tan),
    "exp": (1, np.exp),
    "log": (1, np.log),
    "sqrt": (1, np.sqrt),
    "abs": (1, np.abs),
    "sign": (1, np.sign),
    "tanh": (1, np.tanh),
    "floor": (1, np.floor),
    "relu": (1, lambda x: np.maximum(x, 0.0)),
    "min": (2, np.minimum),
    "max": (2, np.maximum),
    "where": (3, np.where),
}
KNOWN_NAMES = "x, pi, e, " + ", ".join(_FUNCTIONS)

# What people write on paper, in the spelling that the parser knows
_SPELLINGS = {"^": "**", "·": "*", "×": "*", "−": "-", "π": "pi", "²": "**2", "³": "**3"}
_LEFT_SIDE = re.compile(r"^\s*(?:y|f\(x\))\s*=(?!=)")
_FOREIGN = re.compile(r"[^A-Za-z0-9_\s.,()+\-*/<>=!]")
_WORDS = re.compile(r"\b(?:if|else|and|or|not|in|is|for|lambda)\b")
_NUMBER_AND_NAME = re.compile(r"(?<![A-Za-z0-9_.])(?:\d++\.?+\d*+|\.\d++)(?:[eE][+-]?\d++)?+\s*+[A-Za-z_(]")


class Expression:
    """``formula``, ready to be computed for arrays of x in [minimum, maximum].

    Raises DataError when it cannot be understood, or has no usable value somewhere in that range.
    """

    def __init__(self, formula: str, minimum: float, maximum: float) -> None:
        if not minimum < maximum:
            raise DataError(f"The range of x must go upwards, not from {minimum:g} to {maximum:g}.")
        self._text = _spelled(formula)
        self._tree = _parsed(self._text)
        self(np.linspace(minimum, maximum, 201))

    @property
    def tree(self) -> ast.expr:
        """The formula as a Python expression of the checked kinds of nodes, to be written down elsewhere."""
        return self._tree

    def __call__(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """The values at ``x``, in the same shape. Raises DataError where one is not finite or is huge."""
        with np.errstate(all="ignore"):
            values = np.broadcast_to(self._value(self._tree, x, 0), x.shape).astype(np.float64)
        _refuse_unusable(values, x)
        return values

    def _value(self, node: ast.expr, x: NDArray[np.float64], depth: int) -> Array:
        """Compute one node of the tree."""
        if depth > DEPTH_AT_MOST:
            raise DataError(f"The formula is nested more than {DEPTH_AT_MOST} levels deep. Write a simpler one.")
        inner = depth + 1
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return self._number(node, number)
            case ast.Name(id="x"):
                return x
            case ast.Name(id=name) if name in _CONSTANTS:
                return np.asarray(_CONSTANTS[name])
            case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
                return _UNARY[type(op)](self._quantity(operand, x, inner))
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return self._power(right, self._quantity(left, x, inner), self._quantity(right, x, inner))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                return _BINARY[type(op)](self._quantity(left, x, inner), self._quantity(right, x, inner))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
                return _COMPARISONS[type(op)](self._quantity(left, x, inner), self._quantity(right, x, inner))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS:
                return self._call(node, name, arguments, x, inner)
        raise self._refusal(node)

    def _quantity(self, node: ast.expr, x: NDArray[np.float64], depth: int) -> Array:
        """A value to calculate with; a condition counts as 0 or 1."""
        return np.asarray(self._value(node, x, depth), np.float64)

    def _number(self, node: ast.expr, number: float) -> Array:
        if abs(number) > VALUE_AT_MOST:
            raise DataError(f"'{self._quote(node)}' is too large: use numbers up to {VALUE_AT_MOST:g}.")
        return np.asarray(float(number))

    def _power(self, node: ast.expr, base: Array, exponent: Array) -> Array:
        if np.abs(exponent).max(initial=0.0) > EXPONENT_AT_MOST:
            raise DataError(f"The exponent '{self._quote(node)}' goes beyond {EXPONENT_AT_MOST:g}. Use a smaller one.")
        return np.power(base, exponent)

    def _call(self, node: ast.expr, name: str, arguments: list[ast.expr], x: NDArray[np.float64], depth: int) -> Array:
        count, function = _FUNCTIONS[name]
        if len(arguments) != count:
            example = {"where": "where(x > 0, x, 0)", "min": "min(x, 1)", "max": "max(x, 0)"}.get(name, f"{name}(x)")
            wanted = "1 value" if count == 1 else f"{count} values"
            raise DataError(f"'{self._quote(node)}': {name} takes {wanted} in its brackets, as in {example}.")
        return function(*(self._value(argument, x, depth) for argument in arguments))

    def _refusal(self, node: ast.expr) -> DataError:
        """Why ``node`` is not computed."""
        match node:
            case ast.Name(id=name) if name in _FUNCTIONS:
                return DataError(f"'{name}' is a function: write {name}(x), not {name} alone.")
            case ast.Name(id=name) | ast.Call(func=ast.Name(id=name)) if name not in ("x", *_FUNCTIONS, *_CONSTANTS):
                return DataError(f"'{name}' is not known. A formula can use {KNOWN_NAMES}.")
            case ast.Call(func=ast.Constant() | ast.BinOp() | ast.Call() | ast.Name(id="x" | "pi" | "e")):
                return DataError(f"'{self._quote(node)}': write * to multiply, for example x * (x + 1).")
        return DataError(f"'{self._quote(node)}' cannot be used in a formula of x. It can use {KNOWN_NAMES}.")

    def _quote(self, node: ast.expr) -> str:
        return ast.get_source_segment(self._text, node) or self._text


def _spelled(formula: str) -> str:
    """``formula`` in the parser's spelling. Raises DataError for what no formula contains."""
    text = _LEFT_SIDE.sub("", formula).strip()
    if not text:
        raise DataError("The formula is empty. Write one in x, for example sin(3*x) + 0.5*x.")
    if len(text) > LENGTH_AT_MOST:
        raise DataError(f"The formula has {len(text)} characters; at most {LENGTH_AT_MOST} are allowed.")
    for seen, meant in _SPELLINGS.items():
        text = text.replace(seen, meant)
    if foreign := _FOREIGN.search(text):
        raise DataError(f"'{foreign[0]}' (character {foreign.start() + 1}) has no meaning in a formula of x.")
    if word := _WORDS.search(text):
        raise DataError(f"'{word[0]}' cannot be used in a formula. To choose between values, write where(x > 0, x, 0).")
    if joined := _NUMBER_AND_NAME.search(text):
        number, name = joined[0][:-1].strip(), joined[0][-1]
        raise DataError(f"'{joined[0]}': write * between a number and what follows it: {number}*{name}…")
    return " ".join(text.split())


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        column = getattr(error, "offset", None) or len(text) + 1
        rest = text[column - 1 :]
        place = f"at character {column}, from '{rest}' on" if rest else "at its end: something is missing there"
        raise DataError(f"The formula cannot be understood {place}.") from None


def _refuse_unusable(values: NDArray[np.float64], x: NDArray[np.float64]) -> None:
    """Raise DataError at the first value that no network can be trained on."""
    bad = ~(np.abs(values) <= VALUE_AT_MOST)
    if not bad.any():
        return
    where, value = x[bad].flat[0], values[bad].flat[0]
    if np.isfinite(value):
        raise DataError(
            f"The formula is {rounded(value)} at x = {rounded(where)}: keep its values within ±{VALUE_AT_MOST:g}."
        )
    raise DataError(
        f"The formula has no finite value at x = {rounded(where)}. "
        "Change it, or choose a range of x in which it is defined everywhere."
    )
