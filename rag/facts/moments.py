"""A moment, as far as a text gives it: a year, a month, a day, a weekday, a time of day or a decade."""

from dataclasses import dataclass, fields

from rag.models import Span


@dataclass(frozen=True, slots=True)
class Moment:
    """The parts that are given; the others are None.

    `month` is 1…12, of the Hijri calendar 101…112, of the Persian 201…212; `weekday` is 1 for Monday; `minute` counts from
    midnight; `decade` is its first year, or its last two digits.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    minute: int | None = None
    decade: int | None = None

    def parts(self) -> dict[str, int]:
        """Return the parts that are given, by name.

        >>> Moment(month=5, day=3).parts()
        {'month': 5, 'day': 3}
        """
        return {name: value for name in _PARTS if (value := getattr(self, name)) is not None}


_PARTS = tuple(part.name for part in fields(Moment))


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date or time in a text, and the moments it may mean (3/5/2024 is in March or in May), the likelier first."""

    span: Span
    readings: tuple[Moment, ...]
