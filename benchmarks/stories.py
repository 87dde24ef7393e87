"""The documents of `seeds/` and `../shared/seeds` in two parts: what is fitted on or looked at, and what is only measured."""

from pathlib import PurePath

_MEASURED = {"manuscripts", "solar-tender", "cup-final", "002", "003", "004"}


def part_of(source: str) -> str:
    """Return `A`, looked at while rules were mended and fitted on, or `B`, which was not.

    >>> part_of("ar/flood.txt"), part_of("fr/manuscripts.html")
    ('A', 'B')
    """
    return "B" if PurePath(source).stem in _MEASURED else "A"
