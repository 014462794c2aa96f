// What every C driver shares: options, clock, payload, histogram, threads and the result line.
#ifndef TICKWIRE_BENCH_H
#define TICKWIRE_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include "histogram.h"

#ifndef PAYLOAD_WORDS
#define PAYLOAD_WORDS 8
#endif

#ifndef SLOT_BYTES
#define SLOT_BYTES (PAYLOAD_WORDS * 8)
#endif

// seq, header, price, size, ts_event, ts_recv, venue_seq, aux; or one word as in the Disruptor's
// own performance tests. In a slot that may be wider, as a bus needs for its longer events.
struct record {
  _Alignas(SLOT_BYTES) uint64_t words[PAYLOAD_WORDS];
};

enum { WORD_TS_EVENT = PAYLOAD_WORDS == 8 ? 4 : 0 };

struct options {
  const char *workload;
  const char *topology;
  const char *variant;
  unsigned producers;
  unsigned readers;
  unsigned batch;
  bool park;
  bool pin;
  uint64_t ring_bytes;
  uint64_t events;  // 0: as many as the last warm-up says fill `seconds`
  double seconds;
};

struct result {
  uint64_t events;
  double seconds;
  bool checksum_ok;
  const struct histogram *latency;  // NULL where the workload measures a rate only
  uint64_t behind_max_ns;
};

// Word k of event i. Linear in i, so that every driver in every language can tell the checksum of
// a run without a second pass over the events.
static inline void record_fill(struct record *slot, uint64_t i) {
  for (unsigned k = 0; k < PAYLOAD_WORDS; k++) {
    slot->words[k] = i * (2 * k + 1) + k * UINT64_C(1000003);
  }
}

static inline uint64_t record_sum(const struct record *slot) {
  uint64_t sum = 0;
  for (unsigned k = 0; k < PAYLOAD_WORDS; k++) sum += slot->words[k];
  return sum;
}

uint64_t expected_checksum(uint64_t events);

void options_parse(struct options *o, int argc, char **argv);
void pin_to_core(const struct options *o, unsigned thread);
void *allocate_touched(uint64_t bytes);
void result_print(const char *system, const struct options *o, const struct result *r);
_Noreturn void fail(const char *message, const char *detail);

#endif
