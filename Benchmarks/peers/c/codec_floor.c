#include "floorwire.h"
#include "mdload.h"

static void greet(struct connection *c) {
  struct floor_record hello = {.bytes = FLOOR_BYTES, .topic = FLOOR_ANY};
  hello.kind = c->publishes ? FLOOR_PUBLISH : FLOOR_SUBSCRIBE;
  if (c->load->topics > 1) hello.topic = c->topic;
  say(c, &hello, sizeof hello);
}

static size_t decode(struct connection *c, const char *bytes, size_t n) {
  size_t at = 0;
  for (; n - at >= FLOOR_BYTES; at += FLOOR_BYTES) {
    struct floor_record record;
    memcpy(&record, bytes + at, sizeof record);
    if (record.bytes == FLOOR_BYTES && record.kind == FLOOR_DATA) {
      delivered(c, (const struct payload *)record.words);
    } else if (record.kind == FLOOR_PUBLISH) {
      c->ready = true;
    } else if (record.kind == FLOOR_SUBSCRIBE) {
      confirm(c);
    } else {
      fault("floor: a record of kind %u", record.kind);
    }
  }
  return at;
}

static char *encode(struct load *l, char *out, uint64_t count, uint64_t sent_ns) {
  for (; count > 0; count--, out += FLOOR_BYTES) {
    unsigned topic = topic_next(l);
    struct payload p = payload_make(l->topic[topic].next++, sent_ns);
    struct floor_record record = {.bytes = FLOOR_BYTES, .kind = FLOOR_DATA, .topic = topic};
    memcpy(record.words, &p, sizeof p);
    memcpy(out, &record, sizeof record);
  }
  return out;
}

const struct codec codec_floor = {.name = "floor",
                                  .greet = greet,
                                  .decode = decode,
                                  .encode = encode,
                                  .bytes_max = FLOOR_BYTES,
                                  .window = 16384,
                                  .window_topics = 65536};
