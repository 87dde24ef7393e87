"""Sanad: cited answers from your own documents, each sentence with the source it rests on."""

__version__ = "0.1.0"
