// How a thread waits for another one: spin, then yield, and for a parking reader a futex.
#ifndef TICKWIRE_WAIT_H
#define TICKWIRE_WAIT_H

#include <limits.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { CACHE_LINES = 128 };  // two lines: the adjacent-line prefetcher pairs them

// A counter alone on its pair of cache lines.
struct cursor {
  _Alignas(CACHE_LINES) _Atomic uint64_t value;
};

// Where readers sleep. `asleep` is the futex word itself: 1 from the moment a reader announces
// that it will sleep until a producer has taken it back.
struct gate {
  _Alignas(CACHE_LINES) _Atomic uint32_t asleep;
};

// A `pause` costs 140 cycles on this generation of cores, so a handful is a microsecond; with
// more threads than cores the one that is waited for needs the core soon.
enum { SPINS_BEFORE_YIELD = 20, SPINS_BEFORE_PARK = 8 };
enum { COOL_DOWN_SPINS = 32, SMALL_TAKE = 64 };

static inline void spin_or_yield(unsigned *spins) {
  if (++*spins < SPINS_BEFORE_YIELD) {
    __builtin_ia32_pause();
  } else {
    *spins = 0;
    sched_yield();
  }
}

// A producer in front of a full ring of parking readers: they need the core more.
static inline void spin_or_nap(unsigned *spins) {
  if (++*spins < SPINS_BEFORE_YIELD) {
    __builtin_ia32_pause();
  } else {
    *spins = 0;
    nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
  }
}

// Once a process, before the first gate is used. False: this kernel cannot.
static inline bool gates_open(void) {
  return syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
}

// Called by a producer after it has published.
static inline void gate_wake(struct gate *g) {
  // Pairs with the barrier in gate_wait: either the reader sees what was published, or we see
  // that it is asleep. The reader's system call puts the fence into this thread too, so that
  // publishing does not pay one for each event (a fence here: 22 M events/s instead of 120 M).
  atomic_signal_fence(memory_order_seq_cst);
  if (atomic_load_explicit(&g->asleep, memory_order_relaxed) == 0) return;
  atomic_store_explicit(&g->asleep, 0, memory_order_relaxed);
  syscall(SYS_futex, &g->asleep, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

// A reader that has just emptied the ring leaves the cursor alone for a moment: every look at it
// takes the line from the producer's cache, which then misses on its next publish.
static inline void cool_down(void) {
  for (unsigned i = 0; i < COOL_DOWN_SPINS; i++) __builtin_ia32_pause();
}

// Sleeps unless `*position` has come to `wanted`; may return early.
static inline void gate_wait(struct gate *g, _Atomic uint64_t *position, uint64_t wanted) {
  atomic_store_explicit(&g->asleep, 1, memory_order_relaxed);
  syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
  if (atomic_load_explicit(position, memory_order_acquire) >= wanted) return;
  syscall(SYS_futex, &g->asleep, FUTEX_WAIT_PRIVATE, 1, NULL, NULL, 0);
}

#endif
