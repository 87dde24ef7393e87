"""Passages → a draft of the answer, each sentence with what it cites."""
