"""Where Gradio puts what is handed in until it is looked at: within the store, so that forgetting searches it too."""

import os
import shutil
import time
from pathlib import Path

INCOMING = "incoming.sanad"
"""The folder, within the store's: emptied at each start, so that its name must be nobody else's."""
_OLD_SECONDS = 3600.0


def receive_in(store: Path) -> Path:
    """Have Gradio put files there from now on, and return the folder, emptied of what was left by an earlier run."""
    folder = store.absolute() / INCOMING
    shutil.rmtree(folder, ignore_errors=True)
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    return folder


def clear(folder: Path, older_than: float = _OLD_SECONDS) -> None:
    """Remove what was handed in more than so many seconds ago, and nobody came back for."""
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        try:
            if time.time() - entry.stat().st_mtime > older_than:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        except OSError:  # somebody else just did
            continue
