"""`RAG_MODEL` → which model, whose, and where."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import regex

from rag.errors import SettingsError

_EXPECTED = "expected openai:NAME, ollama:NAME, openai:NAME@http://HOST/v1, http://HOST/v1 or a FILE.gguf"
_USER = regex.compile(r"(?<=//)[^\s/@]+@")  # and a password
_SPELLED = regex.compile(
    r"(?:(?P<provider>(?!https?://)[a-z][a-z0-9_-]*):)?(?P<name>(?!https?://)[^\s@]+?)?(?:@?(?P<url>https?://\S+))?"
)


@dataclass(frozen=True, slots=True)
class ModelName:
    """A model: `provider` as LangChain calls it, or `gguf`; `name` empty for the only one of a server; `url` of that server."""

    provider: str
    name: str
    url: str = ""

    @property
    def shown(self) -> str:
        """What people know it by: never a key, never a folder."""
        return Path(self.name).name if self.provider == "gguf" else self.name or self.address

    @property
    def address(self) -> str:
        """The address of its server without what may be secret in it: a user, a password, a query."""
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}://{host}{parts.path}" if self.url else ""


def parse_model_name(value: str) -> ModelName:
    """Return what `RAG_MODEL` names.

    Raises:
        SettingsError: if it names nothing.

    >>> parse_model_name("ollama:llama3.2:3b@http://127.0.0.1:11434")
    ModelName(provider='ollama', name='llama3.2:3b', url='http://127.0.0.1:11434')
    >>> parse_model_name("http://127.0.0.1:8000/v1").provider
    'openai'
    """
    value = value.strip()
    if value.lower().endswith(".gguf"):
        return ModelName("gguf", str(Path(value.removeprefix("gguf:")).expanduser()))
    match = _SPELLED.fullmatch(value)
    provider, name, url = (match["provider"], match["name"] or "", match["url"] or "") if match else (None, "", "")
    if url and not provider and not name:
        provider = "openai"
    if not provider or not (name or url):
        raise SettingsError(f"RAG_MODEL is {_USER.sub('…@', value)!r}: {_EXPECTED}")
    return ModelName(provider, name, url.rstrip("/"))
