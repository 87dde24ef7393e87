from email.message import EmailMessage

import pytest

from rag.documents import read_document
from rag.errors import DocumentError

ARABIC = "افتتحت البلدية محطة المياه الجديدة صباح الأحد."


def read(tmp_path, message):
    path = tmp_path / "mail.eml"
    path.write_bytes(message if isinstance(message, bytes) else bytes(message))
    return read_document(path)


def mail(**headers):
    message = EmailMessage()
    for name, value in headers.items():
        message[name] = value
    return message


def test_who_wrote_what_and_when(tmp_path):
    message = mail(Subject="محطة المياه", From="لينا <lina@example.com>", To="omar@example.com")
    message["Date"] = "Sun, 05 Jan 2025 23:30:00 +0300"
    message.set_content(ARABIC)
    message.add_alternative("<p>The same in HTML</p>", subtype="html")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="تقرير.pdf")
    document = read(tmp_path, message)
    assert document.text.split("\n\n") == [
        "From: لينا <lina@example.com>",
        "To: omar@example.com",
        "Date: Sun, 05 Jan 2025 23:30:00 +0300",
        "Subject: محطة المياه",
        ARABIC,
        "Attachment: تقرير.pdf",
    ]
    assert (document.title, document.language, document.date) == ("محطة المياه", "ar", "2025-01-05")


def test_html_alone_is_read_as_it_is_shown(tmp_path):
    message = mail(From="lina@example.com")
    rows = "<tr><th>City</th><th>People</th></tr><tr><td>Aden</td><td>1080500</td></tr>"
    message.set_content(f"<p>Dear Omar,</p><style>p {{}}</style><table>{rows}</table><p>Lina</p>", subtype="html")
    document = read(tmp_path, message)
    assert document.text.split("\n\n")[1:] == ["Dear Omar,", "City: Aden; People: 1080500", "Lina"]
    assert document.title == "mail"


def test_tables_that_are_frames_keep_their_paragraphs(tmp_path):
    message = mail(From="lina@example.com")
    cell = "<td><p>Dear Omar,</p><p>The water is back.</p></td>"
    rows = "<tr><td><p>City</p></td><td><p><b>People</b></p></td></tr><tr><td><p>Aden</p></td><td>1080500</td></tr>"
    message.set_content(f"<table><tr><td></td>{cell}<td></td></tr></table><table>{rows}</table>", subtype="html")
    blocks = read(tmp_path, message).text.split("\n\n")
    assert blocks[1:] == ["Dear Omar,", "The water is back.", "City: Aden; People: 1080500"]


@pytest.mark.parametrize("declared", ["windows-1256", "us-ascii", "x-unknown"])
def test_an_encoding_that_is_right_wrong_or_unknown(tmp_path, declared):
    head = f"From: a@example.com\r\nContent-Type: text/plain; charset={declared}\r\nContent-Transfer-Encoding: 8bit"
    text = (ARABIC + "\n") * 3
    assert ARABIC in read(tmp_path, f"{head}\r\n\r\n".encode() + text.encode("cp1256")).text


def test_flowed_lines_are_joined(tmp_path):
    head = b"From: a@example.com\nContent-Type: text/plain; format=flowed\n\n"
    assert "The water came back to the town." in read(tmp_path, head + b"The water came \nback to the town.\n").text


def test_what_is_no_mail(tmp_path):
    with pytest.raises(DocumentError, match="is not an e-mail"):
        read(tmp_path, b"The water came back to the town.\n")
