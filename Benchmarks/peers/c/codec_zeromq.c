// ZMTP 3.0 by hand (https://rfc.zeromq.org/spec/23): as the client of a proxy it publishes to its
// XSUB socket and subscribes at its XPUB socket, which has a port of its own.
#define _GNU_SOURCE
#include "mdload.h"

enum { GREETING_BYTES = 64, FLAG_LONG = 2, FLAG_COMMAND = 4 };
enum { AWAITS_GREETING, AWAITS_READY, OPEN };

static void greet(struct connection *c) {
  struct load *l = c->load;
  unsigned char greeting[GREETING_BYTES] = {[0] = 0xff, [9] = 0x7f, [10] = 3};
  memcpy(greeting + 12, "NULL", 4);
  say(c, greeting, sizeof greeting);
  static const char ready[] = "\x04\x19\x05READY\x0bSocket-Type\0\0\0\3";
  say(c, ready, sizeof ready - 1);
  say(c, c->publishes ? "PUB" : "SUB", 3);
  for (unsigned i = 0; c->publishes && i < l->topics; i++) {
    struct topic *t = &l->topic[i];
    t->header[1] = TOPIC_NAME + PAYLOAD_BYTES;
    memcpy(t->header + 2, t->name, TOPIC_NAME);
    t->header_bytes = 2 + TOPIC_NAME;
  }
  if (c->publishes) return;
  c->header[1] = TOPIC_NAME + PAYLOAD_BYTES;
  memcpy(c->header + 2, l->topic[c->topic].name, TOPIC_NAME);
  c->header_bytes = 2 + TOPIC_NAME;
}

// libzmq closes a connection that subscribes before its READY has gone out.
static void subscribe(struct connection *c) {
  char frame[3 + TOPIC_NAME] = {0, 1 + TOPIC_NAME, 1};
  memcpy(frame + 3, c->load->topic[c->topic].name, TOPIC_NAME);
  say(c, frame, sizeof frame);
}

// The proxy hands each subscription on to the publisher: then, and only then, it is in force.
static void subscribed(struct connection *c, const unsigned char *body, size_t n) {
  if (!c->publishes || n < 1 || body[0] != 1) fault("zeromq: an unexpected message");
  c->load->confirmed++;
}

static size_t frame(struct connection *c, const unsigned char *bytes, size_t n) {
  if (n < 2) return 0;
  if ((bytes[0] & FLAG_LONG) != 0) fault("zeromq: an unexpected long frame");
  size_t size = 2 + (size_t)bytes[1];
  if (n < size) return 0;
  if ((bytes[0] & FLAG_COMMAND) == 0) {
    subscribed(c, bytes + 2, bytes[1]);
  } else if (c->state == AWAITS_READY && size > 8 && memcmp(bytes + 2, "\5READY", 6) == 0) {
    c->state = OPEN;
    c->ready = true;
    if (!c->publishes) subscribe(c);
  } else {
    fault("zeromq: an unexpected command");
  }
  return size;
}

static size_t decode(struct connection *c, const char *bytes, size_t n) {
  size_t at = 0;
  if (c->state == AWAITS_GREETING) {
    if (n < GREETING_BYTES) return 0;
    if ((unsigned char)bytes[0] != 0xff || bytes[10] < 3) fault("zeromq: not ZMTP 3");
    c->state = AWAITS_READY;
    at = GREETING_BYTES;
  }
  for (;;) {
    bool receives = !c->publishes && c->ready;
    if (receives) at += decode_messages(c, bytes + at, n - at);
    if (at == n || (receives && is_partial(c, bytes + at, n - at))) return at;
    size_t size = frame(c, (const unsigned char *)bytes + at, n - at);
    if (size == 0) return at;
    at += size;
  }
}

static char *encode(struct load *l, char *out, uint64_t count, uint64_t sent_ns) {
  return encode_messages(l, out, count, sent_ns, "", 0);
}

const struct codec codec_zeromq = {.name = "zeromq",
                                   .greet = greet,
                                   .decode = decode,
                                   .encode = encode,
                                   .bytes_max = 128,
                                   .window = 16384,
                                   .window_topics = 65536};
