// RESP 2, pub/sub: https://redis.io/docs/latest/develop/reference/protocol-spec/
#define _GNU_SOURCE
#include <stdio.h>

#include "mdload.h"

static const char PING[] = "*1\r\n$4\r\nPING\r\n";
static const char REPLY_OFF[] = "*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n";

static void greet(struct connection *c) {
  struct load *l = c->load;
  char text[64];
  for (unsigned i = 0; c->publishes && i < l->topics; i++) {
    struct topic *t = &l->topic[i];
    char name[sizeof t->name];
    memcpy(name, t->name, sizeof name);
    t->header_bytes =
        (unsigned)snprintf(t->header, HEADER_MAX, "*3\r\n$7\r\nPUBLISH\r\n$%d\r\n%s\r\n$%d\r\n",
                           TOPIC_NAME, name, PAYLOAD_BYTES);
  }
  if (c->publishes) {
    say(c, PING, sizeof PING - 1);
    return;
  }
  const char *name = l->topic[c->topic].name;
  say(c, text,
      (size_t)snprintf(text, sizeof text, "*2\r\n$9\r\nSUBSCRIBE\r\n$%d\r\n%s\r\n", TOPIC_NAME,
                       name));
  c->header_bytes =
      (unsigned)snprintf(c->header, HEADER_MAX, "*3\r\n$7\r\nmessage\r\n$%d\r\n%s\r\n$%d\r\n",
                         TOPIC_NAME, name, PAYLOAD_BYTES);
  c->trailer_bytes = 2;
}

// What comes before the first delivery, and nothing later: without replies the publisher is told
// nothing more, which saves the server the work of it.
static size_t control(struct connection *c, const char *bytes, size_t n) {
  char confirmed[64] = "+PONG\r\n";
  if (!c->publishes) {
    snprintf(confirmed, sizeof confirmed, "*3\r\n$9\r\nsubscribe\r\n$%d\r\n%s\r\n:1\r\n",
             TOPIC_NAME, c->load->topic[c->topic].name);
  }
  size_t size = strlen(confirmed), compared = n < size ? n : size;
  if (c->ready || memcmp(bytes, confirmed, compared) != 0) {
    fault("redis: %.*s", (int)(n < 200 ? n : 200), bytes);
  }
  if (n < size) return 0;
  if (c->publishes) {
    say(c, REPLY_OFF, sizeof REPLY_OFF - 1);
    c->ready = true;
  } else {
    confirm(c);
  }
  return size;
}

static size_t decode(struct connection *c, const char *bytes, size_t n) {
  size_t at = 0;
  if (!c->ready) at = control(c, bytes, n);
  if (!c->ready || at == n) return at;
  at += decode_messages(c, bytes + at, n - at);
  if (at < n && !is_partial(c, bytes + at, n - at)) control(c, bytes + at, n - at);
  return at;
}

static char *encode(struct load *l, char *out, uint64_t count, uint64_t sent_ns) {
  return encode_messages(l, out, count, sent_ns, "\r\n", 2);
}

const struct codec codec_redis = {.name = "redis",
                                  .greet = greet,
                                  .decode = decode,
                                  .encode = encode,
                                  .bytes_max = 128,
                                  .window = 16384,
                                  .window_topics = 65536};
