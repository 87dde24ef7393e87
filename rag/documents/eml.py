"""E-mails → who wrote to whom and when, and what."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime

from rag.documents.encodings import clean, decode
from rag.documents.html import visible_text
from rag.documents.parsed import PARAGRAPH_BREAK, Parsed
from rag.errors import DocumentError

_SHOWN = ("From", "To", "Cc", "Date", "Subject")


def read_eml(data: bytes) -> Parsed:
    """Read an `.eml` file: the headers that people see, the message, and the names of what is attached.

    Of a message in both forms the plain one is read. What is attached is named, not read.

    Raises:
        DocumentError: The file is no e-mail, or its message is in an encoding we cannot tell.

    """
    message = message_from_bytes(data.lstrip(), policy=default)
    if not any(name in message for name in _SHOWN):
        raise DocumentError("is not an e-mail (it has no From, To or Date); give the file its right extension")
    headers = [f"{name}: {value}" for name in _SHOWN if (value := " ".join(str(message.get(name, "")).split()))]
    attached = [f"Attachment: {' '.join(name.split())}" for part in message.walk() if (name := part.get_filename())]
    body, subject, date = _body(message), " ".join(str(message.get("Subject", "")).split()), message.get("Date")
    return Parsed(
        text=clean(PARAGRAPH_BREAK.join(filter(None, [*headers, body, *attached]))),
        title=subject or None,
        date=_day(str(date)) if date else None,
        is_prose=False,
        own_words=f"{subject}\n{body}",
    )


def _body(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    content = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(content, bytes) or not content.strip():
        return ""
    text = decode(content, declared=part.get_content_charset())
    if part.get_content_subtype() == "html":
        return visible_text(text)
    if part.get_param("format") == "flowed":  # RFC 3676: a line that ends in a space goes on in the next
        text = text.replace("\n-- \n", "\n--\n").replace(" \n", " ")
    return text.strip()


def _day(date: str) -> str | None:
    try:
        return parsedate_to_datetime(date).date().isoformat()
    except (ValueError, TypeError, OverflowError):
        return None
