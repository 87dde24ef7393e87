import hashlib
import os
import threading
from pathlib import Path

import pytest
from malformed_samples import samples

from rag.documents import SUPPORTED_SUFFIXES, Found, find_documents, read_document
from rag.documents import finding as finding_module
from rag.documents.parsing import SUFFIXES
from rag.errors import DocumentError

ARABIC = "محطة المياه الجديدة\n\nافتتحت البلدية المحطة صباح الأحد. تنتج أربعين ألف متر مكعب كل يوم.\n"


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_text_file_becomes_a_document(tmp_path):
    path = write(tmp_path / "محطة.txt", ARABIC)
    document = read_document(path)
    assert document.text == ARABIC
    assert document.title == "محطة المياه الجديدة"
    assert document.language == "ar"
    assert document.date is None
    assert document.pages == ()
    assert document.source == path.as_posix()
    assert document.id == hashlib.sha256(path.as_posix().encode()).hexdigest()[:16]


def test_the_source_may_be_named(tmp_path):
    document = read_document(write(tmp_path / "a.txt", "Some words."), source="reports/a.txt")
    assert document.source == "reports/a.txt"
    assert document.id == hashlib.sha256(b"reports/a.txt").hexdigest()[:16]


@pytest.mark.parametrize("name", ["a.TXT", "a.Md", "a.HTM", "a.Html"])
def test_suffixes_in_any_case(tmp_path, name):
    assert "river" in read_document(write(tmp_path / name, "The river runs through the town.")).text


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("A bridge for the town\n\nIt was opened on Monday.", "A bridge for the town"),
        ("A bridge for the town\nIt was opened on Monday.", "A bridge for the town"),
        ("\n\n  A bridge   for the town  \n\nIt was opened.", "A bridge for the town"),
        ("Why did the bridge fall?\n\nNobody knew.", "Why did the bridge fall?"),
        ("Why did the bridge fall?\nNobody knew.", "town news 2024"),
        ("It was opened on Monday. Many came.\n\nThe band played.", "town news 2024"),
        ("Only one line without an end", "town news 2024"),
        ("word " * 40 + "\n\nMore.", "town news 2024"),
        ("2024\n\nMore.", "town news 2024"),
        ("افتتحت البلدية المحطة صباح الأحد.\nثم غادر الجميع.", "town news 2024"),
    ],
)
def test_titles(tmp_path, content, title):
    assert read_document(write(tmp_path / "town_news-2024.txt", content)).title == title


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.odt", b"PK", r"^\.odt files are not supported; convert it to one of \.txt, \.md, .*\.pdf, \.docx"),
        ("Makefile", "all:", "a file without an extension is not supported"),
        ("a.txt", b"", r"is empty \(0 bytes\)"),
        ("a.txt", "\ufeff \n\t\n", "holds no text"),
        ("a.md", "---\ntitle: x\n---\n<!-- nothing -->\n", "holds no text"),
        ("a.html", "<html><body><script>x()</script></body></html>", "holds no text"),
        ("a.html", "<!-- -->", "holds no text"),
        ("a.txt", b"abc\0\0def", "NUL bytes"),
        ("a.txt", bytes(range(1, 9)) * 50 + b"text", "control characters"),
        ("a.txt", b"%PDF-1.7\n1 0 obj\n", "is a PDF, not text"),
        ("a.md", b"PK\x03\x04" + b"x" * 100, "is a ZIP archive"),
        ("a.txt", b"\xff\xfea\x00b", "begins with a UTF-16 mark but is not UTF-16"),
        ("a.pdf", b"no PDF at all", "is a damaged PDF or none at all"),
        ("a.pdf", b"%PDF-1.7\n%broken", "is a damaged PDF or none at all"),
    ],
)
def test_errors_say_what_was_found_and_what_to_do(tmp_path, name, content, message):
    path = write(tmp_path / name, content)
    with pytest.raises(DocumentError, match=message) as caught:
        read_document(path)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(DocumentError, match="there is no such file"):
        read_document(tmp_path / "gone.txt")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(DocumentError, match="is a folder"):
        read_document(tmp_path / "folder.txt")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path):
    path = write(tmp_path / "a.txt", "Some words.")
    path.chmod(0)
    with pytest.raises(DocumentError, match="may not be read"):
        read_document(path)


def test_reading_from_many_threads(tmp_path):
    paths = [write(tmp_path / f"{number}.html", f"<p>Number {number} of the pages.</p>") for number in range(20)]
    texts: dict[Path, str] = {}
    threads = [threading.Thread(target=lambda p=path: texts.update({p: read_document(p).text})) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [texts[path] for path in paths] == [f"Number {number} of the pages." for number in range(20)]


def test_finding_walks_folders_in_a_stable_order(tmp_path):
    wanted = [write(tmp_path / name, "x") for name in ("a.md", "b/a.txt", "b/c/d.pdf", "z.HTML")]
    for name in (".hidden.txt", ".git/a.txt", "b/README.md", "b/readme.MD", "b/a.py", "b/.c/e.txt", "noext"):
        write(tmp_path / name, "x")
    assert find_documents([tmp_path]) == Found(files=tuple(wanted))
    assert find_documents([tmp_path, tmp_path / "b"]).files == tuple(wanted)


def test_finding_takes_named_files_as_they_are(tmp_path):
    named = [write(tmp_path / name, "x") for name in ("README.md", "a.py", ".hidden.txt")]
    assert find_documents(named).files == tuple(named)
    assert find_documents([]).files == ()


def test_finding_does_not_follow_links_out_of_the_folder(tmp_path):
    outside = write(tmp_path / "outside" / "secret.txt", "x")
    inside = write(tmp_path / "inside" / "a.txt", "x")
    folder = inside.parent
    (folder / "out.txt").symlink_to(outside)
    (folder / "out").symlink_to(outside.parent, target_is_directory=True)
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "gone.txt").symlink_to(tmp_path / "gone.txt")
    (folder / "same.txt").symlink_to(inside)
    assert find_documents([folder]).files == (inside, folder / "same.txt")


def test_finding_a_missing_path(tmp_path):
    with pytest.raises(DocumentError, match=r"gone.txt: there is no such file or folder"):
        find_documents([tmp_path / "gone.txt"])
    (tmp_path / "link.txt").symlink_to(tmp_path / "gone.txt")
    with pytest.raises(DocumentError, match=r"link.txt: is a link to a file that is gone"):
        find_documents([tmp_path / "link.txt"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list everything")
def test_a_folder_that_cannot_be_listed_is_reported(tmp_path):
    write(tmp_path / "locked" / "a.txt", "x")
    seen = write(tmp_path / "open" / "a.txt", "x")
    (tmp_path / "locked").chmod(0)
    try:
        found = find_documents([tmp_path])
    finally:
        (tmp_path / "locked").chmod(0o755)
    assert found.files == (seen,)
    assert [path for path, _ in found.failed] == [tmp_path / "locked"]
    assert "cannot be listed" in found.failed[0][1]


def test_a_folder_that_cannot_be_listed_is_reported_even_to_root(tmp_path, monkeypatch):
    """What the system would say to anyone else, said through `os.scandir`, which `os.walk` lists folders with."""
    write(tmp_path / "locked" / "a.txt", "x")
    seen = write(tmp_path / "open" / "a.txt", "x")
    scandir = os.scandir

    def refuse(path):
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(finding_module.os, "scandir", refuse)
    found = find_documents([tmp_path])
    assert found.files == (seen,)
    assert found.failed[0][0] == tmp_path / "locked"
    assert "Permission denied" in found.failed[0][1]


def test_supported_suffixes():
    assert set(SUPPORTED_SUFFIXES) == SUFFIXES
    assert set(SUPPORTED_SUFFIXES) == set(samples()) | {".htm"}
