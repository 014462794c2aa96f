// What a driver needs of the machine and Swift cannot reach by itself.
#ifndef TICKWIRE_CBENCH_H
#define TICKWIRE_CBENCH_H

#include <stdint.h>

static inline void bench_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

void bench_yield(void);
void bench_nap(int64_t nanos);

// CLOCK_MONOTONIC, as the drivers in other languages use it.
uint64_t bench_now(void);

// Pins the calling thread to a core, modulo the cores there are.
void bench_pin(int core);

// Runs body(context) on a thread of its own; bench_join waits for its end.
typedef struct bench_thread bench_thread;
bench_thread *bench_spawn(void (*body)(void *), void *context);
void bench_join(bench_thread *thread);

// What the preloaded interposer of alloc/ has counted; -1 without it.
int64_t bench_allocation_count(void);
int64_t bench_allocation_bytes(void);

#endif
