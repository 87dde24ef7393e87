"""Who may come in: passwords are hashed, names are told apart, and the file is read again when it changes."""

import os
import stat
from pathlib import Path

import pytest

from rag.errors import UserError
from rag.users import Users, add_user, read_users, remove_user


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("users") / "below" / "users.txt"
    assert add_user(path, " Amal ", "correct horse") is False
    assert add_user(path, "عمر", "battery staple") is False
    return path


def test_a_password_is_kept_as_a_hash_that_only_its_owner_may_read(path: Path) -> None:
    assert "correct" not in path.read_text("utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(read_users(path)) == ["Amal", "عمر"] and all("$argon2id$" in one for one in read_users(path).values())
    assert [file.name for file in path.parent.iterdir()] == ["users.txt"]


def test_only_who_knows_the_password_comes_in(path: Path) -> None:
    users = Users(path)
    assert users.admit("Amal", "correct horse") == users.admit("Amal ", "correct horse") == "Amal"
    assert users.admit("عمر", "battery staple") == "عمر"
    for name, password in (
        ("Amal", "battery staple"),
        ("amal", "correct horse"),
        ("Amal", ""),
        ("", ""),
        ("root", "x" * 9),
    ):
        assert users.admit(name, password) is None


def test_the_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "users"
    add_user(path, "amal", "correct horse")
    users = Users(path)
    assert add_user(path, "amal", "another horse") is True
    os.utime(path, ns=(1, 1))
    assert users.admit("amal", "correct horse") is None and users.admit("amal", "another horse") == "amal"
    remove_user(path, "amal")
    assert users.admit("amal", "another horse") is None
    with pytest.raises(UserError, match="no user 'amal'"):
        remove_user(path, "amal")


@pytest.mark.parametrize("name", ["", "a/b", "..", ".hidden", "a:b", "a b", "x" * 65, "a\nb"])
def test_a_name_that_could_be_mistaken_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="no name for a user"):
        add_user(tmp_path / "users", name, "correct horse")


def test_names_that_differ_by_their_case_are_refused(path: Path) -> None:
    with pytest.raises(UserError, match="too like"):
        add_user(path, "AMAL", "correct horse")


def test_a_short_password_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="at least 8"):
        add_user(tmp_path / "users", "amal", "1234567")


def test_a_file_that_is_none_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "users"
    path.write_text("# mine\n\namal:secret\n")
    with pytest.raises(UserError, match=r"line 3: expected `name:\$argon2id"):
        Users(path)
    with pytest.raises(UserError, match="rag user add"):
        Users(tmp_path / "absent")
