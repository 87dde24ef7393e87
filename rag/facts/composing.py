"""Number words, one after another → the number that they make: "two hundred and three thousand", خمسة وعشرون ألفا."""

from dataclasses import dataclass, field
from decimal import Decimal

from rag.facts.number_words import Atom, Lexicon

_TWENTY, _HUNDRED, _THOUSAND = Decimal(20), Decimal(100), Decimal(1000)


@dataclass(slots=True)
class Sum:
    """A numeral while it is composed: the finished `total`, and the `group` that waits for its scale."""

    words: Lexicon
    total: Decimal | None = None
    group: Decimal | None = None
    last: Decimal | None = None
    room: Decimal = Decimal(0)
    scale: Decimal | None = None
    lead: Decimal = Decimal(0)
    seen: list[Atom] = field(default_factory=list)

    def start(self, value: Decimal) -> None:
        """Begin a group with a value, such as that of digits."""
        self.group, self.last, self.room = value, value, Decimal(1)

    def take(self, atom: Atom) -> bool:
        """Add an atom; tell whether it belongs to the numeral."""
        if self.seen and self.seen[-1].role == "fraction":
            if atom.role != "scale":
                return False
            if self.scale == atom.value:
                return True  # مليون ونصف المليون
        taken = {
            "cardinal": self._add, "ordinal": self._add, "scale": self._scale, "dual": self._scale, "fraction": self._half,
            "half": self._half, "lead": self._lead, "teen": self._teen,
        }[atom.role](atom)  # fmt: skip
        if taken:
            self.seen.append(atom)
        return taken

    def value(self) -> Decimal | None:
        """Return the number so far, None where nothing was taken."""
        if self.total is None and self.group is None:
            return None
        return (self.total or Decimal(0)) + (self.group or Decimal(0))

    def _add(self, atom: Atom) -> bool:
        value = atom.value + self.lead
        self.lead = Decimal(0)
        if self.group is None:
            if self.total is not None and not self._may_follow(value, self.scale or Decimal(0), atom):
                return False
            if value >= _THOUSAND:
                return self._whole(value)
            self.start(value)
            self.room = self._room(value)
            return True
        return self._within(value, atom)

    def _within(self, value: Decimal, atom: Atom) -> bool:
        assert self.group is not None
        if self.words.language == "ar" and value == 10 and self._unit() and not atom.joined:
            self.group += value  # خمسة عشر
        elif self.words.reversed and atom.joined and self._unit() and value >= _TWENTY and value < _HUNDRED:
            self.group += value
        elif value < self.room and self._may_follow(value, self.room, atom):
            self.group += value
            self.last, self.room = value, self._room(value)
            return True
        else:
            return False
        self.last, self.room = None, Decimal(0)
        return True

    def _whole(self, value: Decimal) -> bool:
        """Take a dual or a whole such as ألفان (2,000): it is counted and scaled already."""
        self.total = (self.total or Decimal(0)) + value
        self.scale = Decimal(10) ** (len(str(int(value))) - 1)
        return True

    def _unit(self) -> bool:
        return self.last is not None and 0 < self.last < 10 and bool(self.seen)

    def _may_follow(self, value: Decimal, place: Decimal, atom: Atom) -> bool:
        if value >= place:
            return False
        return place >= self.words.joined_from if atom.joined else self.words.glued

    def _room(self, value: Decimal) -> Decimal:
        if self.words.language == "fr" and value in (60, 80):
            return _TWENTY
        if self.words.language in ("fr", "tr") and value == 10:
            return value
        if self.words.reversed and value < _HUNDRED:
            return Decimal(1)
        if value == 10 or value % 1:
            return Decimal(1)
        place = Decimal(1)
        while value and value % (place * 10) == 0 and place < _HUNDRED:
            place *= 10
        return place

    def _scale(self, atom: Atom) -> bool:
        if atom.value < _THOUSAND:
            return self._hundred(atom)
        if self.group is not None:
            if atom.joined:
                return False
            return self._multiply(atom.value)
        if self.total is not None and self.scale is not None and atom.value > self.scale and not atom.joined:
            self.total, self.scale = self.total * atom.value, atom.value  # mil millones
            return True
        if atom.vague or (self.total is not None and not self._may_follow(atom.value, self.scale or Decimal(0), atom)):
            return False
        self.total, self.scale = (self.total or Decimal(0)) + atom.value, atom.value
        return True

    def _multiply(self, scale: Decimal) -> bool:
        group = self.group or Decimal(0)
        if self.scale is None or scale < self.scale:
            self.total = (self.total or Decimal(0)) + group * scale
        elif scale > self.scale:
            self.total = ((self.total or Decimal(0)) + group) * scale
        else:
            return False
        self.scale, self.group, self.last, self.room = scale, None, None, Decimal(0)
        return True

    def _hundred(self, atom: Atom) -> bool:
        if self.group is None:
            if atom.vague or (
                self.total is not None and not self._may_follow(atom.value, self.scale or Decimal(0), atom)
            ):
                return False
            self.start(atom.value)
        elif (
            self.last is not None
            and self.last < _TWENTY
            and not atom.joined
            and not (atom.value == 12 and self.last > 9)
        ):
            self.group += self.last * (atom.value - 1)
            self.last = None
        elif self.room > atom.value and self._may_follow(atom.value, self.room, atom):
            self.group += atom.value
        else:
            return False
        self.last, self.room = (None, atom.value) if atom.value >= 10 else (self.last, self.room)
        if atom.value == 12:
            self.room = Decimal(1)
        return True

    def _half(self, atom: Atom) -> bool:
        if self.group is not None:
            if atom.role != "half" and not (atom.joined and self.last is not None):
                return False
            self.group += atom.value
        elif self.total is not None and self.scale is not None:
            self.total += atom.value * self.scale
        elif atom.role == "fraction":
            self.start(atom.value)
            self.room = Decimal(0)
        else:
            return False
        return True

    def _teen(self, atom: Atom) -> bool:
        if self.group is None or not self._unit():
            return False
        self.group, self.last, self.room = self.group + atom.value, None, Decimal(0)
        return True

    def _lead(self, atom: Atom) -> bool:
        if self.seen:
            return False
        self.lead = atom.value
        return True
