"""Where the solution has a hand in what a test looks at, read off the tests' text.

A value is the solution's as a `RESULT` (it answered with it) or as an `ARGUMENT` (it was given it, and may have changed
it). A comparison of one with the other is in the solution's hands alone.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from dataclasses import dataclass, field

from acrouter_mcp.verification.runner.naming import FUNCTION, bound_in, parameters_of, path_of, paths_of

RESULT, ARGUMENT = "result", "argument"
UNITTEST: dict[str, type[ast.cmpop]] = {
    "assertEqual": ast.Eq, "assertEquals": ast.Eq, "assertListEqual": ast.Eq, "assertDictEqual": ast.Eq,
    "assertTupleEqual": ast.Eq, "assertSetEqual": ast.Eq, "assertSequenceEqual": ast.Eq, "assertCountEqual": ast.Eq,
    "assertMultiLineEqual": ast.Eq, "assertIn": ast.In, "assertLess": ast.Lt, "assertLessEqual": ast.LtE,
    "assertGreater": ast.Gt, "assertGreaterEqual": ast.GtE,
}  # fmt: skip
_BUILTINS = frozenset(vars(builtins)) | {"__name__", "__file__"}
_FIRST = ("setUp", "setup_method", "setUpClass", "asyncSetUp")
Kinds = set[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """One assertion of the tests'."""

    statement: ast.stmt
    operator: type[ast.cmpop] | None = None
    """None where it is no comparison of two sides."""
    sides: tuple[ast.expr, ...] = ()
    kinds: tuple[frozenset[str], ...] = ()
    """Of each side."""
    doubtful: bool = False
    """Whether it sets what the solution answered against what the solution may have changed."""
    calls: frozenset[ast.expr] = frozenset()
    """Those calls in it that are the solution's."""


@dataclass(slots=True)
class _State:
    """What is known of the names in one scope, at one place in it."""

    kinds: dict[str, Kinds] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    parameters: frozenset[str] = frozenset()
    controlled: bool = False
    """Whether the place is reached, or how often, by an argument's doing."""

    def inner(self, parameters: Iterable[str] = ()) -> _State:
        names = frozenset(parameters)
        kinds = {name: set(found) for name, found in self.kinds.items() if name not in names}
        return _State(kinds, dict(self.aliases), self.parameters | names, self.controlled)


def assertions(tree: ast.Module, own: frozenset[str]) -> list[Assertion]:
    """Return the assertions of a test file; `own` are the top-level names of the solution's modules."""
    return _Reader(tree, own).found


class _Reader:
    def __init__(self, tree: ast.Module, own: frozenset[str]) -> None:
        self.found: list[Assertion] = []
        self._bound = bound_in(tree, own)
        functions = [node for node in ast.walk(tree) if isinstance(node, FUNCTION)]
        self._helpers = {
            f.name: f for f in functions if not f.name.startswith("test") and parameters_of(f)[:1] != ["self"]
        }
        self._asking = {name for name, f in self._helpers.items() if self._asks(f)}
        self._given: dict[str, dict[str, Kinds]] = {}
        self._pending: list[tuple[Assertion, set[str]]] = []
        self._pinned: set[str] = set()
        module = _State()
        self._body(tree.body, module)
        for name, function in self._helpers.items():
            state = module.inner(parameters_of(function))
            state.kinds.update({p: set(kinds) for p, kinds in self._given.get(name, {}).items()})
            self._function(function, state)

    def _asks(self, function: ast.AST) -> bool:
        return any(isinstance(n, ast.Call) and self._is_solutions_name(n.func) for n in ast.walk(function))

    def _is_solutions_name(self, node: ast.expr) -> bool:
        while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
            node = node.func if isinstance(node, ast.Call) else node.value
        return isinstance(node, ast.Name) and node.id not in self._bound and node.id not in _BUILTINS

    def _asked(self, call: ast.Call, state: _State) -> bool:
        """Whether a call is one of the solution's, or of a helper that asks it."""
        name = call.func
        if self._is_solutions_name(name):
            return True
        if isinstance(name, ast.Name):
            if name.id in self._helpers:
                return name.id in self._asking
            return name.id in state.parameters or RESULT in state.kinds.get(name.id, ())
        return RESULT in self._kinds(name.value if isinstance(name, ast.Attribute) else name, state)

    def _kinds(self, node: ast.AST, state: _State) -> Kinds:
        """Return in what ways a value may be the solution's."""
        if isinstance(node, ast.Call) and self._asked(node, state):
            return {RESULT}
        path = path_of(node)
        if path is not None:
            known = set(state.kinds.get(_root(path, state), ()))
            if isinstance(node, ast.Attribute):
                return known | self._kinds(node.value, state)
            return known | ({RESULT} if isinstance(node, ast.expr) and self._is_solutions_name(node) else set())
        if isinstance(node, ast.Subscript):
            return self._kinds(node.value, state)
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            inner = state.inner()
            for generator in node.generators:
                self._bind(generator.target, self._iterated(generator.iter, inner), inner)
            parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
            conditions = [test for generator in node.generators for test in generator.ifs]
            iterated = [self._kinds(generator.iter, inner) for generator in node.generators]
            return set().union(*iterated, *(self._kinds(part, inner) for part in (*parts, *conditions)))
        return set().union(*(self._kinds(child, state) for child in ast.iter_child_nodes(node)))

    def _iterated(self, node: ast.expr, state: _State) -> Kinds:
        counted = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"
        return set() if counted else self._kinds(node, state)

    def _mark(self, node: ast.AST, state: _State) -> None:
        """Note what is handed to the solution, and to helpers."""
        for call in [n for n in ast.walk(node) if isinstance(n, ast.Call)]:
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            if isinstance(call.func, ast.Name) and call.func.id in self._helpers:
                self._note_given(call, state)
            if self._asked(call, state):
                for name in {path for value in given for path in paths_of(value)}:
                    if name.partition(".")[0] in self._bound and name not in self._helpers:
                        state.kinds.setdefault(_root(name, state), set()).add(ARGUMENT)

    def _note_given(self, call: ast.Call, state: _State) -> None:
        name = call.func.id  # type: ignore[attr-defined]
        known = self._given.setdefault(name, {})
        named = dict(zip(parameters_of(self._helpers[name]), call.args, strict=False))
        named.update({keyword.arg: keyword.value for keyword in call.keywords if keyword.arg})
        for parameter, value in named.items():
            known.setdefault(parameter, set()).update(self._kinds(value, state))

    def _bind(self, target: ast.expr, kinds: Kinds, state: _State) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            for part in target.elts:
                self._bind(part, kinds, state)
        elif isinstance(target, ast.Starred):
            self._bind(target.value, kinds, state)
        elif isinstance(target, ast.Subscript):
            for within in paths_of(target.value):
                state.kinds.setdefault(_root(within, state), set()).update(kinds)
        elif (path := path_of(target)) is not None:
            state.aliases.pop(path, None)
            state.kinds[path] = set(kinds)

    def _body(self, body: Iterable[ast.stmt], state: _State) -> None:
        for statement in body:
            self._statement(statement, state)

    def _statement(self, node: ast.stmt, state: _State) -> None:
        if isinstance(node, FUNCTION):
            if self._helpers.get(node.name) is not node:
                self._function(node, state.inner(parameters_of(node)))
        elif isinstance(node, ast.ClassDef):
            self._class(node, state)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            self._assign(node, state)
        else:
            self._block(node, state)

    def _class(self, node: ast.ClassDef, state: _State) -> None:
        inner = state.inner()
        methods = sorted((m for m in node.body if isinstance(m, FUNCTION)), key=lambda m: m.name not in _FIRST)
        for method in methods:
            known = state.inner(parameters_of(method)[1:])
            known.kinds.update(inner.kinds)
            self._function(method, known)
            if method.name in _FIRST:
                inner.kinds.update({n: k for n, k in known.kinds.items() if n.startswith(("self.", "cls."))})

    def _block(self, node: ast.stmt, state: _State) -> None:
        if isinstance(node, (ast.For, ast.AsyncFor)):
            self._mark(node.iter, state)
            kinds = self._iterated(node.iter, state)
            self._bind(node.target, kinds, state)
            self._controlled([*node.body, *node.orelse], self._kinds(node.iter, state), state)
        elif isinstance(node, (ast.If, ast.While)):
            self._mark(node.test, state)
            self._controlled([*node.body, *node.orelse], self._kinds(node.test, state), state)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self._mark(item.context_expr, state)
                if item.optional_vars is not None:
                    self._bind(item.optional_vars, self._kinds(item.context_expr, state), state)
            self._body(node.body, state)
        elif isinstance(node, ast.Try):
            self._body([*node.body, *(s for h in node.handlers for s in h.body), *node.orelse, *node.finalbody], state)
        else:
            self._simple(node, state)

    def _controlled(self, body: Iterable[ast.stmt], kinds: Kinds, state: _State) -> None:
        before, state.controlled = state.controlled, state.controlled or ARGUMENT in kinds
        self._body(body, state)
        state.controlled = before

    def _assign(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, state: _State) -> None:
        if node.value is None:
            return
        self._mark(node.value, state)
        kinds = self._kinds(node.value, state)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(node, ast.AugAssign):
                kinds |= self._kinds(target, state)
            self._bind(target, kinds, state)
            path, of = path_of(target), path_of(node.value)
            if path is not None and of is not None and isinstance(node, ast.Assign):
                state.aliases[path] = _root(of, state)

    def _simple(self, node: ast.stmt, state: _State) -> None:
        self._mark(node, state)
        if isinstance(node, ast.Assert):
            self._note(node, node.test, state)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call = node.value
            name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            if name in UNITTEST and len(call.args) >= 2:
                comparison = ast.Compare(left=call.args[0], ops=[UNITTEST[name]()], comparators=[call.args[1]])
                self._note(node, comparison, state)
            elif name.startswith("assert"):
                self._note(node, call, state)
            elif isinstance(call.func, ast.Attribute) and (path := path_of(call.func.value)) is not None:
                kinds = set().union(*(self._kinds(argument, state) for argument in call.args))
                state.kinds.setdefault(_root(path, state), set()).update(kinds)  # `found.append(f(1))`

    def _note(self, statement: ast.stmt, test: ast.expr, state: _State) -> None:
        single = isinstance(test, ast.Compare) and len(test.ops) == 1
        sides = (test.left, test.comparators[0]) if isinstance(test, ast.Compare) and single else ()
        calls = [n for n in ast.walk(test) if isinstance(n, ast.Call) and self._asked(n, state)]
        made = Assertion(
            statement=statement,
            operator=type(test.ops[0]) if isinstance(test, ast.Compare) and single else None,
            sides=sides,
            kinds=tuple(frozenset(self._kinds(side, state)) for side in sides),
            doubtful=self._doubtful(test, state),
            calls=frozenset(calls),
        )
        self.found.append(made)
        if made.doubtful:
            named = {path for path in paths_of(test) if ARGUMENT in state.kinds.get(_root(path, state), ())}
            self._pending.append((made, named))
        elif isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Eq):
            operands = [test.left, *test.comparators]
            if any(not self._kinds(operand, state) for operand in operands):
                self._pinned.update(path for operand in operands if (path := path_of(operand)) is not None)

    def _doubtful(self, test: ast.expr, state: _State) -> bool:
        if isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.Is, ast.IsNot)):
            return False
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            return any(self._doubtful(value, state) for value in test.values)
        kinds = self._kinds(test, state)
        if RESULT not in kinds or not (ARGUMENT in kinds or state.controlled):
            return False
        sides = [test.left, *test.comparators] if isinstance(test, ast.Compare) else []
        return state.controlled or all(self._kinds(side, state) for side in sides)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, state: _State) -> None:
        """Read a body; what it holds against something of the tests' own, later on, is in no doubt before."""
        outer, self._pending = self._pending, []
        pinned, self._pinned = self._pinned, set()
        for statement in node.body:
            already = len(self._pending)
            self._pinned = set()
            self._statement(statement, state)
            for made, named in self._pending[:already]:
                named -= self._pinned
                if not named and made in self.found:
                    self.found[self.found.index(made)] = _certain(made)
        self._pending, self._pinned = outer, pinned


def _certain(made: Assertion) -> Assertion:
    return Assertion(
        statement=made.statement, operator=made.operator, sides=made.sides, kinds=made.kinds, calls=made.calls
    )


def _root(path: str, state: _State) -> str:
    return state.aliases.get(path, path)
