// Our own JSON protocol over WebSocket, written from docs/websocket.md alone; what is published goes over
// the binary protocol. A trade's price and size say which message it is, its time when it was sent.
#define _GNU_SOURCE
#include "websocket.h"

enum { PRICE_UNIT = 100000, SIZE_UNIT = 1000000 };  // of 10^-9: four decimals and three
static const char BATCH[] = "{\"s\":1,\"e\":[";
enum { BATCH_BYTES = sizeof BATCH - 1, CLOSING_BYTES = 2 };

static void greet(struct connection *c) {
  if (c->publishes) codec_tickwire.greet(c);
  else ws_upgrade(c, "/api/v1/stream");
}

static void subscribe(struct connection *c) {
  const struct load *l = c->load;
  char text[1024];
  size_t n = (size_t)sprintf(
      text, "{\"id\":1,\"op\":\"subscribe\",\"policy\":\"disconnect\",\"times\":\"ns\",\"subjects\":[");
  if (l->topics == 1) n += (size_t)sprintf(text + n, "\"trade.>\"");
  for (unsigned k = 0; l->topics > 1 && k < l->each; k++) {
    n += (size_t)sprintf(text + n, "%s\"trade.%s\"", k > 0 ? "," : "",
                         l->topic[(c->topic + k) % l->topics].name);
  }
  n += (size_t)sprintf(text + n, "]}");
  ws_say(c, WS_TEXT, text, n);
}

// The digits of a number, without its point.
static inline const char *digits(const char *at, uint64_t *value) {
  uint64_t sum = 0;
  for (;; at++) {
    unsigned digit = (unsigned)(*at - '0');
    if (digit < 10) sum = sum * 10 + digit;
    else if (*at != '.') break;
  }
  *value = sum;
  return at;
}

static const char *expect(struct connection *c, const char *at, const char *text, size_t n) {
  if (memcmp(at, text, n) != 0) fault("tickwire: subscriber %u: found %.40s", c->index, at);
  return at + n;
}
#define EXPECT(text) (at = expect(c, at, text, sizeof text - 1))

// One event, which is there as a whole.
static void take_event(struct connection *c, const char *at) {
  const struct load *l = c->load;
  uint64_t sequence, price, size, time;
  EXPECT("{\"T\":\"trade\",\"q\":");
  at = digits(at, &sequence);
  EXPECT(",\"S\":\"");
  const char *name = at;
  at += TOPIC_NAME;
  EXPECT("\",\"p\":");
  at = digits(at, &price);
  EXPECT(",\"s\":");
  at = digits(at, &size);
  EXPECT(",\"t\":");
  digits(at, &time);
  unsigned topic = l->topics == 1 ? 0 : topic_named(l, name);
  unsigned k = (topic + l->topics - c->topic) % l->topics;
  if (k >= l->each) fault("subscriber %u: a trade of another instrument", c->index);
  uint64_t due = l->topics == 1 ? c->next : c->due[k];
  struct payload p = payload_make(due, time - l->since_1970_ns);
  // Price and size come round only after 65,536 messages, more than may be under way.
  if (p.price != price * PRICE_UNIT || p.size != size * SIZE_UNIT) {
    fault("subscriber %u: expected message %lu of %.3s, received another", c->index, due, name);
  }
  if (l->topics == 1) delivered(c, &p);
  else delivered_of(c, topic, &p);
}

// Whole events of the message that is being read; c->left is what is to come of it.
static size_t events(struct connection *c, const char *bytes, size_t n) {
  size_t at = 0;
  while (c->left > 0) {
    size_t there = n - at < c->left ? n - at : (size_t)c->left;
    if (c->left <= CLOSING_BYTES) {
      at += there;
      c->left -= there;
      if (there == 0) break;
      continue;
    }
    const char *end = memchr(bytes + at, '}', there);  // events hold no objects
    if (end == NULL) break;
    size_t size = (size_t)(end - bytes) + 1 - at;
    if (size == there && c->left > size) break;  // what follows it has to be seen
    take_event(c, bytes + at);
    if (size < there && bytes[at + size] == ',') size++;
    at += size;
    c->left -= size;
  }
  return at;
}

static void control(struct connection *c, struct ws_header h, const char *text) {
  if (h.opcode == WS_CLOSE) fault("tickwire: subscriber %u is closed", c->index);
  if (h.opcode == WS_PING) ws_say(c, 10, text, h.length);
  if (h.opcode != WS_TEXT) return;
  if (memmem(text, h.length, "\"error\"", 7) != NULL) {
    fault("tickwire: %.*s", (int)(h.length < 200 ? h.length : 200), text);
  }
  if (memmem(text, h.length < 32 ? h.length : 32, "\"end\":", 6) != NULL) {
    fault("tickwire: subscriber %u fell behind", c->index);
  }
  if (memmem(text, h.length < 32 ? h.length : 32, "\"live\":", 7) != NULL && c->state != WS_OPEN) {
    c->state = WS_OPEN;
    confirm(c);
  }
}

static size_t decode(struct connection *c, const char *bytes, size_t n) {
  if (c->publishes) return codec_tickwire.decode(c, bytes, n);
  size_t at = 0;
  if (c->state == WS_AWAITS_UPGRADE) {
    at = ws_upgraded(bytes, n);
    if (at == 0) return 0;
    c->state = WS_AWAITS_ANSWER;
    subscribe(c);
  }
  for (;;) {
    at += events(c, bytes + at, n - at);
    if (c->left > 0) return at;
    struct ws_header h = ws_header(bytes + at, n - at);
    if (h.header == 0) return at;
    size_t there = n - at - h.header;
    const char *text = bytes + at + h.header;
    if (h.opcode == WS_TEXT && h.length > BATCH_BYTES) {
      if (there < BATCH_BYTES) return at;
      if (memcmp(text, BATCH, BATCH_BYTES) == 0) {
        at += h.header + BATCH_BYTES;
        c->left = h.length - BATCH_BYTES;
        continue;
      }
    }
    if (there < h.length) return at;
    control(c, h, text);
    at += h.header + h.length;
  }
}

static char *encode(struct load *l, char *out, uint64_t count, uint64_t sent_ns) {
  return codec_tickwire.encode(l, out, count, sent_ns);
}

static uint64_t room(const struct load *l) { return codec_tickwire.room(l); }

const struct codec codec_tickwire_web = {.name = "tickwire-web",
                                         .greet = greet,
                                         .decode = decode,
                                         .encode = encode,
                                         .room = room,
                                         .bytes_max = 76,
                                         .window = 16384,
                                         .window_topics = 65536};
