"""Who may come in: a file of names and hashed passwords, one user a line, `name:hash`.

The hashes are Argon2id's with the parameters that argon2-cffi recommends; they carry their own salt and parameters. The file is
read again when it changes, so that users can be added and taken out while the chat runs.
"""

import os
import tempfile
import threading
import unicodedata
from pathlib import Path

import regex
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rag.errors import UserError

SHORTEST_PASSWORD = 8
_LONGEST_PASSWORD = 1_000  # hashing must not cost more than it has to
# A name may name a folder, on any system.
_NAME = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}._@-]{0,63}")
_hasher = PasswordHasher()


class Users:
    """The users of one file. Safe to use from several threads.

    Args:
        path: of the file.

    Raises:
        UserError: if it cannot be read, or is no such file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._stamp: object = ()  # as no file has
        self._hashes: dict[str, str] = {}
        self._nobody = _hasher.hash(os.urandom(16).hex())
        self.hash_of("")

    def hash_of(self, name: str) -> str | None:
        """Return what is kept of a user's password; None if there is no such user."""
        with self._lock:
            stamp = _stamp(self._path)
            if stamp != self._stamp:
                self._hashes, self._stamp = read_users(self._path), stamp
            return self._hashes.get(clean(name))

    def admit(self, name: str, password: str) -> str | None:
        """Return the name of a user whose password this is, None for anybody else; both take the same time."""
        kept = self.hash_of(name)
        try:
            fits = _hasher.verify(kept or self._nobody, password[:_LONGEST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return None
        return clean(name) if kept and fits else None


def read_users(path: Path) -> dict[str, str]:
    """Return the users of a file: name → hash.

    Raises:
        UserError: if it cannot be read, or is no such file.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UserError(f"the users in {path} cannot be read ({reason}): make them with `rag user add NAME`") from error
    users: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, hashed = line.strip().partition(":")
        if not hashed.startswith("$argon2id$") or not _NAME.fullmatch(name):
            raise UserError(f"{path}, line {number}: expected `name:$argon2id$…`; write it with `rag user add NAME`")
        users[name] = hashed
    return users


def add_user(path: Path, name: str, password: str) -> bool:
    """Write a user into the file, made if it is not there; tell whether the name was in it before.

    Raises:
        UserError: if the name or password will not do, or the file cannot be written.
    """
    name = clean(name)
    if not _NAME.fullmatch(name):
        raise UserError(
            f"{name!r} is no name for a user: give up to 64 letters, digits and . _ @ -, a letter or digit first"
        )
    if not SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise UserError(f"the password has {len(password)} characters: give at least {SHORTEST_PASSWORD}")
    users = read_users(path) if path.exists() else {}
    # Some file systems take both for one name, and so would people.
    alike = [other for other in users if other.casefold() == name.casefold() and other != name]
    if alike:
        raise UserError(f"there is a user {alike[0]!r}, and {name!r} is too like it: give another name")
    known = name in users
    _write(path, users | {name: _hasher.hash(password)})
    return known


def remove_user(path: Path, name: str) -> None:
    """Take a user out of the file; what the user asked stays in the store.

    Raises:
        UserError: if there is no such user, or the file cannot be written.
    """
    users = read_users(path)
    if clean(name) not in users:
        raise UserError(f"there is no user {name!r} in {path}: it has {', '.join(users) or 'none'}")
    _write(path, {other: hashed for other, hashed in users.items() if other != clean(name)})


def clean(name: str) -> str:
    """Return a name as it is kept, however the keyboard composed it."""
    return unicodedata.normalize("NFKC", name.strip())


def _write(path: Path, users: dict[str, str]) -> None:
    text = "".join(f"{name}:{hashed}\n" for name, hashed in users.items())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, parts = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # readable by its owner alone
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(parts).replace(path)
    except OSError as error:
        raise UserError(
            f"the users cannot be written to {path} ({error.strerror}): give another file with --auth"
        ) from error


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
