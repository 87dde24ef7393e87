"""`RAG_MODEL` → a chat model, ready to write."""

import importlib.util
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
import regex
from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel

from rag.errors import ModelError, SettingsError
from rag.llms.naming import ModelName, parse_model_name
from rag.settings import Settings

_PACKAGES = {"gguf": "xllamacpp", "openai": "langchain_openai", "ollama": "langchain_ollama"}
_REASONING = regex.compile(r"(?:o\d|gpt-5)")
_LISTING_SECONDS = 10
_BASE_TOKENS = 64
_LATER = 5.0  # seconds that a client bears with a silence for longer than we do
_NO_KEY = "none"  # servers of one's own want none, but the client insists on sending one


@dataclass(frozen=True)
class Llm:
    """A chat model that writes answers.

    `name` is what people know it by, `context` the tokens that it reads and writes at once, `answer_tokens` those of its longest
    answer, `seconds` the longest silence to bear with. One that is `base` completes text, and follows no instructions.
    `url` is that of its server, if one was given. One that `tells_end` says so when it has finished: without that, it broke off.
    """

    chat: BaseChatModel
    name: str
    context: int = 4096
    answer_tokens: int = 400
    seconds: float = 60
    base: bool = False
    url: str = ""
    tells_end: bool = True

    @property
    def where(self) -> str:
        """What to call it where it fails."""
        return f"{self.name} at {self.url}" if self.url and self.url != self.name else self.name


def check_model_name(settings: Settings) -> ModelName | None:
    """Return what `settings.model` names, None if nothing.

    Raises:
        SettingsError: if it cannot be read, or what it needs is not installed.
    """
    if not settings.model.strip():
        return None
    named = parse_model_name(settings.model)
    package = _PACKAGES.get(named.provider)
    if package is not None and importlib.util.find_spec(package) is None:
        needed = package.replace("_", "-")
        raise SettingsError(f"RAG_MODEL names {named.shown}, which needs the package {needed}: pip install '.[llm]'")
    return named


def lazy_llm(settings: Settings) -> Callable[[], Llm] | None:
    """Return what loads the model that `settings` name when it is first asked to, and then keeps it; None if they name none.

    One that cannot be had is asked for again the next time. Who asks for the same model gets the same one.

    Raises:
        SettingsError: if they name a model that there cannot be.
    """
    if check_model_name(settings) is None:
        return None
    return partial(_shared, settings.model_dump_json(include=_ABOUT_MODELS), settings)


_ABOUT_MODELS = {"model", "model_context", "model_answer_tokens", "model_seconds"}
_LOCK = threading.Lock()
_SHARED: dict[tuple[str, str], Llm] = {}
_FAILED: dict[tuple[str, str], tuple[float, ModelError]] = {}
_SPARED_SECONDS = 5.0
"""A server that did not answer is not asked again for so long: who waits for the one asking need not wait for the same."""


def _shared(about: str, settings: Settings) -> Llm:
    key = (about, settings.model_key.get_secret_value() if settings.model_key else "")
    with _LOCK:
        if key in _SHARED:
            return _SHARED[key]
        failed_at, error = _FAILED.get(key, (-_SPARED_SECONDS, None))
        if error is not None and time.monotonic() < failed_at + _SPARED_SECONDS:
            raise ModelError(str(error))
        _SHARED.clear()  # a process has one model: what was loaded before is not wanted any more
        _FAILED.clear()
        try:
            _SHARED[key] = load_llm(settings)
        except ModelError as found:
            _FAILED[key] = (time.monotonic(), found)
            raise
        return _SHARED[key]


def load_llm(settings: Settings) -> Llm:
    """Return the model that `settings.model` names.

    Raises:
        SettingsError: if it cannot be used as it is set.
        ModelError: if it cannot be had now: no key, no server.
    """
    named = check_model_name(settings)
    if named is None:
        raise SettingsError("RAG_MODEL is empty: name a model, such as ollama:llama3.2")
    if named.provider == "gguf":
        chat, base = _gguf(named, settings)
    else:
        chat, base = _served(named, settings), False
    context, longest = settings.model_context, settings.model_answer_tokens
    return Llm(
        chat, named.shown, context, longest, settings.model_seconds, base, named.address, named.provider in _PACKAGES
    )


def _gguf(named: ModelName, settings: Settings) -> tuple[BaseChatModel, bool]:
    from pathlib import Path

    from rag.llms.gguf import ChatGguf

    chat = ChatGguf(path=Path(named.name), context=settings.model_context, max_tokens=settings.model_answer_tokens)
    if chat.base:  # asked for a short answer; longer than that, it goes on with something else
        chat.max_tokens = min(_BASE_TOKENS, settings.model_answer_tokens)
    return chat, chat.base


def _served(named: ModelName, settings: Settings) -> BaseChatModel:
    key = settings.model_key.get_secret_value() if settings.model_key and named.url else None
    patience = settings.model_seconds + _LATER  # the client ends what we have ended already
    # Models that reason first refuse to be told how freely to write.
    arguments: dict[str, Any] = {} if _REASONING.match(named.name) else {"temperature": 0}
    if named.url:
        arguments["base_url"] = named.url
    if named.provider == "ollama":
        # Ollama's own default context is short, and it cuts what does not fit without a word.
        arguments |= {"num_ctx": settings.model_context, "num_predict": settings.model_answer_tokens}
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        arguments["client_kwargs"] = {"timeout": patience, "headers": headers}
    else:
        arguments |= {"timeout": patience, "max_retries": 0, "max_tokens": settings.model_answer_tokens}
        # The key of a provider is for that provider: a server given by its address gets the one that is meant for it.
        key = key or (_NO_KEY if named.url else None)
        if key:
            arguments["api_key"] = key
        elif named.provider == "openai" and not os.environ.get("OPENAI_API_KEY"):
            raise ModelError(f"openai:{named.name} needs a key: set OPENAI_API_KEY")
    name = named.name or _only_model(named, key)
    try:
        model = init_chat_model(name, model_provider=named.provider, **arguments)
    except (ImportError, ValueError) as error:  # an unknown provider, or one whose package is not installed
        said = str(error).splitlines()[0]
        raise SettingsError(f"RAG_MODEL names {named.provider}:{named.shown}, which cannot be used: {said}") from error
    assert isinstance(model, BaseChatModel)
    return model


def _only_model(named: ModelName, key: str | None) -> str:
    """Return the name of the first model that a server offers.

    Raises:
        ModelError: if it does not say.
    """
    try:
        reply = httpx.get(f"{named.url}/models", headers={"Authorization": f"Bearer {key}"}, timeout=_LISTING_SECONDS)
        return str(reply.raise_for_status().json()["data"][0]["id"])
    except httpx.TransportError as error:
        raise ModelError(f"no server answers at {named.address} ({error}): start it, or unset RAG_MODEL") from error
    except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
        where = named.address
        raise ModelError(
            f"{where}/models names no model ({type(error).__name__}): set RAG_MODEL=openai:NAME@{where}"
        ) from error
