"""The same for programs: a real server, asked by gradio_client and by an MCP client; alone, at once, and by users."""

import base64
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import regex
from gradio_client import Client
from gradio_client.exceptions import AppError, AuthenticationError
from loops import run_apart
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from running import ROOT, App, running_app

from rag.index import index_paths
from rag.index.build import Recipe
from rag.ui.incoming import INCOMING
from rag.users import add_user

pytestmark = pytest.mark.model

ARABIC = "من افتتح محطة رأس الزمرد لتحلية المياه؟"
ASKED = (
    ARABIC,
    "In what year was the returned treatise on the astrolabe copied?",
    "How far did the river rise in the flood?",
)


@pytest.fixture(scope="module")
def server(some_store: Path) -> Iterator[App]:
    with running_app(some_store) as app:
        yield app


def client(app: App, **options: Any) -> Client:
    return Client(app.url, verbose=False, analytics_enabled=False, **options)


async def tools(app: App, *calls: tuple[str, dict[str, Any]], **headers: str) -> tuple[dict[str, Any], list[Any]]:
    """The tools that an MCP client finds, by name, and the results of calls."""
    async with (
        httpx.AsyncClient(headers=headers) as http,
        streamable_http_client(f"{app.url}/gradio_api/mcp/", http_client=http) as (read, write, _),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        found = {tool.name: tool for tool in (await session.list_tools()).tools}
        return found, [await session.call_tool(name, arguments) for name, arguments in calls]


def test_a_program_asks_searches_and_checks(server: App) -> None:
    sanad = client(server)
    answer = sanad.predict(ARABIC, api_name="/ask")
    assert answer["language"] == "ar" and "الرفاعي" in answer["answer"] and not answer["refused"]
    assert {one["verdict"] for one in answer["sentences"]} == {"supported"} and answer["citations"][0]["quote"]
    passages = sanad.predict("desalination", languages=["en"], since="2025", limit=2, api_name="/search")
    assert len(passages) == 2 and {one["language"] for one in passages} == {"en"}
    labels = [
        one["label"]
        for one in sanad.predict("The treatise on the astrolabe was copied in 1187. Pizza is round.", api_name="/check")
    ]
    assert labels == ["supported", "unsupported"]
    narrowed = sanad.predict(ARABIC, documents=["ar/desalination.txt"], api_name="/ask")
    assert {one["source"].rsplit("/", 1)[-1] for one in narrowed["citations"]} == {"desalination.txt"}


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ({"question": "x" * 5000, "api_name": "/ask"}, "5,000 characters"),
        ({"question": "x", "languages": ["xx"], "api_name": "/ask"}, "no document in the index is in 'xx'"),
        ({"question": "x", "since": "soon", "api_name": "/ask"}, "give a date as"),
        ({"question": "x", "history": [{"q": "y"}], "api_name": "/ask"}, "history is a list of"),
        ({"query": " ", "api_name": "/search"}, "give 1 to 4,000"),
        ({"text": "", "api_name": "/check"}, "give 1 to 50"),
    ],
)
def test_what_cannot_be_done_is_told_in_our_line(server: App, call: dict[str, Any], says: str) -> None:
    with pytest.raises(AppError, match=says) as caught:
        client(server).predict(**call)
    assert "\n" not in str(caught.value) and "Traceback" not in str(caught.value)


def test_many_at_once_get_each_their_own_answer(server: App) -> None:
    alone = {question: client(server).predict(question, api_name="/ask")["answer"] for question in ASKED}
    assert len(set(alone.values())) == 3
    got: list[tuple[str, str]] = []

    def ask(question: str) -> None:
        sanad = client(server)
        for _ in range(3):
            got.append((question, sanad.predict(question, api_name="/ask")["answer"]))

    threads = [threading.Thread(target=ask, args=[question]) for question in ASKED for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 18
    assert all(answer == alone[question] for question, answer in got)


def test_an_mcp_client_finds_the_three_tools_described_and_uses_them(server: App) -> None:
    found, (asked, wrong) = run_apart(
        tools(server, ("ask", {"question": ARABIC}), ("search", {"query": "x", "languages": ["xx"]}))
    )
    assert found.keys() == {"ask", "search", "check"}
    for tool in found.values():
        assert len(tool.description) > 60
        assert all(len(one["description"]) > 20 for one in tool.inputSchema["properties"].values())
    assert found["ask"].inputSchema["required"] == ["question"]
    assert "الرفاعي" in json.loads(asked.content[0].text)["answer"]
    assert wrong.isError and "no document in the index is in 'xx'" in wrong.content[0].text


def test_a_forged_host_makes_the_server_call_nobody(server: App) -> None:
    _, (asked,) = run_apart(tools(server, ("search", {"query": "flood"}), host="evil.example"))
    assert json.loads(asked.content[0].text)
    assert {line for line in server.network_log.read_text().splitlines() if "127.0.0.1" not in line} == set()


def test_the_pages_own_events_are_not_for_programs(server: App) -> None:
    offered = client(server).view_api(return_format="dict", print_info=False)
    assert offered["named_endpoints"].keys() == {"/ask", "/search", "/check"} and not offered["unnamed_endpoints"]


def test_no_file_is_handed_out_and_no_state_written(server: App) -> None:
    (name,) = httpx.post(f"{server.url}/gradio_api/upload", files={"files": ("a.txt", b"secret of another")}).json()
    assert Path(name).read_bytes() == b"secret of another" and Path(name).is_relative_to(server.store / INCOMING)
    for address in (f"file={name}", f"file/{name}", "deep_link?session_hash=x"):
        assert httpx.get(f"{server.url}/gradio_api/{address}").status_code == 404


def test_the_examples_of_the_documentation_work(server: App, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "docs" / "programs.md").read_text("utf-8")
    blocks = regex.findall(r"```python\n(.*?)```", text, regex.S)
    assert len(blocks) == 2
    exec("\n".join(blocks).replace("http://127.0.0.1:7860", server.url), {})
    said = capsys.readouterr().out
    assert said.count("supported") >= 2 and "desalination" in said


@pytest.fixture(scope="module")
def own(some_store: Path, recipe: Recipe, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Amal has some seeds, Omar a document of his own, Lina none."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copytree(some_store, folder / "store" / "users" / "amal")
    (folder / "diary.txt").write_text("Omar keeps the blue kite in the attic of the mill.", "utf-8")
    index_paths([folder / "diary.txt"], folder / "store" / "users" / "omar", recipe)
    for name in ("amal", "omar", "lina"):
        add_user(folder / "users.txt", name, f"{name} {name}")
    with running_app(folder / "store", RAG_AUTH=str(folder / "users.txt"), RAG_DOCUMENTS="own") as app:
        yield app


def basic(name: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{name} {name}".encode()).decode()


def test_each_user_has_their_own_documents(own: App) -> None:
    amal, omar, lina = (client(own, auth=(name, f"{name} {name}")) for name in ("amal", "omar", "lina"))
    assert "الرفاعي" in amal.predict(ARABIC, api_name="/ask")["answer"]
    assert "blue kite" in omar.predict("Where is the blue kite?", api_name="/ask")["answer"]
    assert "kite" not in json.dumps(amal.predict("Where is the blue kite in the mill?", limit=50, api_name="/search"))
    with pytest.raises(AppError, match="no documents yet"):
        lina.predict("Where is the blue kite?", api_name="/ask")
    with pytest.raises(AppError, match="no document 'diary"):
        amal.predict("x", documents=["diary.txt"], api_name="/search")


def test_nobody_else_gets_in_not_even_by_mcp(own: App) -> None:
    with pytest.raises(AuthenticationError):
        client(own, auth=("amal", "omar omar"))
    for address in ("/config", "/gradio_api/mcp/", "/gradio_api/info", "/sanad/conversations/0.md", "/sanad/script.js"):
        assert httpx.get(f"{own.url}{address}").status_code == 401
    assert httpx.post(f"{own.url}/gradio_api/mcp/", json={}).status_code == 401
    assert httpx.post(f"{own.url}/gradio_api/upload", files={"files": b"x"}).status_code == 401
    found, (asked, other) = run_apart(
        tools(
            own,
            ("search", {"query": "kite"}),
            ("search", {"query": "kite", "documents": ["flood.txt"]}),
            authorization=basic("omar"),
        )
    )
    assert len(found) == 3 and "blue kite" in asked.content[0].text
    assert other.isError
