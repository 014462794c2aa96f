"""Columns as numpy arrays and pandas frames, where those are installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Dict, List

from .batch import Columns
from .fixed import SCALE, UNDEFINED
from .layouts import Field

_CODES = {"B": "u1", "H": "<u2", "I": "<u4", "q": "<i8", "Q": "<u8", "u48": "<u8"}


def structured(columns: Columns) -> Any:
    """A structured array with a field a column. 128-bit sums become ``float64`` in wholes, without
    the ending ``_e9``; `Columns` has them exactly."""
    numpy: Any = import_module("numpy")
    raw = numpy.frombuffer(columns.data, dtype=_raw_type(columns))
    names = [_name(field) for field in columns.layout]
    formats = [_CODES.get(field.code, "<f8") for field in columns.layout]
    array = numpy.empty(len(raw), dtype={"names": names, "formats": formats})
    for field in columns.layout:
        if field.code == "i128":
            # The low half as a signed number, so that small negative sums keep their digits.
            low = raw[field.name].astype("<i8")
            high = (raw[field.name + ".high"] + (low < 0)).astype("f8") * 2.0**64
            places = 1e18 if field.name.endswith("_e18") else 1e9
            array[_name(field)] = (low.astype("f8") + high) / places
        elif field.code == "u48":
            array[field.name] = raw[field.name] & numpy.uint64(2**48 - 1)
        else:
            array[field.name] = raw[field.name]
    return array


def _name(field: Field) -> str:
    return field.name.rpartition("_e")[0] if field.code == "i128" else field.name


def _raw_type(columns: Columns) -> Dict[str, Any]:
    names: List[str] = []
    formats: List[str] = []
    offsets: List[int] = []
    for field in columns.layout:
        names.append(field.name)
        formats.append(_CODES.get(field.code, "<u8"))
        offsets.append(field.offset)
        if field.code == "i128":
            names.append(field.name + ".high")
            formats.append("<i8")
            offsets.append(field.offset + 8)
    return {"names": names, "formats": formats, "offsets": offsets, "itemsize": columns.size}


def frame(columns: Columns) -> Any:
    """A pandas frame: times in UTC, prices and sizes as floats, instruments as categories."""
    numpy: Any = import_module("numpy")
    pandas: Any = import_module("pandas")
    array = structured(columns)
    made: Dict[str, Any] = {}
    for name in array.dtype.names:
        column = array[name]
        if name == "instrument":
            made["instrument"] = pandas.Categorical(columns.keys())
        elif name == "scope":
            label = "spec" if columns.kind == "bar" else "source"
            made[label] = pandas.Categorical(columns.scopes())
        elif name in ("time", "receive_time", "start", "end"):
            # The smallest integer is "not a time" for numpy, as it is "unknown" here.
            made[name] = pandas.Series(column.view("M8[ns]")).dt.tz_localize("UTC")
        elif name.endswith("_e9"):
            made[name[:-3]] = numpy.where(column == UNDEFINED, numpy.nan, column / SCALE)
        else:
            made[name] = column
    return pandas.DataFrame(made)
