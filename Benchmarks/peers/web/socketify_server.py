"""uWebSockets through socketify, with its own topics. Usage: socketify_server.py PORT"""

import sys

from socketify import App, AppListenOptions, OpCode
from topics import NAME

app = App()
state = {"by_name": False}


def upgrade(response, request, context):
    key, protocol, extensions = (request.get_header(f"sec-websocket-{name}")
                                 for name in ("key", "protocol", "extensions"))
    wanted = "" if request.get_url() == "/publish" else request.get_query("topics")
    response.upgrade(key, protocol, extensions, context, {"topics": wanted})


def opened(socket):
    wanted = socket.get_user_data()["topics"]
    if not wanted:
        return
    socket.send("subscribed", OpCode.TEXT)
    for name in wanted.split(","):
        socket.subscribe(name)
        state["by_name"] |= name != "all"


def received(socket, message, opcode):
    app.publish(message[NAME] if state["by_name"] else "all", message, OpCode.TEXT)


app.ws("/*", {"upgrade": upgrade, "open": opened, "message": received, "compression": 0,
              "max_backpressure": 1 << 28, "idle_timeout": 0, "send_pings_automatically": False,
              "max_payload_length": 1 << 20})
app.listen(AppListenOptions(port=int(sys.argv[1]), host="127.0.0.1"), lambda config: None)
app.run()
