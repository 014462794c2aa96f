"""Exact decimals: prices and sizes are integers in units of 10⁻⁹."""

from __future__ import annotations

import math
from decimal import Context, Decimal, InvalidOperation
from typing import Optional, Union

UNDEFINED = -(2**63)
"""A price, size or time that is not there."""

SCALE = 10**9
_HIGHEST = 2**63 - 1
# Wide enough for 128 bits; the default context would round what is longer than 28 digits.
_CONTEXT = Context(prec=60)

Number = Union[int, str, Decimal, float]


def decimal_of(units: int, places: int = 9) -> Decimal:
    """``units`` × 10^-places, exactly and without trailing zeros."""
    whole, rest = divmod(units, 10**places)
    if not rest:
        return Decimal(whole)
    return Decimal(units).scaleb(-places, _CONTEXT).normalize(_CONTEXT)


def price_of(units: int) -> Decimal:
    """A price or size; NaN where it is undefined."""
    return Decimal("NaN") if units == UNDEFINED else decimal_of(units)


def optional_of(units: int) -> Optional[Decimal]:
    """A price or size; None where it is undefined."""
    return None if units == UNDEFINED else decimal_of(units)


def float_of(units: int) -> float:
    """The nearest float; NaN where it is undefined."""
    return math.nan if units == UNDEFINED else units / SCALE


def units_of(value: Optional[Number], what: str = "number") -> int:
    """The integer in units of 10⁻⁹ of a decimal number.

    An ``int`` counts wholes; a ``float`` means the shortest decimal text that it prints as.
    ValueError when it has more than nine decimals or does not fit into 64 bits: never rounded.
    """
    if value is None:
        return UNDEFINED
    if isinstance(value, int):
        units = value * SCALE
    else:
        try:
            exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
            units = _integer(exact)
        except (InvalidOperation, ValueError, TypeError, OverflowError):
            raise ValueError(
                f"{what}: expected a decimal number with at most 9 decimals, found {value!r}"
            ) from None
    if not UNDEFINED < units <= _HIGHEST:
        raise ValueError(f"{what}: expected less than 9223372036.854775808, found {value!r}")
    return units


def _integer(exact: Decimal) -> int:
    sign, digits, exponent = exact.as_tuple()
    if not isinstance(exponent, int) or len(digits) > 60 or not -60 <= exponent <= 60:
        raise ValueError
    number: int = int("".join(map(str, digits)))
    shift = exponent + 9
    if shift < 0:
        number, rest = divmod(number, int(10**-shift))
        if rest:
            raise ValueError
    else:
        number *= int(10**shift)
    return -number if sign else number
