// A WebSocket server for tests, over real sockets: text frames of any size, no extensions.

import { createHash } from "node:crypto";
import { createServer } from "node:http";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** A text frame. */
export function frame(text) {
  const payload = Buffer.from(text);
  const head = payload.length < 126 ? Buffer.from([0x81, payload.length]) : Buffer.alloc(4);
  if (payload.length >= 126) {
    head.writeUInt16BE(0x817e, 0);
    head.writeUInt16BE(payload.length, 2);
  }
  return Buffer.concat([head, payload]);
}

/** Calls `onText(text)` for every whole text frame of a client, and `onClose()` for a close. */
function reader(onText, onClose) {
  let held = Buffer.alloc(0);
  return (bytes) => {
    held = Buffer.concat([held, bytes]);
    for (;;) {
      if (held.length < 2) return;
      const short = held[1] & 0x7f;
      const start = short === 126 ? 8 : 6;
      if (held.length < start) return;
      const length = short === 126 ? held.readUInt16BE(2) : short;
      if (held.length < start + length) return;
      const mask = held.subarray(start - 4, start);
      const payload = Buffer.from(held.subarray(start, start + length));
      for (let index = 0; index < length; index += 1) payload[index] ^= mask[index % 4];
      const opcode = held[0] & 0x0f;
      held = held.subarray(start + length);
      if (opcode === 1) onText(payload.toString());
      if (opcode === 8) onClose();
    }
  };
}

/** Listens on a free port; `serve(connection)` gets `{ say, end, onText }` of each client. */
export async function listen(serve) {
  const server = createServer();
  const sockets = new Set();
  server.on("upgrade", (request, socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    const accept = createHash("sha1").update(request.headers["sec-websocket-key"] + GUID)
      .digest("base64");
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" +
      `Connection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    const connection = {
      onText: () => {},
      say: (...messages) => {
        for (const message of messages) socket.write(frame(JSON.stringify(message)));
      },
      end: (code) => {
        socket.end(Buffer.from([0x88, 2, code >> 8, code & 0xff]));
      },
      destroy: () => socket.destroy(),
    };
    socket.on("data", reader(
      (text) => connection.onText(JSON.parse(text)), () => socket.end(Buffer.from([0x88, 0]))));
    serve(connection);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `ws://127.0.0.1:${server.address().port}/api/v1/stream`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
