import pytest

from rag.documents import find_documents, read_document
from rag.documents.limits import Limits
from rag.errors import DocumentError, SettingsError
from rag.settings import Settings, load_settings


def test_defaults_are_those_of_the_settings():
    assert Limits.of(Settings()) == Limits()
    assert Limits(**Limits(file_mb=7).as_json()) == Limits(file_mb=7)


def test_limits_come_from_the_environment_and_the_file_at_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Limits.in_force(None).file_mb == 100
    monkeypatch.setenv("RAG_MAX_FILE_MB", "1")
    assert Limits.in_force(None).file_mb == 1
    assert Limits.in_force(Limits(file_mb=2)).file_mb == 2
    (tmp_path / "rag.toml").write_text("max_pages = 3\n", "utf-8")
    assert Limits.in_force(None).pages == 3
    path = tmp_path / "large.txt"
    path.write_bytes(b"word " * 300_000)
    assert find_documents([tmp_path]).failed[0][1].startswith("has 2 MB; at most 1 are read")
    with pytest.raises(DocumentError, match="raise RAG_MAX_FILE_MB"):
        read_document(path)


@pytest.mark.parametrize("languages", ["--help", "ara eng", "ara+", "../ara"])
def test_languages_of_tesseract_are_names(monkeypatch, languages):
    monkeypatch.setenv("RAG_OCR_LANGUAGES", languages)
    with pytest.raises(SettingsError, match="RAG_OCR_LANGUAGES"):
        load_settings()


def test_no_languages_turn_it_off(monkeypatch):
    monkeypatch.setenv("RAG_OCR_LANGUAGES", "")
    assert load_settings().ocr_languages == ""
