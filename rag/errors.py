"""What can go wrong, as types. Every message is one line: what was found, what was expected, what to do."""


class RagError(Exception):
    """Any error Sanad tells its user about: one line, exit code 1."""


class SettingsError(RagError):
    """A setting that is unknown or has a value that cannot be used."""


class DocumentError(RagError):
    """A file that cannot be read as a document."""


class EmbeddingModelError(RagError):
    """An embedding model that cannot be found, built or loaded."""


class StoreError(RagError):
    """A store that is missing, half there, damaged, or made with another model."""


class QuestionError(RagError):
    """A question that cannot be asked: empty, or too long."""


class FilterError(RagError):
    """A source, language or date to search in that no document has, or that is none."""


class DatasetError(RagError):
    """A data set of questions and documents that cannot be read, or does not hold together."""


class ConversationError(RagError):
    """A saved conversation that is not there, or cannot be read or written."""


class UploadError(RagError):
    """A file that was handed in and is not taken."""


class UserError(RagError):
    """A user who is not known, or a file of users that cannot be used."""


class ModelError(RagError):
    """A language model that cannot be reached, refuses, or does not write an answer."""
