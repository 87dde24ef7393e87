"""What can be set: `RAG_*` environment variables, then `rag.toml` in the working folder, then the defaults below."""

import difflib
import os
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from rag.errors import SettingsError

BUNDLED = "bundled"


class Settings(BaseSettings):
    """All settings, checked and frozen. `load_settings` reads them."""

    model_config = SettingsConfigDict(env_prefix="RAG_", toml_file="rag.toml", extra="forbid", frozen=True)

    store: Path = Field(Path("vectorstore"), description="folder of the index")
    cache_dir: Path = Field(
        default_factory=lambda: platformdirs.user_cache_path("sanad"), description="where the default model is built"
    )
    embedding_model: str = Field(
        BUNDLED, min_length=1, description="`bundled`, or any sentence-transformers name or folder"
    )
    query_prompt: str | None = Field(None, description="put before each question, if the model declares none itself")
    passage_prompt: str | None = Field(None, description="put before each passage, if the model declares none itself")
    chunk_tokens: int = Field(200, ge=32, le=8192, description="largest chunk, in tokens of the embedding model")
    chunk_overlap: int = Field(1, ge=0, le=10, description="sentences that neighbouring chunks share")
    passages: int = Field(15, ge=1, le=100, description="passages retrieved for a question")
    refuse_below: float = Field(0.16, ge=0, le=1, description="evidence under which a question is refused")
    max_question_chars: int = Field(4000, ge=1, description="longest question, in characters")
    max_file_mb: int = Field(100, ge=1, description="largest file, in MB")
    max_unpacked_mb: int = Field(500, ge=1, description="what an Office file or e-book may unpack to, in MB")
    max_pages: int = Field(5000, ge=1, description="most pages, slides or sheets of a file")
    read_seconds: int = Field(120, ge=1, description="longest time a file may take to read; of a scan, each page")
    read_memory_mb: int = Field(2048, ge=64, description="memory a file may take to read, in MB")
    ocr_languages: str = Field(
        "ara+eng",
        pattern=r"^(\w+(\+\w+)*)?$",
        description="Tesseract's languages for scans; empty to leave scans unread",
    )
    max_ocr_pages: int = Field(200, ge=1, description="most scanned pages of a file")
    model: str = Field("", description="language model that writes answers; empty: the passages are quoted")
    model_key: SecretStr | None = Field(None, description="key for a server given by its address")
    model_context: int = Field(4096, ge=1024, description="tokens that the model reads and writes at once")
    model_answer_tokens: int = Field(400, ge=32, description="longest answer that it may write, in its tokens")
    model_seconds: int = Field(60, ge=1, description="longest silence of the model before the passages are quoted")
    strict: bool = Field(False, description="put a quotation in place of each sentence that is not supported")
    host: str = Field("127.0.0.1", description="address the chat listens on")
    port: int = Field(7860, ge=0, le=65535, description="port the chat listens on")
    auth: Path | None = Field(None, description="file of the users who may open the chat; without it anybody may")
    documents: Literal["shared", "own"] = Field(
        "shared", description="whether all users have the same documents, or each their own"
    )
    max_upload_files: int = Field(200, ge=0, description="most files handed in at once; 0 allows none")

    @field_validator("store", "cache_dir", "auth")
    @classmethod
    def _expand(cls, path: Path | None) -> Path | None:
        return path and path.expanduser()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments first, then the environment, then `rag.toml`."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**overrides: Any) -> Settings:
    """Return the settings in force; `overrides` that are None are left to the environment, `rag.toml` and the defaults.

    Raises:
        SettingsError: for an unknown `RAG_*` variable or key of `rag.toml`, or a value that cannot be used.

    >>> load_settings(chunk_tokens=64).chunk_tokens
    64
    """
    for name in sorted(os.environ):
        if name.startswith("RAG_") and name.removeprefix("RAG_").lower() not in Settings.model_fields:
            raise SettingsError(f"unknown setting {name}{_near(name)}: unset it, or see the README for those there are")
    try:
        return Settings(**{key: value for key, value in overrides.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = "RAG_" + "_".join(str(part) for part in first["loc"]).upper()
        if first["type"] == "extra_forbidden":
            raise SettingsError(f"unknown setting {first['loc'][0]!r} in rag.toml{_near(name)}: remove it") from error
        raise SettingsError(f"{name} is {first['input']!r}: {first['msg'][0].lower()}{first['msg'][1:]}") from error
    except ValueError as error:  # rag.toml is not TOML
        raise SettingsError(f"rag.toml cannot be read ({error}): mend or remove it") from error


def _near(name: str) -> str:
    known = [f"RAG_{field.upper()}" for field in Settings.model_fields]
    close = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""
