"""Chinese and Japanese numerals, alone (三百二十万) or with digits (1.5亿, 3万2000) → their value."""

from collections.abc import Sequence
from decimal import Decimal

_DIGITS = {
    character: value
    for value, group in enumerate(["〇零", "一壹", "二两兩贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"])
    for character in group
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "백": 100, "천": 1000}
_WHOLE = {"廿": 20, "卅": 30}
_MYRIADS = {
    "万": 10**4, "萬": 10**4, "만": 10**4, "亿": 10**8, "億": 10**8, "억": 10**8, "兆": 10**12, "조": 10**12,
}  # fmt: skip


def evaluate(parts: Sequence[Decimal | str]) -> Decimal | None:
    """Return the value of numerals and numbers that stand together, None where they are no number.

    >>> print(evaluate(["三百二十万"]), evaluate([Decimal("1.5"), "亿"]), evaluate(["二〇二四"]), evaluate(["十一"]))
    3200000 150000000.0 2024 11
    """
    if len(parts) == 1 and isinstance(parts[0], str) and len(parts[0]) > 1 and all(c in _DIGITS for c in parts[0]):
        return _digit_by_digit(parts[0])
    total, section, waiting = Decimal(0), Decimal(0), None
    for part in _atoms(parts):
        if isinstance(part, Decimal):
            if waiting:
                return None
            waiting = part
        elif part in _TENS:
            section += (1 if waiting is None else waiting) * _TENS[part]
            waiting = None
        else:
            section += waiting or 0
            total = (
                (total + section) * _MYRIADS[part] if not total or section == 0 else total + section * _MYRIADS[part]
            )
            section, waiting = Decimal(0), None
    return total + section + (waiting or 0)


def _atoms(parts: Sequence[Decimal | str]) -> list[Decimal | str]:
    found: list[Decimal | str] = []
    for part in parts:
        if isinstance(part, Decimal):
            found.append(part)
            continue
        for character in part:
            if character in _WHOLE:
                found += [Decimal(_WHOLE[character] // 10), "十"]
            else:
                found.append(Decimal(_DIGITS[character]) if character in _DIGITS else character)
    return found


def _digit_by_digit(run: str) -> Decimal | None:
    """Return 2024 for 二〇二四; 七八 (seven or eight) is no number."""
    if len(run) < 3:
        return None
    return Decimal("".join(str(_DIGITS[character]) for character in run))
