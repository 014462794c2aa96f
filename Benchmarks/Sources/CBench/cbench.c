#define _GNU_SOURCE
#include "cbench.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void bench_yield(void) { sched_yield(); }

void bench_nap(int64_t nanos) {
  struct timespec t = {.tv_sec = nanos / 1000000000, .tv_nsec = nanos % 1000000000};
  nanosleep(&t, NULL);
}

uint64_t bench_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void bench_pin(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET((unsigned)core % (unsigned)sysconf(_SC_NPROCESSORS_ONLN), &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

struct bench_thread {
  pthread_t id;
  void (*body)(void *);
  void *context;
};

static void *run(void *argument) {
  bench_thread *thread = argument;
  thread->body(thread->context);
  return NULL;
}

bench_thread *bench_spawn(void (*body)(void *), void *context) {
  bench_thread *thread = calloc(1, sizeof *thread);
  if (thread == NULL) abort();
  thread->body = body;
  thread->context = context;
  if (pthread_create(&thread->id, NULL, run, thread) != 0) abort();
  return thread;
}

void bench_join(bench_thread *thread) {
  pthread_join(thread->id, NULL);
  free(thread);
}

static int64_t ask(const char *name) {
  void *symbol = dlsym(RTLD_DEFAULT, name);
  if (symbol == NULL) return -1;
  uint64_t (*counter)(void);
  memcpy(&counter, &symbol, sizeof counter);
  return (int64_t)counter();
}

int64_t bench_allocation_count(void) { return ask("tw_alloc_count"); }
int64_t bench_allocation_bytes(void) { return ask("tw_alloc_bytes"); }
