"""A worker is killed after the commit, before anybody has read its answer: the retry gets that answer."""

import asyncio
import json
import os
import signal
from pathlib import Path

from tests.cli.running import House, serving, workers
from tests.desk import until

SITE = b'{"name": "Killed"}'


async def test_the_retry_gets_the_answer_of_the_killed_worker(tmp_path: Path) -> None:
    async with serving("--demo", KALENDS_DATA=str(tmp_path)) as house:
        key = await api_key(house)
        words = {"authorization": f"Bearer {key}"}
        _, writer = await asyncio.open_connection("127.0.0.1", house.port)
        head = f"POST /api/v1/sites HTTP/1.1\r\nhost: here\r\nauthorization: Bearer {key}\r\nidempotency-key: once\r\n"
        head += f"content-type: application/json\r\ncontent-length: {len(SITE)}\r\n\r\n"
        writer.write(head.encode() + SITE)

        async def made() -> int:
            sites = (await house.client.get("/api/v1/sites", headers=words)).json()["data"]
            return sum(site["name"] == "Killed" for site in sites)

        await until(made, 1)
        for worker in workers(house):
            os.kill(worker, signal.SIGKILL)
        writer.close()
        await house.is_ready()
        retry = {**words, "idempotency-key": "once", "content-type": "application/json"}
        answer = await house.client.post("/api/v1/sites", content=SITE, headers=retry)
        assert (answer.status_code, answer.headers["idempotency-replayed"]) == (201, "true"), answer.text
        assert json.loads(answer.text)["name"] == "Killed"
        assert await made() == 1


async def api_key(house: House) -> str:
    """The key of the API that a new demo account is told."""
    assert house.process.stdout is not None
    lines: list[str] = []
    async with asyncio.timeout(60):
        while not (lines and lines[-1].split()[:1] == ["key"] and "api" in lines):
            lines.append((await house.process.stdout.readline()).decode().rstrip())
    return lines[-1].split()[1]
