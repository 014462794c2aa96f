// The load client of the fan-out workloads: one publishing connection, many subscribing ones, one
// thread. README.md beside bench.py says what it measures; a codec is one file, codec_*.c.
#ifndef TICKWIRE_MDLOAD_H
#define TICKWIRE_MDLOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "histogram.h"

enum {
  PIECE_BYTES = 512 << 10,  // of one read
  REST_BYTES = 64 << 10,    // of a message that a read ended in
  HEADER_MAX = 64,
  TOPICS_MAX = 1000,
  TOPIC_NAME = 3,  // characters: S00 to S99; 000 to 999 where there are more
  EACH_MAX = 16,   // topics of a subscriber
};

// What a message says, whatever its protocol wraps around it. `seq` counts the messages of its
// topic, so every subscriber can tell a hole, a repetition and a wrong order.
struct payload {
  uint64_t seq;
  uint64_t sent_ns;
  uint64_t price;
  uint64_t size;
  uint64_t venue_seq;
  uint64_t check;  // ~seq
};
enum { PAYLOAD_BYTES = sizeof(struct payload) };

struct load;

struct connection {
  struct load *load;
  int fd;
  unsigned index;  // of the subscriber
  unsigned topic;
  bool publishes;
  bool stalled;  // never reads once it is subscribed
  bool ready;
  uint64_t next;  // the number of the message that is due, so also how many have come
  uint64_t due[EACH_MAX];  // the same by topic, where there are several; `next` is their sum

  // Codecs whose deliveries all begin and end in the same way.
  char header[HEADER_MAX];
  unsigned header_bytes;
  unsigned trailer_bytes;

  // For the codec's own use.
  unsigned state;
  uint32_t instrument;
  uint32_t window;  // bytes of credit it gives
  uint64_t left;    // bytes of the frame that is being read
  uint64_t owed;    // bytes of credit to give back
  int64_t credit;   // bytes it may send

  unsigned rest_bytes;
  char *rest;
};

struct topic {
  char name[TOPIC_NAME + 1];
  char header[HEADER_MAX];
  unsigned header_bytes;
  uint64_t next;
};

struct codec {
  const char *name;
  // Queues what the connection says first.
  void (*greet)(struct connection *c);
  // Takes whole messages off the front and returns how many bytes they had.
  size_t (*decode)(struct connection *c, const char *bytes, size_t n);
  // Writes the next messages of the publisher and returns the end.
  char *(*encode)(struct load *l, char *out, uint64_t count, uint64_t sent_ns);
  // How many messages may be sent now; NULL where the window alone counts.
  uint64_t (*room)(const struct load *l);
  unsigned bytes_max;      // an upper bound for one encoded message
  unsigned window;         // messages in flight that suit it best, with one topic
  unsigned window_topics;  // and with a topic for each subscriber
};

extern const struct codec codec_floor, codec_nats, codec_redis, codec_zeromq, codec_tickwire,
    codec_web, codec_tickwire_web;

struct load {
  const struct codec *codec;
  const char *host;
  unsigned port;
  unsigned subscribe_port;  // where it is another
  unsigned subscribers;
  unsigned topics;
  unsigned each;  // topics of a subscriber, from c->topic on
  unsigned stalled;
  uint64_t window;
  uint64_t chunk;
  uint64_t flush_ns;       // that a server is asked to wait for more
  uint64_t since_1970_ns;  // at zero of the clock

  int epoll;
  struct connection publisher;
  struct connection *subscriber;
  struct topic topic[TOPICS_MAX];
  unsigned confirmed;  // subscriptions
  uint64_t random;
  uint64_t published;

  char *out;  // encoded and not sent yet: [out_begin, out_end)
  size_t out_capacity, out_begin, out_end;
  bool blocked;  // until the publisher's socket takes more

  char *piece;           // REST_BYTES, then PIECE_BYTES
  uint64_t received_ns;  // of the piece that is being decoded; zero where nobody asks
  uint64_t sample_from;  // messages sent before are not in the histogram
  struct histogram latency;
};

// The topic of a name.
static inline unsigned topic_named(const struct load *l, const char *name) {
  unsigned topic = 0;
  for (unsigned i = l->topics > 100 ? 0 : 1; i < TOPIC_NAME; i++) {
    topic = topic * 10 + (unsigned)(name[i] - '0');
  }
  return topic;
}

// Prints {"error": …} as the result and ends.
_Noreturn void fault(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void fault_sequence(const struct connection *c, const struct payload *p);

// Bytes that are not messages: at the end of what the publisher has queued, or sent at once.
void say(struct connection *c, const void *bytes, size_t n);
void confirm(struct connection *c);

static inline struct payload payload_make(uint64_t seq, uint64_t sent_ns) {
  return (struct payload){.seq = seq,
                          .sent_ns = sent_ns,
                          .price = UINT64_C(1234500000) + (seq & 0xffff) * 100000,
                          .size = UINT64_C(1000000000) + (seq & 0xff) * 1000000,
                          .venue_seq = seq + 1,
                          .check = ~seq};
}

static inline unsigned topic_next(struct load *l) {
  if (l->topics == 1) return 0;
  l->random = l->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (unsigned)((l->random >> 33) * l->topics >> 31);
}

static inline void delivered(struct connection *c, const struct payload *p) {
  if (p->seq != c->next || p->check != ~p->seq) fault_sequence(c, p);
  c->next++;
  struct load *l = c->load;
  if (l->received_ns != 0 && p->sent_ns >= l->sample_from) {
    histogram_add(&l->latency, l->received_ns - p->sent_ns);
  }
}

// The same, of one of several topics.
static inline void delivered_of(struct connection *c, unsigned topic, const struct payload *p) {
  const struct load *l = c->load;
  unsigned at = (topic + l->topics - c->topic) % l->topics;
  if (at >= l->each) fault("subscriber %u: a message of another topic", c->index);
  uint64_t sum = c->next;
  c->next = c->due[at];
  delivered(c, p);
  c->due[at] = c->next;
  c->next = sum + 1;
}

// Deliveries that begin with c->header: as many as there are.
static inline size_t decode_messages(struct connection *c, const char *bytes, size_t n) {
  size_t begin = c->header_bytes, each = begin + PAYLOAD_BYTES + c->trailer_bytes, at = 0;
  while (n - at >= each && memcmp(bytes + at, c->header, begin) == 0) {
    struct payload p;
    memcpy(&p, bytes + at + begin, sizeof p);
    delivered(c, &p);
    at += each;
  }
  return at;
}

// Whether this is the beginning of a delivery that has not come to its end.
static inline bool is_partial(const struct connection *c, const char *bytes, size_t n) {
  size_t compared = n < c->header_bytes ? n : c->header_bytes;
  return n < c->header_bytes + PAYLOAD_BYTES + c->trailer_bytes &&
         memcmp(bytes, c->header, compared) == 0;
}

// Messages that are a header for each topic, the payload and a trailer of up to 8 bytes.
static inline char *encode_messages(struct load *l, char *out, uint64_t count, uint64_t sent_ns,
                                    const char *trailer, size_t trailer_bytes) {
  for (; count > 0; count--) {
    struct topic *t = &l->topic[topic_next(l)];
    struct payload p = payload_make(t->next++, sent_ns);
    memcpy(out, t->header, HEADER_MAX);  // a fixed size, so that it is two instructions
    out += t->header_bytes;
    memcpy(out, &p, sizeof p);
    memcpy(out + sizeof p, trailer, trailer_bytes);
    out += sizeof p + trailer_bytes;
  }
  return out;
}

#endif
