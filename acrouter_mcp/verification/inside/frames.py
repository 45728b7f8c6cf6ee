"""pandas' tables, columns, indexes and scalars, as the arrays and names that they are made of."""

from __future__ import annotations

import sys
from typing import Any

from .plain import Reader, Write


def write_frame(value: Any, kind: type, write: Write) -> list[Any] | None:
    """Return the JSON of a value of pandas'; None for anything else, subclasses included."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not kind.__module__.startswith("pandas"):
        return None
    if kind is pandas.DataFrame:
        columns = [write(_array(value.iloc[:, i])) for i in range(value.shape[1])]
        return ["pdF", write(value.index), write(value.columns), columns, write(dict(value.attrs))]
    if kind is pandas.Series:
        return ["pdS", write(_array(value)), write(value.index), write(value.name)]
    if isinstance(value, pandas.Index):
        return _write_index(pandas, value, kind, write)
    if isinstance(value, pandas.api.extensions.ExtensionArray):
        return _write_extension(pandas, value, write)
    if isinstance(value, pandas.api.extensions.ExtensionDtype):
        return ["pdD", str(value)] if kind is not pandas.CategoricalDtype else None
    return _write_scalar(pandas, value, kind, write)


def _array(column: Any) -> Any:
    """Return what a column holds: numpy's own array, where it is one."""
    array = column.array
    return array.to_numpy() if type(array).__name__ in ("NumpyExtensionArray", "PandasArray") else array


def _write_index(pandas: Any, value: Any, kind: type, write: Write) -> list[Any] | None:
    names = write(list(value.names))
    if kind is pandas.RangeIndex:
        return ["pdR", value.start, value.stop, value.step, names]
    if kind is pandas.MultiIndex:
        return ["pdM", [write(level) for level in value.levels], [write(code) for code in value.codes], names]
    frequency = getattr(value, "freqstr", None) if kind in (pandas.DatetimeIndex, pandas.TimedeltaIndex) else None
    return ["pdI", write(_array(value)), frequency, names]


def _write_extension(pandas: Any, value: Any, write: Write) -> list[Any] | None:
    if isinstance(value, pandas.Categorical):
        return ["pdC", write(value.codes), write(value.categories), value.ordered]
    if isinstance(value, pandas.arrays.IntervalArray):
        return ["pdV", write(value.left), write(value.right), value.closed]
    if isinstance(value, pandas.arrays.DatetimeArray):
        zone = None if value.tz is None else str(value.tz)
        return ["pdT", write(value.asi8), value.unit, zone]
    if isinstance(value, pandas.arrays.TimedeltaArray):
        return ["pdL", write(value.asi8), value.unit]
    if isinstance(value, pandas.arrays.PeriodArray):
        return ["pdP", write(value.asi8), value.freqstr]
    if isinstance(value.dtype, pandas.SparseDtype):
        return None
    items = [None if one is pandas.NA else one for one in value.tolist()]
    return ["pdA", write(items), str(value.dtype)]


def _write_scalar(pandas: Any, value: Any, kind: type, write: Write) -> list[Any] | None:
    if value is pandas.NaT or value is pandas.NA:
        return ["pdN", value is pandas.NA]
    if kind is pandas.Timestamp:
        zone = None if value.tz is None else str(value.tz)
        return ["pdt", write(value._value), value.unit, zone]
    if kind is pandas.Timedelta:
        return ["pdl", write(value._value), value.unit]
    if kind is pandas.Period:
        return ["pdp", value.ordinal, value.freqstr]
    if kind is pandas.Interval:
        return ["pdv", write(value.left), write(value.right), value.closed]
    return None


def _named(index: Any, names: Any) -> Any:
    index.names = names
    return index


def _frame(read: Any, index: Any, columns: Any, data: Any, attrs: Any) -> Any:
    import pandas as pd  # only where a value of it crosses

    rows = read(index)
    frame = pd.DataFrame({i: _series(pd, read(one), rows) for i, one in enumerate(data)}, index=rows)
    frame.columns = read(columns)
    frame.attrs = read(attrs)
    return frame


def _series(pd: Any, array: Any, index: Any, name: Any = None) -> Any:
    """Return a column without a guess at its type: an array of texts is one of objects, if it was."""
    return pd.Series(array, index=index, name=name, dtype=getattr(array, "dtype", None))


def _index(read: Any, data: Any, frequency: Any, names: Any) -> Any:
    import pandas as pd

    array = read(data)
    index = pd.Index(array, dtype=getattr(array, "dtype", None))
    if frequency is not None:
        index = index._with_freq(None)  # pyright: ignore[reportAttributeAccessIssue]
        index.freq = frequency
    return _named(index, read(names))


def _multi(read: Any, levels: Any, codes: Any, names: Any) -> Any:
    import pandas as pd

    return pd.MultiIndex([read(one) for one in levels], [read(one) for one in codes], names=read(names))


def _pd(make: Any) -> Reader:
    """Return a reader that is given pandas, the function that reads, and what was written."""

    def reader(read: Any, *parts: Any) -> Any:
        import pandas as pd

        return make(pd, read, *parts)

    return reader


def _dates(pd: Any, read: Any, stamps: Any, unit: str, zone: Any) -> Any:
    array = pd.arrays.DatetimeArray._from_sequence(read(stamps).view(f"M8[{unit}]"))
    return array if zone is None else array.tz_localize("UTC").tz_convert(zone)


def _stamp(pd: Any, read: Any, value: Any, unit: str, zone: Any) -> Any:
    stamp = pd.Timestamp(int(read(value)), unit=unit).as_unit(unit)
    return stamp if zone is None else stamp.tz_localize("UTC").tz_convert(zone)


READERS: dict[str, Reader] = {
    "pdF": _frame,
    "pdS": _pd(lambda pd, read, data, index, name: _series(pd, read(data), read(index), read(name))),
    "pdR": _pd(lambda pd, read, start, stop, step, names: _named(pd.RangeIndex(start, stop, step), read(names))),
    "pdM": _multi,
    "pdI": _index,
    "pdC": _pd(lambda pd, read, codes, kinds, ordered: pd.Categorical.from_codes(read(codes), read(kinds), ordered)),
    "pdV": _pd(lambda pd, read, left, right, closed: pd.arrays.IntervalArray.from_arrays(
        read(left), read(right), closed)),
    "pdT": _pd(_dates),
    "pdL": _pd(lambda pd, read, stamps, unit: pd.arrays.TimedeltaArray._from_sequence(
        read(stamps).view(f"m8[{unit}]"))),
    "pdP": _pd(lambda pd, read, ordinals, freq: pd.arrays.PeriodArray(read(ordinals), dtype=f"period[{freq}]")),
    "pdA": _pd(lambda pd, read, items, kind: pd.array(read(items), dtype=str(kind))),
    "pdD": _pd(lambda pd, _, name: pd.api.types.pandas_dtype(str(name))),
    "pdN": _pd(lambda pd, _, missing: pd.NA if missing else pd.NaT),
    "pdt": _pd(_stamp),
    "pdl": _pd(lambda pd, read, value, unit: pd.Timedelta(int(read(value)), unit=unit).as_unit(unit)),
    "pdp": _pd(lambda pd, _, ordinal, freq: pd.Period(ordinal=ordinal, freq=str(freq))),
    "pdv": _pd(lambda pd, read, left, right, closed: pd.Interval(read(left), read(right), closed)),
}  # fmt: skip
