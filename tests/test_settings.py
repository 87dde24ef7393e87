"""Settings: from the environment, then rag.toml; the unknown and the unusable are refused in one line."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from rag.errors import SettingsError
from rag.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_arguments_then_environment_then_file_then_defaults(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (elsewhere / "rag.toml").write_text('store = "from-file"\nport = 1\npassages = 3\n')
    monkeypatch.setenv("RAG_STORE", "from-environment")
    monkeypatch.setenv("RAG_PORT", "2")
    settings = load_settings(port=3, store=None)
    assert (settings.store, settings.port, settings.passages) == (Path("from-environment"), 3, 3)
    assert settings.host == Settings().host == "127.0.0.1"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("RAG_PORT", "many", "RAG_PORT"),
        ("RAG_PORT", "99999", "RAG_PORT"),
        ("RAG_REFUSE_BELOW", "2", "RAG_REFUSE_BELOW"),
        ("RAG_CHUNK_TOKENS", "3", "RAG_CHUNK_TOKENS"),
        ("RAG_EMBEDING_MODEL", "x", "did you mean RAG_EMBEDDING_MODEL"),
        ("RAG_ZZZ", "x", "unknown setting RAG_ZZZ"),
    ],
)
def test_unusable_variables(monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=says) as caught:
        load_settings()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ['stoer = "x"', "port = ", "port = 'x'", "\x00"])
def test_unusable_file(elsewhere: Path, text: str) -> None:
    (elsewhere / "rag.toml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "\n" not in str(caught.value)


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        load_settings().port = 1
