"""FastAPI on uvicorn with uvloop, as its documentation shows broadcasts. Usage: fastapi_server.py PORT"""

import sys

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from topics import Topics

app = FastAPI()
topics = Topics()


@app.websocket("/subscribe")
async def subscribe(socket: WebSocket):
    await socket.accept()
    await socket.send_text("subscribed")
    topics.add(socket, socket.query_params["topics"])
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        topics.remove(socket)


@app.websocket("/publish")
async def publish(socket: WebSocket):
    await socket.accept()
    try:
        while True:
            text = await socket.receive_text()
            for subscriber in topics.subscribers(text):
                await subscriber.send_text(text)
    except WebSocketDisconnect:
        pass


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), loop="uvloop", log_level="warning",
                ws_per_message_deflate=False, ws_ping_interval=None)
