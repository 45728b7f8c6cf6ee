"""Python's operators by the names of their methods, as they are asked for from the other side."""

from __future__ import annotations

import copy
import operator
import sys
from collections.abc import Callable
from typing import Any


def _exit(manager: Any, error: BaseException | None) -> object:
    kind = type(error) if error is not None else None
    return type(manager).__exit__(manager, kind, error, None)


def _reflected(operation: Callable[[Any, Any], object]) -> Callable[[Any, Any], object]:
    return lambda a, b: operation(b, a)


SPECIAL: dict[str, Callable[..., object]] = {
    "__len__": len, "__iter__": iter, "__next__": next, "__str__": str, "__repr__": repr, "__bool__": bool,
    "__hash__": hash, "__int__": int, "__float__": float, "__index__": operator.index, "__abs__": abs,
    "__neg__": operator.neg, "__pos__": operator.pos, "__invert__": operator.invert, "__round__": round,
    "__reversed__": reversed, "__format__": format, "__bytes__": bytes, "__complex__": complex,
    "__eq__": operator.eq, "__ne__": operator.ne, "__lt__": operator.lt, "__le__": operator.le,
    "__gt__": operator.gt, "__ge__": operator.ge, "__contains__": operator.contains,
    "__getitem__": operator.getitem, "__setitem__": operator.setitem, "__delitem__": operator.delitem,
    "__copy__": copy.copy, "__deepcopy__": copy.deepcopy,
    "__enter__": lambda manager: type(manager).__enter__(manager), "__exit__": _exit,
    "__aenter__": lambda manager: type(manager).__aenter__(manager),
    "__aexit__": lambda manager: type(manager).__aexit__(manager, None, None, None),
    "__aiter__": aiter if sys.version_info >= (3, 10) else (lambda a: type(a).__aiter__(a)),
    "__anext__": lambda a: type(a).__anext__(a),
}  # fmt: skip
for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor", "lshift",
              "rshift"):  # fmt: skip
    _plain = _name.rstrip("_")
    SPECIAL[f"__{_plain}__"] = getattr(operator, _name)
    SPECIAL[f"__r{_plain}__"] = _reflected(getattr(operator, _name))
    SPECIAL[f"__i{_plain}__"] = getattr(operator, f"i{_plain}")
OFFERED = (*SPECIAL, "__call__", "__await__")
