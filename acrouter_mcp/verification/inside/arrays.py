"""numpy's arrays, scalars and types: type, shape and bytes. Nothing is unpickled; objects go one by one."""

from __future__ import annotations

import base64
import sys
from typing import Any

from .plain import Reader, Write


def write_array(value: Any, kind: type, write: Write) -> list[Any] | None:
    """Return the JSON of an array, a masked array, a scalar or a type of numpy's; None for anything else."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    if kind is numpy.ma.MaskedArray:
        return ["ma", write(value.data), write(numpy.ma.getmaskarray(value)), write(value.fill_value)]
    if isinstance(value, numpy.dtype):
        return ["dtp", numpy.lib.format.dtype_to_descr(value)]
    if not (kind is numpy.ndarray or issubclass(kind, numpy.generic)):
        return None
    if value.dtype.hasobject:
        if value.dtype.fields:
            return None
        return ["ndo", list(value.shape), [write(item) for item in value.ravel().tolist()]]
    data = base64.b64encode(value.tobytes()).decode("ascii")
    return ["nd", numpy.lib.format.dtype_to_descr(value.dtype), list(value.shape), data, kind is not numpy.ndarray]


def library_part(value: object) -> str | None:
    """Return the name of a function of numpy's that works on elements, or of a type of its scalars; else None."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    if isinstance(value, numpy.ufunc) or (isinstance(value, type) and issubclass(value, numpy.generic)):
        name = getattr(value, "__name__", "")
        return name if getattr(numpy, name, None) is value else None
    return None


def read_part(name: str) -> object:
    """Return what `library_part` names; raises ValueError for any other name."""
    import numpy as np

    found: object = getattr(np, name, None)
    if library_part(found) != name:
        raise ValueError(name)
    return found


def _type(described: Any) -> Any:
    import numpy as np  # only where a value of it crosses

    def tuples(part: Any) -> Any:
        return [tuple(tuples(p) if isinstance(p, list) else p for p in row) for row in part]

    kind = np.dtype(tuples(described) if isinstance(described, list) else str(described))
    if kind.hasobject:
        raise ValueError("a type with objects in it")
    return kind


def _read_type(_: Any, described: Any) -> Any:
    import numpy as np

    return np.dtype(object) if described == "|O" else _type(described)


def _read_plain(_: Any, described: Any, shape: list[int], data: str, scalar: bool) -> Any:
    import numpy as np

    array = np.frombuffer(base64.b64decode(data), dtype=_type(described)).reshape([int(n) for n in shape]).copy()
    return array[()] if scalar else array


def _read_objects(read: Any, shape: list[int], items: list[Any]) -> Any:
    import numpy as np

    array = np.empty(len(items), dtype=object)
    for index, item in enumerate(items):
        array[index] = read(item)
    return array.reshape([int(n) for n in shape])


def _read_masked(read: Any, data: Any, mask: Any, fill: Any) -> Any:
    import numpy as np

    return np.ma.MaskedArray(read(data), read(mask), fill_value=read(fill))


READERS: dict[str, Reader] = {
    "nd": _read_plain,
    "ndo": _read_objects,
    "ma": _read_masked,
    "dtp": _read_type,
    "np": lambda _, name: read_part(str(name)),
}
