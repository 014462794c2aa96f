"""picows (Cython) on uvloop. Usage: picows_server.py PORT"""

import asyncio
import sys
from urllib.parse import parse_qs, urlsplit

import uvloop
from picows import WSListener, WSMsgType, ws_create_server
from topics import Topics

topics = Topics()


class Subscriber(WSListener):
    def __init__(self, wanted):
        self.wanted = wanted

    def on_ws_connected(self, transport):
        self.transport = transport
        transport.send(WSMsgType.TEXT, b"subscribed")
        topics.add(transport, self.wanted)

    def on_ws_disconnected(self, transport):
        topics.remove(transport)


class Publisher(WSListener):
    def on_ws_frame(self, transport, frame):
        if frame.msg_type == WSMsgType.TEXT:
            message = frame.get_payload_as_bytes()
            for subscriber in topics.subscribers(message):
                subscriber.send(WSMsgType.TEXT, message)


def listener(request):
    target = urlsplit(request.path.decode())
    if target.path == "/publish":
        return Publisher()
    return Subscriber(parse_qs(target.query)["topics"][0])


async def main():
    server = await ws_create_server(listener, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
