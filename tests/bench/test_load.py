"""The load client reads answers as servers write them."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.load import Client, Result, Watch, get, post


class Wire:
    """Stands for a connection: what is written is kept, what is read was given."""

    def __init__(self, answer: bytes) -> None:
        self.sent = b""
        self.answer = answer

    def write(self, data: bytes) -> None:
        self.sent += data

    def close(self) -> None:
        pass


def ask(answer: bytes, request: bytes = b"GET / HTTP/1.1\r\n\r\n"):
    async def talk():
        reader, client = asyncio.StreamReader(), Client(0)
        reader.feed_data(answer)
        reader.feed_eof()
        client.streams = (reader, Wire(answer))
        return await Watch(1).ask(client, request)

    with ThreadPoolExecutor(1) as thread:  # this one may have a loop already: browser tests keep theirs
        return thread.submit(lambda: asyncio.run(talk())).result()


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello", 200, b"Hello"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 200, b"abcde"),
        (b"HTTP/1.1 302 Found\r\ncontent-length: 0\r\nlocation: /\r\n\r\n", 302, b""),
        (b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\nRetry-After: 3\r\n\r\nno", 503, b"no"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHel", 0, b""),  # cut
    ],
)
def test_an_answer_is_read_whole(answer, status, body):
    assert ask(answer)[::2] == (status, body)


def test_a_request_carries_host_and_cookie():
    assert get("/a", "session=x").startswith(b"GET /a HTTP/1.1\r\nHost: localhost\r\n")
    assert b"\r\nCookie: session=x\r\n" in get("/a", "session=x")
    assert b"Cookie" not in get("/a")


def test_a_form_says_its_length():
    head, _, body = post("/connexion/", "csrf=1", {"login": "ENF00001AAAA", "password": "é"}).partition(b"\r\n\r\n")
    assert body == b"login=ENF00001AAAA&password=%C3%A9"
    assert f"Content-Length: {len(body)}".encode() in head


def test_a_result_counts_by_status():
    result = Result(2.0, {"200": [1.0, 3.0, 5.0], "503": [9.0]})
    assert (result.total, result.per_second, result.count(200), result.p50(200)) == (4, 2.0, 3, 3.0)
    assert result.statuses == {"200": 3, "503": 1}
