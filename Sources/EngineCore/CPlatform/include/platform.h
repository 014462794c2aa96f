// System calls and instructions that Swift cannot reach by itself. Nothing here keeps state.
#ifndef TICKWIRE_PLATFORM_H
#define TICKWIRE_PLATFORM_H

#include <stdint.h>

// Sleeps while *word == expected, at most timeout_ns (negative: for ever). Returns 0 when woken, 1 on timeout
// or when the word had changed before.
int tw_futex_wait(uint32_t *word, uint32_t expected, int64_t timeout_ns);

// Wakes at most count sleepers of the word.
void tw_futex_wake(uint32_t *word, int count);

// Makes tw_membarrier usable by this process; 0 when the kernel has it.
int tw_membarrier_register(void);

// A full memory barrier on every running thread of this process.
void tw_membarrier(void);

// Tells the processor that this is a spin loop.
static inline void tw_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

// Fetches the line of an address that will be written soon. Any address will do: nothing is accessed.
static inline void tw_prefetch_write(const void *address) {
#if defined(__x86_64__)
  // The compiler would use it for newer processors only; on older ones it does nothing.
  __asm__ __volatile__("prefetchw %0" : : "m"(*(const char *)address));
#else
  __builtin_prefetch(address, 1, 3);
#endif
}

// Asks for large pages, on which random access costs less; whether there are any is up to the system.
void tw_prefer_large_pages(void *start, uint64_t bytes);

// Lets another thread run on this processor.
void tw_yield(void);

// Nanoseconds of CLOCK_REALTIME, CLOCK_MONOTONIC, and of CPU time used by this process.
int64_t tw_realtime_ns(void);
int64_t tw_monotonic_ns(void);
int64_t tw_process_cpu_ns(void);

// Pins the calling thread to one CPU; 0 on success.
int tw_pin_thread(int cpu);

// Names the calling thread (15 characters at most) for ps and debuggers.
void tw_name_thread(const char *name);

// Lets other threads go before the calling one.
void tw_stand_back(void);

// Has the calling thread share its processor in short turns, so that nobody who wakes waits long.
void tw_take_short_turns(void);

// The number of this process.
int tw_process_id(void);

// CRC-32C (Castagnoli) of some bytes, going on from the CRC of what was before them (0 at first).
uint32_t tw_crc32c(uint32_t crc, const void *bytes, uint64_t count);

// The least and the greatest of some numbers, at least one, and of what lies between neighbours
// (INT64_MAX and INT64_MIN when there is but one number; differences wrap).
typedef struct {
  int64_t low, high, low_step, high_step;
} tw_ranges;
tw_ranges tw_ranges_of(const int64_t *values, uint64_t count);

#endif
