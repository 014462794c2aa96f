// The text protocol of nats-server:
// https://docs.nats.io/reference/reference-protocols/nats-protocol
#define _GNU_SOURCE
#include <stdio.h>

#include "mdload.h"

static const char CONNECT[] =
    "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":false,\"lang\":\"c\","
    "\"version\":\"1\",\"protocol\":1}\r\n";

static void greet(struct connection *c) {
  struct load *l = c->load;
  char text[64];
  say(c, CONNECT, sizeof CONNECT - 1);
  for (unsigned i = 0; c->publishes && i < l->topics; i++) {
    struct topic *t = &l->topic[i];
    char name[sizeof t->name];
    memcpy(name, t->name, sizeof name);
    t->header_bytes =
        (unsigned)snprintf(t->header, HEADER_MAX, "PUB %s %d\r\n", name, PAYLOAD_BYTES);
  }
  if (!c->publishes) {
    const char *name = l->topic[c->topic].name;
    say(c, text, (size_t)snprintf(text, sizeof text, "SUB %s 1\r\n", name));
    c->header_bytes =
        (unsigned)snprintf(c->header, HEADER_MAX, "MSG %s 1 %d\r\n", name, PAYLOAD_BYTES);
    c->trailer_bytes = 2;
  }
  say(c, "PING\r\n", 6);
}

// A line that is no delivery. Returns its bytes, or 0 when its end has not come.
static size_t control(struct connection *c, const char *bytes, size_t n) {
  const char *end = memmem(bytes, n, "\r\n", 2);
  if (end == NULL) return 0;
  size_t size = (size_t)(end - bytes) + 2;
  if (size == 6 && memcmp(bytes, "PING", 4) == 0) {
    say(c, "PONG\r\n", 6);
  } else if (size == 6 && memcmp(bytes, "PONG", 4) == 0) {
    if (c->publishes) c->ready = true;
    else if (!c->ready) confirm(c);
  } else if (memcmp(bytes, "INFO", 4) != 0 && memcmp(bytes, "+OK", 3) != 0) {
    fault("nats: %.*s", (int)(size - 2), bytes);
  }
  return size;
}

static size_t decode(struct connection *c, const char *bytes, size_t n) {
  size_t at = 0;
  for (;;) {
    if (!c->publishes) at += decode_messages(c, bytes + at, n - at);
    if (at == n || (!c->publishes && is_partial(c, bytes + at, n - at))) return at;
    size_t size = control(c, bytes + at, n - at);
    if (size == 0) return at;
    at += size;
  }
}

static char *encode(struct load *l, char *out, uint64_t count, uint64_t sent_ns) {
  return encode_messages(l, out, count, sent_ns, "\r\n", 2);
}

const struct codec codec_nats = {.name = "nats",
                                 .greet = greet,
                                 .decode = decode,
                                 .encode = encode,
                                 .bytes_max = 128,
                                 .window = 16384,
                                 .window_topics = 65536};
