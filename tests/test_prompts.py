"""The files in `prompts/`: what is missing or misspelt in them is named."""

from pathlib import Path

import pytest

import rag.prompts
from rag.errors import SettingsError
from rag.llms.counting import tokens
from rag.prompts import fill, refusal


@pytest.fixture
def prompts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(rag.prompts, "FOLDER", tmp_path)
    rag.prompts._read.cache_clear()
    yield tmp_path
    rag.prompts._read.cache_clear()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "[en]\nsystem = 'Answer {questoin}'",
            r"prompts/answer\.toml, `system`: there is no {questoin}: use {language}",
        ),
        ("[en]\nsystem = 'Answer { now'", r"prompts/answer\.toml, `system`: .* write {{ for a brace"),
        ("[en]\nother = ''", r"prompts/answer\.toml has no `system` for 'en': add it"),
        ("[en", r"prompts/answer\.toml cannot be read"),
        (None, r"prompts/answer\.toml cannot be read"),
    ],
)
def test_what_is_wrong_with_one_is_told(prompts: Path, written: str | None, told: str) -> None:
    if written is not None:
        (prompts / "answer.toml").write_text(written, "utf-8")
    with pytest.raises(SettingsError, match=told):
        fill("answer", "en", "system", language="English")


def test_braces_in_what_is_filled_in_mean_nothing() -> None:
    assert "{question} {{x}}" in fill("answer", "en", "human", passages="{question} {{x}}", question="?")


@pytest.mark.parametrize("language", ["ar", "en", "zz"])
def test_every_prompt_is_short(language: str) -> None:
    system = fill("answer", language, "system", language="Arabic")
    assert tokens(system) < 500
    assert tokens(fill("complete", language, "text", passages="", question="")) < 700
    assert tokens(fill("standalone", language, "system")) < 400


def test_refusals_are_there_in_many_languages() -> None:
    assert refusal("ar") != refusal("en") == refusal("zz")
