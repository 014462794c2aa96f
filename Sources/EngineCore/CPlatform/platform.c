#define _GNU_SOURCE
#include "platform.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int tw_futex_wait(uint32_t *word, uint32_t expected, int64_t timeout_ns) {
  struct timespec limit = {timeout_ns / 1000000000, timeout_ns % 1000000000};
  long result = syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected,
                        timeout_ns < 0 ? (struct timespec *)0 : &limit, (void *)0, 0);
  return result == 0 ? 0 : 1;
}

void tw_futex_wake(uint32_t *word, int count) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, (void *)0, (void *)0, 0);
}

int tw_membarrier_register(void) {
  return (int)syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
}

void tw_membarrier(void) {
  syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
}

void tw_prefer_large_pages(void *start, uint64_t bytes) { madvise(start, bytes, MADV_HUGEPAGE); }

void tw_yield(void) { sched_yield(); }

static int64_t read_clock(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t tw_realtime_ns(void) { return read_clock(CLOCK_REALTIME); }
int64_t tw_monotonic_ns(void) { return read_clock(CLOCK_MONOTONIC); }
int64_t tw_process_cpu_ns(void) { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }

int tw_pin_thread(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  return pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

void tw_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }
