"""Edits of known customers as WeCom would call them back, sent at a steady rate over kept connections."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from wxsim.wire.crypto import CallbackCipher, sign
from wxsim.wire.xml import write_xml

CONNECTIONS = 64
TICK_SECONDS = 0.01


@dataclass
class Answers:
    """What came back."""

    taken: int = 0
    refused: int = 0
    seconds: float = 0.0


class Edits:
    """``rate`` edits a second for ``seconds``, all encrypted before the first is sent.

    ``customers`` are (member, customer); each is edited in turn, in another second each time.
    """

    def __init__(
        self, customers: Sequence[tuple[str, str]], address: tuple[str, str], home: Path, rate: int, seconds: int
    ) -> None:
        url, self._corpid = address
        mark = json.loads((home / "demo.json").read_text())
        self._token = str(mark["callback_token"])
        self._cipher = CallbackCipher(mark["aes_key"], self._corpid)
        self._url = urlsplit(url)
        self._rate = rate
        now, count = int(time.time()), rate * seconds
        self._requests = [
            self._request(*customers[number % len(customers)], now + number // len(customers))
            for number in range(count)
        ]

    async def send(self) -> Answers:
        """Send all at the rate; what cannot be sent in time is sent as soon as a connection is free."""
        answers, begun = Answers(), time.monotonic()
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        senders = [asyncio.create_task(self._send(queue, answers)) for _ in range(CONNECTIONS)]
        sent = 0
        while sent < len(self._requests):
            due = min(len(self._requests), int((time.monotonic() - begun) * self._rate))
            for request in self._requests[sent:due]:
                queue.put_nowait(request)
            sent = due
            await asyncio.sleep(TICK_SECONDS)
        await queue.join()
        answers.seconds = time.monotonic() - begun
        for sender in senders:
            sender.cancel()
        await asyncio.gather(*senders, return_exceptions=True)
        return answers

    async def _send(self, queue: "asyncio.Queue[bytes]", answers: Answers) -> None:
        reader, writer = await asyncio.open_connection(self._url.hostname, self._url.port)
        try:
            while True:
                writer.write(await queue.get())
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]
                await reader.readexactly(int(length))
                taken = head.startswith(b"HTTP/1.1 200")
                answers.taken += taken
                answers.refused += not taken
                queue.task_done()
        finally:
            writer.close()

    def _request(self, userid: str, external_userid: str, moment: int) -> bytes:
        inner = write_xml(
            {
                "ToUserName": self._corpid, "FromUserName": "sys", "CreateTime": moment, "MsgType": "event",
                "Event": "change_external_contact", "ChangeType": "edit_external_contact",
                "UserID": userid, "ExternalUserID": external_userid,
            }
        )  # fmt: skip
        sealed = self._cipher.encrypt(inner.encode())
        timestamp, nonce = str(moment), "1234567890"
        query = {"msg_signature": sign(self._token, timestamp, nonce, sealed), "timestamp": timestamp, "nonce": nonce}
        body = write_xml({"ToUserName": self._corpid, "AgentID": "1000002", "Encrypt": sealed}).encode()
        head = f"POST {self._url.path}?{urlencode(query)} HTTP/1.1\r\nHost: {self._url.netloc}\r\n"
        return f"{head}Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
