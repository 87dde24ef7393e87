"""Open the chat: `python app.py`. What can be set is in the README; the documents come from `rag index`."""

import sys

from rag.errors import RagError
from rag.settings import load_settings
from rag.ui import launch

if __name__ == "__main__":
    try:
        launch(load_settings())
    except (RagError, OSError) as error:
        sys.exit(f"rag: {' '.join(str(error).split())}")
