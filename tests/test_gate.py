"""Nothing is shown to anybody who has not said who they are; and passwords cannot be tried as fast as they come."""

import asyncio
import base64
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from loops import run_apart
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from rag.ui.gate import COOKIE, Gate, user_of
from rag.users import Users, add_user, remove_user

HTML = {"accept": "text/html,*/*"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    add_user(tmp_path / "users", "amal", "correct horse")
    add_user(tmp_path / "users", "عمر", "battery staple")
    return tmp_path / "users"


def app() -> Starlette:
    def who(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(user_of(request)))

    within = Starlette(routes=[Route("/{path:path}", who, methods=["GET", "POST"])])
    return Starlette(routes=[Route("/own", who), Mount("/", within)])


def visitor(path: Path, gate: Gate | None = None, **settings: Any) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=gate or Gate(app(), Users(path)))
    return httpx.AsyncClient(transport=transport, base_url="http://sanad", **settings)


def test_without_a_session_there_is_nothing_but_the_door(path: Path) -> None:
    async def go() -> None:
        async with visitor(path) as nobody:
            for method, address in (
                ("GET", "/"), ("GET", "/own"), ("POST", "/gradio_api/queue/join"), ("POST", "/gradio_api/mcp/"),
                ("GET", "/gradio_api/file=/etc/passwd"), ("GET", "/config"), ("POST", "/gradio_api/upload"), ("GET", "/login/x"),
            ):  # fmt: skip
                assert (await nobody.request(method, address)).status_code == 401
            there = await nobody.get("/", headers=HTML)
            assert (there.status_code, there.headers["location"]) == (303, "/login")
            page = await nobody.get("/login", headers=HTML | {"accept-language": "ar-EG"})
            assert 'dir="rtl"' in page.text and "كلمة المرور" in page.text and "<script" not in page.text
            english = await nobody.get("/login", headers=HTML)
            assert "Password" in english.text
            assert (await nobody.get("/", headers={"cookie": f"{COOKIE}=made-up"})).status_code == 401

    run_apart(go())


def test_a_user_logs_in_and_out(path: Path) -> None:
    async def go() -> None:
        async with visitor(path) as amal:
            wrong = await amal.post("/login", data={"username": "amal", "password": "wrong"}, headers=HTML)
            assert wrong.status_code == 401 and 'role="alert"' in wrong.text and not amal.cookies
            right = await amal.post("/login", data={"username": "amal", "password": "correct horse"}, headers=HTML)
            assert (right.status_code, right.headers["location"]) == (303, "/")
            assert "HttpOnly" in right.headers["set-cookie"] and "SameSite=lax" in right.headers["set-cookie"]
            assert [(await amal.get(address)).text for address in ("/own", "/deep/below")] == ["amal", "amal"]
            session = amal.cookies[COOKIE]
            assert (await amal.get("/logout")).headers["location"] == "/login"
            assert (await amal.get("/own")).status_code == 401
            assert (await amal.get("/own", headers={"cookie": f"{COOKIE}={session}"})).status_code == 401, (
                "ended on the server too"
            )

    run_apart(go())


def test_a_program_logs_in_as_gradio_client_does_or_by_header(path: Path) -> None:
    async def go() -> None:
        gate = Gate(app(), Users(path))
        async with visitor(path, gate) as program:
            assert (await program.post("/login", data={"username": "amal", "password": "wrong"})).status_code == 401
            assert (await program.post("/login", data={"username": "amal", "password": "correct horse"})).json() == {
                "success": True
            }
            assert (await program.get("/own")).text == "amal"
        basic = base64.b64encode("عمر:battery staple".encode()).decode()
        async with visitor(path, gate, headers={"authorization": f"Basic {basic}"}) as program:
            started = time.perf_counter()
            assert [(await program.get("/own")).text for _ in range(50)] == ["عمر"] * 50
            assert time.perf_counter() - started < 3, "a password is not hashed at each call"
        for header in ("Basic !", "Basic eA==", "Bearer x", f"Basic {basic}x"):
            async with visitor(path, gate, headers={"authorization": header}) as program:
                assert (await program.get("/own")).status_code == 401

    run_apart(go())


def test_who_is_taken_out_or_gets_another_password_is_out_at_once(path: Path) -> None:
    async def go() -> None:
        gate = Gate(app(), Users(path))
        async with visitor(path, gate) as amal, visitor(path, gate) as omar:
            await amal.post("/login", data={"username": "amal", "password": "correct horse"})
            await omar.post("/login", data={"username": "عمر", "password": "battery staple"})
            assert (await amal.get("/own")).text == "amal"
            add_user(path, "amal", "another horse")
            assert (await amal.get("/own")).status_code == 401
            assert (await omar.get("/own")).text == "عمر"
            remove_user(path, "عمر")
            assert (await omar.get("/own")).status_code == 401

    run_apart(go())


def test_wrong_passwords_are_answered_ever_more_slowly_also_side_by_side(path: Path) -> None:
    async def go() -> None:
        gate = Gate(app(), Users(path))
        async with visitor(path, gate) as thief, visitor(path, gate) as omar:
            started = time.perf_counter()
            tries = [thief.post("/login", data={"username": "amal", "password": f"guess {n}"}) for n in range(4)]
            theirs = asyncio.gather(*tries)
            assert (await omar.post("/login", data={"username": "عمر", "password": "battery staple"})).is_success
            assert time.perf_counter() - started < 1.5, "others do not wait for it"
            assert {one.status_code for one in await theirs} == {401}
            assert time.perf_counter() - started > 0.5 + 1.0 + 2.0

    run_apart(go())


def test_a_form_without_end_is_not_read(path: Path) -> None:
    async def go() -> None:
        async with visitor(path) as nobody:
            assert (await nobody.post("/login", data={"username": "x" * 20_000, "password": "y"})).status_code == 413

    run_apart(go())


def test_thousands_of_wrong_passwords_do_not_lock_a_user_out(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.ui.gate._SLOWEST", 0.01)

    async def go() -> None:
        gate = Gate(app(), Users(path))
        gate._failures.update(dict.fromkeys(range(1 << 16), 5_000))
        async with visitor(path, gate) as amal:
            said = await amal.post("/login", data={"username": "amal", "password": "correct horse"})
            assert said.is_success

    run_apart(go())
