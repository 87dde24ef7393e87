"""`RAG_MODEL` → a model, or one line that says why not."""

from pathlib import Path

import pytest

from rag.errors import ModelError, SettingsError
from rag.llms import load_llm
from rag.llms.naming import ModelName, parse_model_name
from rag.settings import load_settings


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("openai:gpt-4o-mini", ModelName("openai", "gpt-4o-mini")),
        ("ollama:llama3.2:3b", ModelName("ollama", "llama3.2:3b")),
        ("ollama:llama3.2:3b@http://10.0.0.2:11434", ModelName("ollama", "llama3.2:3b", "http://10.0.0.2:11434")),
        ("openai:org/name@https://host/v1/", ModelName("openai", "org/name", "https://host/v1")),
        ("http://127.0.0.1:8000/v1", ModelName("openai", "", "http://127.0.0.1:8000/v1")),
        (" /a folder/x.GGUF ", ModelName("gguf", "/a folder/x.GGUF")),
        ("gguf:x.gguf", ModelName("gguf", "x.gguf")),
    ],
)
def test_names(value: str, named: ModelName) -> None:
    assert parse_model_name(value) == named


@pytest.mark.parametrize("value", ["gpt-4o", "openai:", ":x", "open ai:x", "http://"])
def test_what_names_nothing_is_told(value: str) -> None:
    with pytest.raises(SettingsError, match=r"RAG_MODEL is .* expected openai:NAME"):
        parse_model_name(value)


def test_a_missing_package_is_named_with_the_command_that_brings_it() -> None:
    with pytest.raises(SettingsError, match="pip install langchain-anthropic"):
        load_llm(load_settings(model="anthropic:x"))
    with pytest.raises(SettingsError, match=r"names nosuchprovider:x, which cannot be used: .*nosuchprovider"):
        load_llm(load_settings(model="nosuchprovider:x"))


def test_without_a_key_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelError, match="needs a key: set OPENAI_API_KEY"):
        load_llm(load_settings(model="openai:gpt-4o-mini"))


def test_a_file_that_is_none_or_no_gguf_is_told(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    with pytest.raises(SettingsError, match="cannot be read"):
        load_llm(load_settings(model=str(path)))
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(SettingsError, match="is no GGUF file"):
        load_llm(load_settings(model=str(path)))


def test_a_path_or_key_is_never_shown() -> None:
    named = parse_model_name("http://user:geheim@127.0.0.1/v1?key=geheim")
    assert named.shown == "http://127.0.0.1/v1"
    assert parse_model_name("/home/someone/models/x.gguf").shown == "x.gguf"
    assert "geheim" not in repr(load_settings(model="openai:x", model_key="geheim"))
