"""Python's websockets, with its broadcast(), as its documentation has it. Messages are posted to a port of their own,
because websockets takes no posts."""

import asyncio
import json
import re

from websockets.asyncio.server import broadcast, serve

LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"

listening = set()


async def listen(client):
    listening.add(client)
    try:
        await client.wait_closed()
    finally:
        listening.remove(client)


async def take(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            told = json.loads(await reader.readexactly(int(LENGTH.search(head)[1])))
            broadcast(listening, json.dumps(told, separators=(",", ":"), ensure_ascii=False))
            writer.write(ANSWER)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def address(server):
    host, port = server.sockets[0].getsockname()
    return f"http://{host}:{port}"


async def main():
    taking = await asyncio.start_server(take, "127.0.0.1", 0)
    async with serve(listen, "127.0.0.1", 0) as telling:
        print(address(telling), address(taking), flush=True)
        await asyncio.get_running_loop().create_future()


asyncio.run(main())
