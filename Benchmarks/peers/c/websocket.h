// As much of RFC 6455 as a client needs that knows its server.
#ifndef TICKWIRE_WEBSOCKET_H
#define TICKWIRE_WEBSOCKET_H

#include <stdio.h>

#include "mdload.h"

enum { WS_TEXT = 1, WS_CLOSE = 8, WS_PING = 9, WS_CLIENT_HEADER = 8 };
enum { WS_AWAITS_UPGRADE, WS_AWAITS_ANSWER, WS_OPEN };

static inline void ws_upgrade(struct connection *c, const char *target) {
  char text[512];
  int n = snprintf(text, sizeof text,
                   "GET %s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                   "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                   target);
  say(c, text, (size_t)n);
}

// Bytes of the answer that made it a WebSocket; 0 when its end has not come.
static inline size_t ws_upgraded(const char *bytes, size_t n) {
  const char *end = memmem(bytes, n, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  if (n < 12 || memcmp(bytes, "HTTP/1.1 101", 12) != 0) fault("refused: %.12s", bytes);
  return (size_t)(end - bytes) + 4;
}

// The header of a client's frame with a length of two bytes and a mask that changes nothing.
static inline char *ws_client_header(char *out, int opcode, size_t length) {
  unsigned char header[WS_CLIENT_HEADER] = {(unsigned char)(0x80 | opcode), 0x80 | 126,
                                            (unsigned char)(length >> 8), (unsigned char)length};
  memcpy(out, header, sizeof header);
  return out + sizeof header;
}

static inline void ws_say(struct connection *c, int opcode, const char *text, size_t n) {
  char frame[4096 + WS_CLIENT_HEADER];
  if (n < 126) {  // the shortest form, as servers insist on it
    unsigned char header[6] = {(unsigned char)(0x80 | opcode), (unsigned char)(0x80 | n)};
    memcpy(frame, header, sizeof header);
    memcpy(frame + sizeof header, text, n);
    say(c, frame, n + sizeof header);
    return;
  }
  memcpy(ws_client_header(frame, opcode, n), text, n);
  say(c, frame, n + WS_CLIENT_HEADER);
}

struct ws_header {
  int opcode;
  size_t header;  // bytes; 0 when its end has not come
  uint64_t length;
};

// The header of a server's frame.
static inline struct ws_header ws_header(const char *bytes, size_t n) {
  const unsigned char *at = (const unsigned char *)bytes;
  struct ws_header h = {0};
  if (n < 2) return h;
  size_t length = at[1], wide = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (n < 2 + wide) return h;
  if (length > 127) fault("a masked frame from a server");
  h.opcode = at[0] & 15;
  h.header = 2 + wide;
  h.length = wide == 0 ? length : 0;
  for (size_t i = 0; i < wide; i++) h.length = h.length << 8 | at[2 + i];
  return h;
}

#endif
