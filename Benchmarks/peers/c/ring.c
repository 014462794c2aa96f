// W1 over the C rings: bus in one process, events a second.
#define _GNU_SOURCE
#include "rings.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "latency.h"

struct round {
  const struct options *options;
  uint64_t events;
  bool claimed;       // several producers share one claim_ring
  unsigned rings;     // otherwise this many rings of one producer each
  struct ring *ring;
  struct claim_ring *claim_ring;
  pthread_barrier_t start;
};

struct thread {
  struct round *round;
  unsigned index;
  uint64_t first, end;  // a producer's events
  uint64_t sum;
  uint64_t started, finished;
};

// The batch size is a constant in each copy of a loop, as it would be in a program that publishes
// one event at a time or sixteen.
#define FOR_BATCH(batch, call)          \
  switch (batch) {                      \
    case 1: call(1); break;             \
    case 16: call(16); break;           \
    default: call(batch); break;        \
  }
#define INLINE static inline __attribute__((always_inline))

INLINE void produce_alone(struct thread *t, unsigned n) {
  struct ring *r = &t->round->ring[t->index % t->round->rings];
  struct writer w = {0};
  for (uint64_t i = t->first; i < t->end; i += n) {
    struct record *slots = ring_claim(r, &w, n);
    for (unsigned j = 0; j < n; j++) record_fill(&slots[j], i + j);
    ring_publish(r, &w, n);
  }
}

INLINE void produce_claimed(struct thread *t, unsigned n) {
  struct claim_ring *r = t->round->claim_ring;
  struct writer w = {0};
  for (uint64_t i = t->first; i < t->end; i += n) {
    uint64_t at = claim_ring_claim(r, &w, n);
    struct record *slots = &r->slots[at & r->mask];
    for (unsigned j = 0; j < n; j++) record_fill(&slots[j], i + j);
    claim_ring_publish(r, at, n);
  }
}

static void *producer(void *argument) {
  struct thread *t = argument;
  pin_to_core(t->round->options, t->index);
  pthread_barrier_wait(&t->round->start);
  t->started = now_ns();
#define ALONE(n) produce_alone(t, n)
#define CLAIMED(n) produce_claimed(t, n)
  if (t->round->claimed) {
    FOR_BATCH(t->round->options->batch, CLAIMED)
  } else {
    FOR_BATCH(t->round->options->batch, ALONE)
  }
  t->finished = now_ns();
  return NULL;
}

static uint64_t sum_slots(const struct record *slots, uint64_t mask, uint64_t from, uint64_t end) {
  uint64_t sum = 0;
  for (uint64_t i = from; i != end; i++) sum += record_sum(&slots[i & mask]);
  return sum;
}

static uint64_t consume_ring(struct round *round, unsigned reader) {
  struct ring *r = &round->ring[0];
  uint64_t head = 0, sum = 0;
  while (head < round->events) {
    uint64_t end = ring_readable(r, head);
    sum += sum_slots(r->slots, r->mask, head, end);
    bool small = end - head < SMALL_TAKE;
    head = end;
    ring_release(r, reader, head);
    if (small) cool_down();
  }
  return sum;
}

static uint64_t consume_claimed(struct round *round) {
  struct claim_ring *r = round->claim_ring;
  uint64_t head = 0, sum = 0, released = 0, emptied_at = 0;
  while (head < round->events) {
    if (!claim_ring_has(r, head)) {
      if (head - emptied_at < SMALL_TAKE) cool_down();
      emptied_at = head;
    }
    uint64_t end = claim_ring_readable(r, head);
    sum += sum_slots(r->slots, r->mask, head, end);
    head = end;
    // The producers' room comes back in pieces: a store for each event would be a miss for each.
    if (head - released >= MAX_TAKE || head == round->events) {
      released = head;
      atomic_store_explicit(&r->head.value, head, memory_order_release);
    }
  }
  return sum;
}

// Several rings of one producer each, polled in turn: no order among the producers, never parks.
static uint64_t consume_split(struct round *round) {
  uint64_t heads[3] = {0}, done = 0, sum = 0;
  unsigned spins = 0;
  while (done < round->events) {
    uint64_t before = done;
    for (unsigned p = 0; p < round->rings; p++) {
      struct ring *r = &round->ring[p];
      uint64_t end = atomic_load_explicit(&r->tail.value, memory_order_acquire);
      if (end == heads[p]) continue;
      if (end - heads[p] > MAX_TAKE) end = heads[p] + MAX_TAKE;
      sum += sum_slots(r->slots, r->mask, heads[p], end);
      done += end - heads[p];
      heads[p] = end;
      ring_release(r, 0, end);
    }
    if (done == before) spin_or_yield(&spins);
  }
  return sum;
}

static void *consumer(void *argument) {
  struct thread *t = argument;
  struct round *round = t->round;
  pin_to_core(round->options, round->options->producers + t->index);
  pthread_barrier_wait(&round->start);
  t->started = now_ns();
  if (round->claimed) t->sum = consume_claimed(round);
  else if (round->rings > 1) t->sum = consume_split(round);
  else t->sum = consume_ring(round, t->index);
  t->finished = now_ns();
  return NULL;
}

static uint64_t slots_in(uint64_t bytes) {
  uint64_t slots = 64;
  while (slots * 2 * sizeof(struct record) <= bytes) slots *= 2;
  return slots;
}

static void round_open(struct round *round, const struct options *o, uint64_t events) {
  bool several = o->producers > 1;
  *round = (struct round){.options = o, .events = events};
  round->claimed = several && strcmp(o->variant, "split") != 0;
  round->rings = several ? o->producers : 1;
  uint64_t slots = slots_in(round->claimed ? o->ring_bytes : o->ring_bytes / round->rings);
  if (round->claimed) {
    struct claim_ring *r = allocate_touched(sizeof *r);
    r->slots = allocate_touched(slots * sizeof(struct record));
    r->stamps = allocate_touched(slots * sizeof *r->stamps);
    r->mask = slots - 1;
    r->park = o->park;
    round->claim_ring = r;
    return;
  }
  round->ring = allocate_touched(round->rings * sizeof *round->ring);
  for (unsigned i = 0; i < round->rings; i++) {
    round->ring[i].slots = allocate_touched(slots * sizeof(struct record));
    round->ring[i].mask = slots - 1;
    round->ring[i].readers = o->readers;
    round->ring[i].park = o->park;
  }
}

static void round_close(struct round *round) {
  if (round->claimed) {
    free(round->claim_ring->slots);
    free(round->claim_ring->stamps);
    free(round->claim_ring);
    return;
  }
  for (unsigned i = 0; i < round->rings; i++) free(round->ring[i].slots);
  free(round->ring);
}

// Runs `events` through new rings. The time is that from the first thread's start to the last
// one's end.
static struct result run_round(const struct options *o, uint64_t events) {
  struct round round;
  round_open(&round, o, events);
  unsigned count = o->producers + o->readers;
  pthread_barrier_init(&round.start, NULL, count);
  pthread_t ids[6];
  struct thread threads[6];
  for (unsigned i = 0; i < count; i++) {
    bool produces = i < o->producers;
    threads[i] = (struct thread){.round = &round, .index = produces ? i : i - o->producers};
    threads[i].first = produces ? events / o->producers * i : 0;
    threads[i].end = produces ? events / o->producers * (i + 1) : 0;
    pthread_create(&ids[i], NULL, produces ? producer : consumer, &threads[i]);
  }
  uint64_t started = UINT64_MAX, finished = 0;
  bool checksum_ok = true;
  for (unsigned i = 0; i < count; i++) {
    pthread_join(ids[i], NULL);
    if (threads[i].started < started) started = threads[i].started;
    if (threads[i].finished > finished) finished = threads[i].finished;
    if (i >= o->producers && threads[i].sum != expected_checksum(events)) checksum_ok = false;
  }
  pthread_barrier_destroy(&round.start);
  round_close(&round);
  return (struct result){
      .events = events, .seconds = (double)(finished - started) / 1e9, .checksum_ok = checksum_ok};
}

// Whole batches for each of the producers.
static uint64_t whole(const struct options *o, double events) {
  uint64_t unit = (uint64_t)o->producers * o->batch;
  uint64_t units = (uint64_t)(events / (double)unit);
  return (units < 1 ? 1 : units) * unit;
}

static struct result run_w1(const struct options *o) {
  uint64_t events = whole(o, 200000);
  double share_of_run[] = {0.05, 0.2, 1.0};  // two warm-up rounds, each sized by the one before
  if (o->events != 0) return run_round(o, whole(o, (double)o->events));
  for (unsigned i = 0; i < 3; i++) {
    struct result warm = run_round(o, events);
    events = whole(o, (double)events / warm.seconds * o->seconds * share_of_run[i]);
  }
  return run_round(o, events);
}

int main(int argc, char **argv) {
  struct options o;
  options_parse(&o, argc, argv);
  if (o.park && !gates_open()) fail("parking needs membarrier(2)", "Linux 4.14 or later");
  const char *system = SLOT_BYTES == 128 ? "c-wide" : "c-ring";
  if (strcmp(o.variant, "split") == 0) system = "c-split";
  struct result result;
  if (!strcmp(o.workload, "W1")) result = run_w1(&o);
  else if (!strcmp(o.workload, "lat200k")) result = run_lat200k(&o);
  else fail("the C rings have no workload", o.workload);
  result_print(system, &o, &result);
  return result.checksum_ok ? 0 : 1;
}
