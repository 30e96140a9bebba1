"""Formulas written in the definitions: read as sums, never executed as Python."""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation
from functools import cache
from typing import Any

from simpleeval import DEFAULT_OPERATORS, SimpleEval

_OPERATORS = (
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.USub, ast.Not,
    ast.Gt, ast.GtE, ast.Lt, ast.LtE, ast.Eq, ast.NotEq,
)  # fmt: skip
_NODES = (ast.Expr, ast.Name, ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call, ast.Constant)


class Absent(Exception):
    """A term has no value: the result has none either. Its text is the name of the term."""


class Wrong(Exception):
    """The expression cannot be read; its text says why."""


def rounded(value: Decimal, decimals: Decimal = Decimal(0)) -> Decimal:
    """Half away from zero, as amounts are."""
    return value.quantize(Decimal(1).scaleb(-int(decimals)), ROUND_HALF_UP)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {"min": min, "max": max, "abs": abs, "arrondi": rounded}


class _Evaluator(SimpleEval):
    def __init__(self, value_of: Callable[[str], Any]) -> None:
        operators = {node: DEFAULT_OPERATORS[node] for node in _OPERATORS}
        super().__init__(operators=operators, functions=dict(FUNCTIONS), names=lambda node: value_of(node.id))
        kept: dict[Any, Any] = {node: self.nodes[node] for node in _NODES}  # type: ignore[has-type]
        self.nodes = kept | {ast.Constant: _constant}


def _constant(node: ast.Constant) -> Any:
    is_number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return Decimal(str(node.value)) if is_number else node.value


@dataclass(frozen=True)
class Expression:
    """A formula and its terms, in the order they are read.

    `0.30 * min(prix_de_revient, plafond)`; functions: min, max, abs, arrondi(valeur, décimales); conditions:
    `a if c else b`.

    :raises Wrong: when it cannot be read
    """

    text: str

    def __post_init__(self) -> None:
        _tree(self.text)

    @property
    def terms(self) -> tuple[str, ...]:
        """The names that it needs."""
        return _terms(self.text)

    def value(self, value_of: Callable[[str], Any]) -> Any:
        """The result, exact; `value_of(name)` gives each term, or raises Absent.

        :raises Absent: when a term has no value, or the formula divides by nothing
        """
        try:
            return _Evaluator(value_of).eval(self.text, previously_parsed=_tree(self.text))
        except (DivisionByZero, InvalidOperation, ZeroDivisionError):
            raise Absent(f"division par zéro dans « {self.text} »")

    def needed(self, value_of: Callable[[str], Any]) -> tuple[str, ...]:
        """The names that the result depends on with these values: those of a branch not taken are left out."""
        return tuple(dict.fromkeys(_needed(_tree(self.text), value_of)))


def _needed(node: ast.AST, value_of: Callable[[str], Any]) -> Iterator[str]:
    """Of a condition without answer, all that it may lead to."""
    if isinstance(node, ast.Name) and node.id not in FUNCTIONS:
        yield node.id
    for child in _taken(node, value_of):
        yield from _needed(child, value_of)


def _taken(node: ast.AST, value_of: Callable[[str], Any]) -> list[ast.AST]:
    if not isinstance(node, ast.IfExp):
        return list(ast.iter_child_nodes(node))
    try:
        is_true = _Evaluator(value_of).eval("", previously_parsed=node.test)
    except (Absent, DivisionByZero, InvalidOperation, ZeroDivisionError):
        return [node.test, node.body, node.orelse]
    return [node.test, node.body if is_true else node.orelse]


@cache
def _tree(text: str) -> ast.AST:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise Wrong(f"« {text} » ne se lit pas : {error.msg}")


@cache
def _terms(text: str) -> tuple[str, ...]:
    names = [node.id for node in ast.walk(_tree(text)) if isinstance(node, ast.Name)]
    return tuple(dict.fromkeys(name for name in names if name not in FUNCTIONS))
