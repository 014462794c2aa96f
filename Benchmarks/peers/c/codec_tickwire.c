// Our own protocol, written from docs/protocol.md alone. A trade carries the message: its number in
// the venue sequence, its stamp as the event time.
#define _GNU_SOURCE
#include <stdio.h>

#include "mdload.h"

enum frame_type {
  HELLO = 1, HELLO_ACK, CALL, MESSAGE, STATUS, CANCEL, CREDIT, PING, PONG, GOAWAY, DATA
};
enum record_kind { TRADE = 1, GAP = 7, DEFINITION = 9, POSITION = 128 };
enum { CAPABILITY_DATA = 1, POLICY_DISCONNECT = 4, START_LIVE = 1, INSTRUMENT = 1 };
enum {
  FRAME_HEADER = 12, RECORD_HEADER = 16, TRADE_BYTES = 64, DEFINITION_BYTES = 64,
  FRAME_LIMIT = 1 << 20, FRAME_RECORDS = 1023,  // below 64 KiB with the header
  WINDOW = 8 << 20, STREAM = 1,
};
enum { AWAITS_ACK, AWAITS_ANSWER, OPEN };

// Little-endian fields, one after the other.

struct text_out {
  char bytes[512];
  size_t n;
};

static void put(struct text_out *o, uint64_t value, size_t size) {
  memcpy(o->bytes + o->n, &value, size);
  o->n += size;
}

static void put_text(struct text_out *o, const char *text) {
  put(o, strlen(text), 2);
  memcpy(o->bytes + o->n, text, strlen(text));
  o->n += strlen(text);
}

static uint64_t get(const char *at, size_t size) {
  uint64_t value = 0;
  memcpy(&value, at, size);
  return value;
}

static struct text_out frame_begin(enum frame_type type, uint32_t stream) {
  struct text_out o = {.n = 0};
  put(&o, 0, 4);
  put(&o, type, 4);  // flags and reserved are zero
  put(&o, stream, 4);
  return o;
}

static void frame_say(struct connection *c, struct text_out *o) {
  uint32_t length = (uint32_t)(o->n - FRAME_HEADER);
  memcpy(o->bytes, &length, sizeof length);
  say(c, o->bytes, o->n);
}

// The handshake.

static void greet(struct connection *c) {
  struct text_out o = frame_begin(HELLO, 0);
  memcpy(o.bytes + o.n, "TKWR", 4);
  o.n += 4;
  put(&o, 1, 2);
  put(&o, 1, 2);
  put(&o, CAPABILITY_DATA, 8);
  put(&o, FRAME_LIMIT, 4);
  put_text(&o, "mdload");
  frame_say(c, &o);
}

static void call(struct connection *c) {
  const struct load *l = c->load;
  struct text_out o = frame_begin(CALL, STREAM);
  put(&o, 0, 8);
  put(&o, c->window, 4);
  put(&o, 0, 2);
  put_text(&o, c->publishes ? "publish" : "subscribe");
  if (c->publishes) {
    put(&o, 0, 2);
    put(&o, 0, 8);
    put_text(&o, "mdload");
  } else {
    char subject[16] = "trade.>";
    if (l->topics > 1) snprintf(subject, sizeof subject, "trade.%s", l->topic[c->topic].name);
    put(&o, POLICY_DISCONNECT, 1);
    put(&o, START_LIVE, 1);
    put(&o, 0, 2);
    for (int i = 0; i < 3; i++) put(&o, 0, 8);  // epoch, from, conflation
    put(&o, l->flush_ns, 8);
    put(&o, 1, 2);
    put_text(&o, subject);
  }
  frame_say(c, &o);
}

static void acknowledged(struct connection *c, const char *ack, size_t n) {
  if (n < 38) fault("tickwire: a short helloAck");
  if ((get(ack + 4, 8) & CAPABILITY_DATA) == 0) fault("tickwire: the server has no data plane");
  uint64_t most = get(ack + 20, 4);
  c->window = most < WINDOW ? (uint32_t)most : WINDOW;
  c->state = AWAITS_ANSWER;
  call(c);
}

// Publishing.

// Ids of our choice, for the names of the topics.
static void define(struct connection *c) {
  struct load *l = c->load;
  for (unsigned i = 0; i < l->topics; i++) {
    struct text_out o = frame_begin(DATA, STREAM);
    put(&o, UINT64_C(1) << 56 | (uint64_t)(DEFINITION_BYTES / 8) << 48, 8);
    put(&o, DEFINITION, 4);
    put(&o, i + 1, 4);
    put(&o, i + 1, 4);
    put(&o, INSTRUMENT | 4 << 8 | 3 << 16, 4);  // price precision 4, size precision 3
    put(&o, UINT64_C(100000), 8);
    put_text(&o, l->topic[i].name);
    put_text(&o, l->topic[i].name);
    o.n = FRAME_HEADER + DEFINITION_BYTES;
    c->credit -= (int64_t)o.n;
    frame_say(c, &o);
  }
}

static void publish_answered(struct connection *c, const char *ack, size_t n) {
  if (n < 46) fault("tickwire: a short acknowledgement");
  uint64_t rejected = get(ack + 16, 8), listed = get(ack + 44, 2);
  if (rejected > 0) {
    bool named = listed > 0 && n >= 57;
    size_t length = named ? get(ack + 55, 2) : 0;
    if (named && length > n - 57) length = n - 57;
    fault("tickwire: %lu records rejected: %.*s", rejected, (int)length, named ? ack + 57 : "");
  }
  c->credit += (int64_t)get(ack + 40, 4);
  if (c->state == AWAITS_ANSWER) {
    c->state = OPEN;
    c->ready = true;
    define(c);
  }
}

// How many messages may go while the credit is above zero.
static uint64_t room(const struct load *l) {
  int64_t credit = l->publisher.credit, full = FRAME_RECORDS * TRADE_BYTES + FRAME_HEADER;
  if (credit <= 0) return 0;
  return credit < full ? FRAME_RECORDS : (uint64_t)(credit / full) * FRAME_RECORDS;
}

static char *encode_trade(char *out, struct load *l, uint64_t sent_ns) {
  unsigned topic = topic_next(l);
  struct payload p = payload_make(l->topic[topic].next++, sent_ns);
  uint64_t words[8] = {
      ++l->publisher.next | (uint64_t)(TRADE_BYTES / 8) << 48 | UINT64_C(1) << 56,
      TRADE | (uint64_t)(topic + 1) << 32,
      p.price,
      p.size,
      sent_ns + l->since_1970_ns,
      sent_ns + l->since_1970_ns,  // of receipt: the engine has its own
      p.venue_seq,
      0,
  };
  memcpy(out, words, sizeof words);
  return out + sizeof words;
}

static char *encode(struct load *l, char *out, uint64_t count, uint64_t sent_ns) {
  while (count > 0) {
    uint64_t records = count < FRAME_RECORDS ? count : FRAME_RECORDS;
    uint32_t header[3] = {(uint32_t)records * TRADE_BYTES, DATA, STREAM};
    memcpy(out, header, sizeof header);
    out += sizeof header;
    for (uint64_t i = 0; i < records; i++) out = encode_trade(out, l, sent_ns);
    l->publisher.credit -= (int64_t)(records * TRADE_BYTES + FRAME_HEADER);
    count -= records;
  }
  return out;
}

// Receiving.

static void take_trade(struct connection *c, const char *record) {
  uint64_t words[8];
  memcpy(words, record, sizeof words);
  if (words[1] >> 32 != c->instrument) fault("tickwire: a trade of another instrument");
  struct payload p = payload_make(words[6] - 1, words[4] - c->load->since_1970_ns);
  if (p.price != words[2] || p.size != words[3]) p.check = 0;
  delivered(c, &p);
}

static void take_other(struct connection *c, const char *record, size_t size) {
  unsigned kind = (unsigned char)record[8];
  if (kind == GAP) {
    fault("tickwire: subscriber %u lost %lu events", c->index, get(record + 32, 8));
  } else if (kind == DEFINITION && record[20] == INSTRUMENT && size >= DEFINITION_BYTES) {
    const char *name = c->load->topic[c->topic].name;
    if (get(record + 32, 2) == strlen(name) && memcmp(record + 34, name, strlen(name)) == 0) {
      c->instrument = (uint32_t)get(record + 16, 4);
    }
  } else if (kind == TRADE) {
    fault("tickwire: a trade of another form");
  }
}

// Whole records of the data frame that is being read; c->left is what is to come of it.
static size_t records(struct connection *c, const char *bytes, size_t n) {
  size_t at = 0;
  while (c->left > 0) {
    if (n - at < RECORD_HEADER) return at;
    size_t size = (size_t)(unsigned char)bytes[at + 6] * 8;
    if (size < RECORD_HEADER || size > c->left) fault("tickwire: a malformed record");
    if (n - at < size) return at;
    bool is_plain = size == TRADE_BYTES && (get(bytes + at + 8, 2) & ~UINT64_C(0x700)) == TRADE;
    if (is_plain) take_trade(c, bytes + at);
    else take_other(c, bytes + at, size);
    at += size;
    c->left -= size;
  }
  return at;
}

static void give_credit(struct connection *c) {
  if (c->owed == 0 || c->owed < c->window / 2) return;
  struct text_out o = frame_begin(CREDIT, STREAM);
  put(&o, c->owed, 4);
  frame_say(c, &o);
  c->owed = 0;
}

static void control(struct connection *c, enum frame_type type, const char *payload, size_t n) {
  if (type == HELLO_ACK && c->state == AWAITS_ACK) {
    acknowledged(c, payload, n);
  } else if (type == MESSAGE && c->state != AWAITS_ACK) {
    c->owed += n + FRAME_HEADER;
    if (c->publishes) {
      publish_answered(c, payload, n);
    } else if (c->state == AWAITS_ANSWER) {
      c->state = OPEN;
      confirm(c);
    }
  } else if (type == PING && n == 8) {
    struct text_out o = frame_begin(PONG, 0);
    put(&o, get(payload, 8), 8);
    frame_say(c, &o);
  } else if (type == STATUS && n >= 4) {
    size_t length = get(payload + 2, 2);
    fault("tickwire: status %d: %.*s", payload[0], (int)(length < n - 4 ? length : n - 4),
          payload + 4);
  } else if (type == GOAWAY && n >= 8) {
    size_t length = get(payload + 6, 2);
    fault("tickwire: goaway %d: %.*s", payload[4], (int)(length < n - 8 ? length : n - 8),
          payload + 8);
  } else if (type != PONG) {
    fault("tickwire: an unexpected frame of type %d", type);
  }
}

static size_t decode(struct connection *c, const char *bytes, size_t n) {
  size_t at = 0;
  for (;;) {
    at += records(c, bytes + at, n - at);
    if (c->left > 0 || n - at < FRAME_HEADER) break;
    size_t length = get(bytes + at, 4);
    enum frame_type type = (enum frame_type)(unsigned char)bytes[at + 4];
    if (length > FRAME_LIMIT) fault("tickwire: a frame of %zu bytes", length);
    if (type == DATA) {
      if (bytes[at + 5] != 0) fault("tickwire: data that is compressed");
      at += FRAME_HEADER;
      c->left = length;
      c->owed += length + FRAME_HEADER;
      continue;
    }
    if (n - at < FRAME_HEADER + length) break;
    control(c, type, bytes + at + FRAME_HEADER, length);
    at += FRAME_HEADER + length;
  }
  give_credit(c);
  return at;
}

const struct codec codec_tickwire = {.name = "tickwire",
                                     .greet = greet,
                                     .decode = decode,
                                     .encode = encode,
                                     .room = room,
                                     .bytes_max = TRADE_BYTES + FRAME_HEADER,
                                     .window = 16384,
                                     .window_topics = 65536};
