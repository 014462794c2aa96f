// lat200k: hop latency, the reader's clock less the time stamped just before publish.
#define _GNU_SOURCE
#include "latency.h"

#include <pthread.h>
#include <stdlib.h>

#include "rings.h"

enum { PERIOD_NS = 5000, WARM_UP_EVENTS = 100000 };

struct hop {
  const struct options *options;
  struct ring *ring;
  uint64_t events;  // with the warm-up
  uint64_t started;
  uint64_t behind_max_ns;
  uint64_t sequence_sum;
  struct histogram *latency;
};

// Event i is due at started + i × period, whatever became of those before it: a stall is paid by
// every event it delays. How far the producer itself fell behind is reported beside the hop.
static void *pace(void *argument) {
  struct hop *hop = argument;
  struct writer w = {0};
  pin_to_core(hop->options, 0);
  for (uint64_t i = 0; i < hop->events; i++) {
    uint64_t due = hop->started + i * PERIOD_NS;
    while (now_ns() < due) {}
    struct record *slot = ring_claim(hop->ring, &w, 1);
    record_fill(slot, i);
    uint64_t stamp = now_ns();
    slot->words[WORD_TS_EVENT] = stamp;
    ring_publish(hop->ring, &w, 1);
    if (i >= WARM_UP_EVENTS && stamp - due > hop->behind_max_ns) hop->behind_max_ns = stamp - due;
  }
  return NULL;
}

static void *observe(void *argument) {
  struct hop *hop = argument;
  struct ring *r = hop->ring;
  pin_to_core(hop->options, 1);
  for (uint64_t head = 0; head < hop->events;) {
    uint64_t end = ring_readable(r, head);
    for (; head < end; head++) {
      struct record slot = r->slots[head & r->mask];
      uint64_t latency = now_ns() - slot.words[WORD_TS_EVENT];
      hop->sequence_sum += slot.words[0];
      if (head >= WARM_UP_EVENTS) histogram_add(hop->latency, latency);
    }
    ring_release(r, 0, head);
    cool_down();  // as the reader of W1 does after a small take
  }
  return NULL;
}

struct result run_lat200k(const struct options *o) {
  if (PAYLOAD_WORDS != 8 || o->producers != 1 || o->readers != 1) {
    fail("lat200k runs", "1to1 with the whole record");
  }
  static struct histogram latency;
  struct ring *ring = allocate_touched(sizeof *ring);
  uint64_t slots = o->ring_bytes / sizeof(struct record);
  ring->slots = allocate_touched(slots * sizeof(struct record));
  ring->mask = slots - 1;
  ring->readers = 1;
  ring->park = o->park;
  struct hop hop = {.options = o, .ring = ring, .latency = &latency};
  uint64_t measured = (uint64_t)(o->seconds * 1e9 / PERIOD_NS);
  hop.events = WARM_UP_EVENTS + measured;
  hop.started = now_ns() + 20000000;
  pthread_t threads[2];
  pthread_create(&threads[0], NULL, observe, &hop);
  pthread_create(&threads[1], NULL, pace, &hop);
  for (unsigned i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  uint64_t triangle = hop.events * (hop.events - 1) / 2;
  free(ring->slots);
  free(ring);
  return (struct result){.events = measured,
                         .seconds = o->seconds,
                         .checksum_ok = hop.sequence_sum == triangle,
                         .latency = &latency,
                         .behind_max_ns = hop.behind_max_ns};
}
