"""What each user works with: documents, the assistant that answers from them, and conversations; shared or own, as is set."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from rag.chain import Assistant, index_recipe
from rag.conversations import Conversations
from rag.embeddings import Embedder, load_embedder
from rag.errors import SettingsError, StoreError, UserError
from rag.index import Store
from rag.index.build import Follow, Recipe
from rag.index.forgetting import Certificate, forget
from rag.index.locking import Notify
from rag.models import Document
from rag.settings import Settings
from rag.uploads import Outcome, UploadLimits, take_in

USERS = "users"
"""The folder, within the store's, of the stores of users who have their own."""


class Load(Protocol):
    """Makes the assistant over the store that settings name; `Assistant.load` is one."""

    def __call__(self, settings: Settings, *, embedder: Embedder) -> Assistant:
        """Return the assistant, which uses this embedding model."""


class Models:
    """The embedding model, loaded once for all stores, when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._lock = settings, threading.Lock()
        self._embedder: Embedder | None = None

    def embedder(self) -> Embedder:
        """Return the model.

        Raises:
            EmbeddingModelError: if it cannot be loaded.
        """
        with self._lock:
            if self._embedder is None:
                self._embedder = load_embedder(self._settings)
            return self._embedder


class Workspace:
    """One store, and what is done with it. Safe to use from several threads.

    Args:
        settings: those in force, with the folder of this store.
        models: shared with other workspaces.
        load: makes the assistant.
    """

    def __init__(self, settings: Settings, models: Models, load: Load) -> None:
        self.settings = settings
        self._models, self._load = models, load
        self._lock = threading.Lock()
        self._assistant: Assistant | None = None
        self._store: Store | None = None
        self._recipe: Recipe = replace(index_recipe(settings), load_embedder=models.embedder)

    def assistant(self) -> Assistant | None:
        """Return the assistant; None as long as there are no documents.

        Raises:
            StoreError: if there is an index, but it cannot be used.
            EmbeddingModelError: if the model cannot be loaded.
        """
        store = self.store()
        if store is None or not store.count()[0]:
            return None
        with self._lock:
            if self._assistant is None:
                self._assistant = self._load(self.settings, embedder=self._models.embedder())
            return self._assistant

    def store(self) -> Store | None:
        """Return the store; None if there is none yet.

        Raises:
            StoreError: if there is an index, but it cannot be used.
        """
        opened = self._assistant.retriever.store if self._assistant is not None else self._store
        if isinstance(opened, Store):
            return opened
        if not Store.is_absent(self.settings.store):
            self._store = Store(self.settings.store, self._recipe.model_name)
        return self._store

    def documents(self) -> list[Document]:
        """Return all documents, by source, without their texts."""
        store = self.store()
        return [] if store is None else store.documents()

    def document(self, source: str) -> Document:
        """Return a document with its text.

        Raises:
            StoreError: if there is none of this source.
        """
        return self._needed().document(source)

    def take_in(
        self, paths: Sequence[Path], *, on_step: Follow | None = None, on_wait: Notify | None = None
    ) -> list[Outcome]:
        """Move files into the store and index them; `rag.uploads.take_in` tells the rest."""
        limits = UploadLimits(self.settings.max_upload_files, self.settings.max_file_mb)
        return take_in(paths, self.settings.store, self._recipe, limits, on_step=on_step, on_wait=on_wait)

    def forget(self, source: str) -> Certificate:
        """Take a document out of the store, and prove it.

        Raises:
            StoreError: as `rag.index.forgetting.forget` does.
        """
        return forget(self._needed(), source)

    def conversations(self, user: str) -> Conversations:
        """Return what a user asked of these documents."""
        return Conversations(self.settings.store, user)

    def _needed(self) -> Store:
        store = self.store()
        if store is None:
            raise StoreError("there are no documents yet: add some first")
        return store


class Workspaces:
    """The workspace of each user: the same for all, or each their own.

    Args:
        settings: those in force.
        load: makes the assistant over one store.

    Raises:
        SettingsError: if users are to have their own documents, but nobody has to say who they are.
        StoreError: if there is an index, but it cannot be used.
        EmbeddingModelError: if there are documents, and the model cannot be loaded.
    """

    def __init__(self, settings: Settings, load: Load = Assistant.load) -> None:
        if settings.documents == "own" and settings.auth is None:
            raise SettingsError("RAG_DOCUMENTS is 'own', but nobody has to log in: set RAG_AUTH to a file of users")
        self.settings = settings
        self._own = settings.documents == "own"
        self._lock = threading.Lock()
        self._workspaces: dict[str, Workspace] = {}
        self._new = partial(Workspace, models=Models(settings), load=load)
        if not self._own:
            self.of("").assistant()  # what is wrong is told at once, and the first question need not wait

    def of(self, user: str | None) -> Workspace:
        """Return the workspace of a user, by a name that `rag.users` admitted.

        Raises:
            UserError: if users have their own documents, and it is not known whose are asked for.
        """
        if self._own and not user:
            raise UserError("it is not known who asks: log in")
        name = (user or "") if self._own else ""
        with self._lock:
            if name not in self._workspaces:
                folder = self.settings.store / USERS / name if name else self.settings.store
                self._workspaces[name] = self._new(self.settings.model_copy(update={"store": folder}))
            return self._workspaces[name]
