// The floor: the fastest rings we know how to write for one producer and up to three readers, and
// for several producers in front of one reader. A product has more to do than these.
#ifndef TICKWIRE_RINGS_H
#define TICKWIRE_RINGS_H

#include "bench.h"
#include "wait.h"

enum { MAX_READERS = 3, MAX_TAKE = 512, PREFETCH_AHEAD = 32 };

// One producer, every reader sees every event. Invariant: head[r] ≤ tail ≤ min(head) + slots.
struct ring {
  struct record *slots;
  uint64_t mask;
  unsigned readers;
  bool park;
  struct cursor tail;
  struct cursor head[MAX_READERS];
  struct gate gate;
};

// What only the producer touches: it looks at the readers' cursors only when the room it knows of
// is used up.
struct writer {
  uint64_t tail;
  uint64_t room_until;
};

static inline uint64_t ring_slowest_head(struct ring *r) {
  uint64_t slowest = UINT64_MAX;
  for (unsigned i = 0; i < r->readers; i++) {
    uint64_t head = atomic_load_explicit(&r->head[i].value, memory_order_acquire);
    if (head < slowest) slowest = head;
  }
  return slowest;
}

static inline void ring_wait_for_room(struct ring *r, struct writer *w, uint64_t end) {
  unsigned spins = 0;
  for (;;) {
    w->room_until = ring_slowest_head(r) + r->mask + 1;
    if (end <= w->room_until) return;
    if (r->park) spin_or_nap(&spins);
    else spin_or_yield(&spins);
  }
}

// `n` slots in one piece: n is a power of two and the same for a whole run.
static inline struct record *ring_claim(struct ring *r, struct writer *w, unsigned n) {
  if (__builtin_expect(w->tail + n > w->room_until, 0)) ring_wait_for_room(r, w, w->tail + n);
  return &r->slots[w->tail & r->mask];
}

static inline void ring_publish(struct ring *r, struct writer *w, unsigned n) {
  w->tail += n;
  atomic_store_explicit(&r->tail.value, w->tail, memory_order_release);
  if (r->park) gate_wake(&r->gate);
}

// Waits until `position` reaches `wanted` and returns it.
static inline uint64_t position_wait(
    _Atomic uint64_t *position, uint64_t wanted, bool park, struct gate *gate) {
  unsigned spins = 0;
  for (;;) {
    uint64_t value = atomic_load_explicit(position, memory_order_acquire);
    if (value >= wanted) return value;
    if (!park) spin_or_yield(&spins);
    else if (++spins < SPINS_BEFORE_PARK) __builtin_ia32_pause();
    else gate_wait(gate, position, wanted);
  }
}

// The end of what may be read from `head` on: at least one event, at most MAX_TAKE, so that the
// producer gets its room back while the reader works.
static inline uint64_t ring_readable(struct ring *r, uint64_t head) {
  uint64_t tail = position_wait(&r->tail.value, head + 1, r->park, &r->gate);
  return tail - head > MAX_TAKE ? head + MAX_TAKE : tail;
}

static inline void ring_release(struct ring *r, unsigned reader, uint64_t head) {
  atomic_store_explicit(&r->head[reader].value, head, memory_order_release);
}

// Many producers, one total order, one reader. A producer claims its place with one fetch_add,
// waits for room, fills and stamps the first slot of the batch with the position where the batch
// ends; the reader goes from stamp to stamp. One atomic add and one store a batch, whatever its
// size. A stamp of an earlier lap is never above the reader's position, so no reset is needed.
struct claim_ring {
  struct record *slots;
  struct cursor_stamp {
    _Atomic uint64_t end;
  } *stamps;
  uint64_t mask;
  bool park;
  struct cursor claimed;
  struct cursor head;
  struct gate gate;
};

// An atomic add waits until the stores before it have left the core, so the lines of the slots
// to come are fetched early. A third more events a second with one event a claim.
static inline void claim_ring_prefetch(struct claim_ring *r, uint64_t at, unsigned n) {
  for (unsigned k = 0; k < n; k++) __builtin_prefetch(&r->slots[(at + k) & r->mask], 1);
  __builtin_prefetch(&r->stamps[at & r->mask], 1);
}

static inline uint64_t claim_ring_claim(struct claim_ring *r, struct writer *w, unsigned n) {
  uint64_t at = atomic_fetch_add_explicit(&r->claimed.value, n, memory_order_relaxed);
  unsigned spins = 0;
  while (__builtin_expect(at + n > w->room_until, 0)) {
    w->room_until = atomic_load_explicit(&r->head.value, memory_order_acquire) + r->mask + 1;
    if (at + n <= w->room_until) break;
    if (r->park) spin_or_nap(&spins);
    else spin_or_yield(&spins);
  }
  claim_ring_prefetch(r, at + (n < PREFETCH_AHEAD ? PREFETCH_AHEAD : 2 * n), n);
  return at;
}

static inline void claim_ring_publish(struct claim_ring *r, uint64_t at, unsigned n) {
  atomic_store_explicit(&r->stamps[at & r->mask].end, at + n, memory_order_release);
  if (r->park) gate_wake(&r->gate);
}

static inline bool claim_ring_has(struct claim_ring *r, uint64_t head) {
  _Atomic uint64_t *end = &r->stamps[head & r->mask].end;
  return atomic_load_explicit(end, memory_order_relaxed) > head;
}

// The end of the batch that starts at `head`.
static inline uint64_t claim_ring_readable(struct claim_ring *r, uint64_t head) {
  return position_wait(&r->stamps[head & r->mask].end, head + 1, r->park, &r->gate);
}

#endif
