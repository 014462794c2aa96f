"""The library websockets on uvloop, with its broadcast. Usage: websockets_server.py PORT"""

import asyncio
import sys
from urllib.parse import parse_qs, urlsplit

import uvloop
from topics import Topics
from websockets.asyncio.server import broadcast, serve

topics = Topics()


async def handle(socket):
    target = urlsplit(socket.request.path)
    if target.path == "/publish":
        async for text in socket:
            broadcast(topics.subscribers(text), text)
            await asyncio.sleep(0)  # what is due goes out before the next is read
        return
    await socket.send("subscribed")
    topics.add(socket, parse_qs(target.query)["topics"][0])
    try:
        await socket.wait_closed()
    finally:
        topics.remove(socket)


async def main():
    async with serve(handle, "127.0.0.1", int(sys.argv[1]), compression=None, ping_interval=None,
                     write_limit=1 << 26):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    uvloop.run(main())
