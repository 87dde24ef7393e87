"""What people asked and were answered, kept beside the index: conversations, and what they thought of the answers.

It lies in the store's folder, so that forgetting a document also finds what is quoted of it here (`redacting`).
"""

from rag.conversations.database import DATABASE_FILE
from rag.conversations.redacting import Remains, redact
from rag.conversations.saved import Conversation, Conversations, Feedback, SavedRound

__all__ = ["DATABASE_FILE", "Conversation", "Conversations", "Feedback", "Remains", "SavedRound", "redact"]
