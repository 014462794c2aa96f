// WebSocket servers that pass ready-made JSON on: whoever opens /publish sends one text message for each
// event, and whoever opens /subscribe?topics=all (or =001,002,…) is told "subscribed", then gets those
// messages as they are, a frame each. The text has the same length whatever it says.
#define _GNU_SOURCE
#include "websocket.h"

#include <stdlib.h>

static const char FORM[] =
    "{\"T\":\"trade\",\"S\":\"%s\",\"q\":%010lu,\"p\":%010lu,\"s\":%010lu,\"t\":%019lu,"
    "\"d\":\"buy\",\"x\":\"mdload-venue\"}";
// Numbers have as many digits always, and no zeros in front, as JSON has it.
enum { SEQ_FROM = 1000000000, DIGITS = 10, TIME_DIGITS = 19 };
enum { NAME_AT = 18, SEQ_AT = 27, PRICE_AT = 42, SIZE_AT = 57, TIME_AT = 72, TEXT_BYTES = 121 };
enum { SERVER_HEADER = 2, FRAME_BYTES = SERVER_HEADER + TEXT_BYTES };

static void greet(struct connection *c) {
  const struct load *l = c->load;
  char target[256] = "/publish";
  if (!c->publishes) {
    size_t n = (size_t)sprintf(target, "/subscribe?topics=%s", l->topics > 1 ? "" : "all");
    for (unsigned k = 0; l->topics > 1 && k < l->each; k++) {
      n += (size_t)sprintf(target + n, "%s%s", k > 0 ? "," : "",
                           l->topic[(c->topic + k) % l->topics].name);
    }
  }
  ws_upgrade(c, target);
}

static void put_number(char *at, unsigned digits, uint64_t value) {
  while (digits-- > 0) {
    at[digits] = (char)('0' + value % 10);
    value /= 10;
  }
}

static char *encode(struct load *l, char *out, uint64_t count, uint64_t sent_ns) {
  static char model[TEXT_BYTES + 1];
  if (model[0] == 0) {
    int n = snprintf(model, sizeof model, FORM, "000", 0ul, 0ul, 0ul, 0ul);
    if (n != TEXT_BYTES) fault("web: a text of %d bytes", n);
  }
  for (; count > 0; count--) {
    struct topic *t = &l->topic[topic_next(l)];
    struct payload p = payload_make(t->next++, sent_ns);
    unsigned char header[6] = {0x80 | WS_TEXT, 0x80 | TEXT_BYTES};
    memcpy(out, header, sizeof header);
    out += sizeof header;
    memcpy(out, model, TEXT_BYTES);
    memcpy(out + NAME_AT, t->name, TOPIC_NAME);
    put_number(out + SEQ_AT, DIGITS, SEQ_FROM + p.seq);
    put_number(out + PRICE_AT, DIGITS, p.price);
    put_number(out + SIZE_AT, DIGITS, p.size);
    put_number(out + TIME_AT, TIME_DIGITS, p.sent_ns + l->since_1970_ns);
    out += TEXT_BYTES;
  }
  return out;
}

static uint64_t number(const char *at, unsigned digits) {
  uint64_t value = 0;
  for (unsigned i = 0; i < digits; i++) value = value * 10 + (uint64_t)(at[i] - '0');
  return value;
}

static void take(struct connection *c, const char *text) {
  const struct load *l = c->load;
  uint64_t sent_ns =
      l->received_ns != 0 ? number(text + TIME_AT, TIME_DIGITS) - l->since_1970_ns : 0;
  struct payload p = payload_make(number(text + SEQ_AT, DIGITS) - SEQ_FROM, sent_ns);
  if (p.price != number(text + PRICE_AT, DIGITS)) p.check = 0;
  if (l->topics == 1) delivered(c, &p);
  else delivered_of(c, topic_named(l, text + NAME_AT), &p);
}

static size_t decode(struct connection *c, const char *bytes, size_t n) {
  size_t at = 0;
  if (c->state == WS_AWAITS_UPGRADE) {
    at = ws_upgraded(bytes, n);
    if (at == 0) return 0;
    c->state = WS_AWAITS_ANSWER;
    if (c->publishes) c->ready = true;
  }
  for (;;) {
    while (c->state == WS_OPEN && n - at >= FRAME_BYTES && bytes[at + 1] == TEXT_BYTES) {
      take(c, bytes + at + SERVER_HEADER);
      at += FRAME_BYTES;
    }
    struct ws_header h = ws_header(bytes + at, n - at);
    if (h.header == 0 || n - at - h.header < h.length) return at;
    if (h.opcode == WS_CLOSE) fault("web: the server closes");
    if (h.opcode == WS_PING) ws_say(c, 10, bytes + at + h.header, h.length);
    if (h.opcode == WS_TEXT && c->state == WS_AWAITS_ANSWER) {
      c->state = WS_OPEN;
      confirm(c);
    } else if (h.opcode == WS_TEXT && h.length != TEXT_BYTES) {
      fault("web: a message of %lu bytes", h.length);
    }
    if (h.opcode == WS_TEXT && h.length == TEXT_BYTES) take(c, bytes + at + h.header);
    at += h.header + h.length;
  }
}

const struct codec codec_web = {.name = "web",
                                .greet = greet,
                                .decode = decode,
                                .encode = encode,
                                .bytes_max = TEXT_BYTES + 6,
                                .window = 16384,
                                .window_topics = 65536};
