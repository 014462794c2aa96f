#define _GNU_SOURCE
#include "bench.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

_Noreturn void fail(const char *message, const char *detail) {
  fprintf(stderr, "%s: %s\n", message, detail);
  exit(64);
}

uint64_t expected_checksum(uint64_t events) {
  // One of n and n − 1 is even: halve that one, since the product may wrap.
  uint64_t triangle =
      events % 2 == 0 ? events / 2 * (events - 1) : (events - 1) / 2 * events;
  uint64_t sum = 0;
  for (unsigned k = 0; k < PAYLOAD_WORDS; k++) {
    sum += triangle * (2 * k + 1) + events * k * UINT64_C(1000003);
  }
  return sum;
}

static void parse_topology(struct options *o, const char *name) {
  unsigned producers, readers;
  if (sscanf(name, "%uto%u", &producers, &readers) != 2 || producers < 1 || producers > 3 ||
      readers < 1 || readers > 3 || (producers > 1 && readers > 1)) {
    fail("--topology takes 1to1, 1to3 or 3to1, not", name);
  }
  o->topology = name;
  o->producers = producers;
  o->readers = readers;
}

static void parse_one(struct options *o, const char *name, const char *value) {
  if (!strcmp(name, "--workload")) o->workload = value;
  else if (!strcmp(name, "--variant")) o->variant = value;
  else if (!strcmp(name, "--topology")) parse_topology(o, value);
  else if (!strcmp(name, "--batch")) o->batch = (unsigned)atoi(value);
  else if (!strcmp(name, "--wait")) o->park = !strcmp(value, "park");
  else if (!strcmp(name, "--ring-bytes")) o->ring_bytes = strtoull(value, NULL, 10);
  else if (!strcmp(name, "--events")) o->events = strtoull(value, NULL, 10);
  else if (!strcmp(name, "--seconds")) o->seconds = atof(value);
  else fail("unknown option", name);
}

void options_parse(struct options *o, int argc, char **argv) {
  *o = (struct options){.workload = "W1", .variant = "total", .batch = 1, .seconds = 1.0};
  o->ring_bytes = PAYLOAD_WORDS == 8 ? 8 << 20 : 512 << 10;
  parse_topology(o, "1to1");
  for (int i = 1; i < argc; i++) {
    if (!strcmp(argv[i], "--pin")) o->pin = true;
    else if (i + 1 < argc) parse_one(o, argv[i], argv[i + 1]), i++;
    else fail("no value for option", argv[i]);
  }
  if (o->batch < 1 || o->batch > 64 || (o->batch & (o->batch - 1)) != 0) {
    fail("--batch takes a power of two up to 64", "a claim must not wrap around the ring's end");
  }
}

void pin_to_core(const struct options *o, unsigned thread) {
  if (!o->pin) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(thread % (unsigned)sysconf(_SC_NPROCESSORS_ONLN), &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

// Touched before the run, and on huge pages where the kernel grants them: page faults are not
// what is measured.
void *allocate_touched(uint64_t bytes) {
  uint64_t alignment = 2 << 20;
  uint64_t size = (bytes + alignment - 1) / alignment * alignment;
  void *memory = aligned_alloc(alignment, size);
  if (memory == NULL) fail("cannot allocate", "the ring");
  madvise(memory, size, MADV_HUGEPAGE);
  memset(memory, 0, size);
  return memory;
}

void result_print(const char *system, const struct options *o, const struct result *r) {
  printf("{\"system\":\"%s\",\"workload\":\"%s\",\"mode\":\"%s\",\"topology\":\"%s\","
         "\"batch\":%u,\"payload\":\"%s\",\"events\":%llu,\"seconds\":%.6f,\"rate\":%.0f",
         system, o->workload, o->park ? "park" : "spin", o->topology, o->batch,
         PAYLOAD_WORDS == 8 ? "record" : "word", (unsigned long long)r->events, r->seconds,
         (double)r->events / r->seconds);
  if (r->latency != NULL) {
    printf(",\"p50_ns\":%llu,\"p99_ns\":%llu,\"p999_ns\":%llu,\"max_ns\":%llu,"
           "\"behind_max_ns\":%llu",
           (unsigned long long)histogram_quantile(r->latency, 0.5),
           (unsigned long long)histogram_quantile(r->latency, 0.99),
           (unsigned long long)histogram_quantile(r->latency, 0.999),
           (unsigned long long)r->latency->max, (unsigned long long)r->behind_max_ns);
  } else {
    printf(",\"p50_ns\":null,\"p99_ns\":null,\"p999_ns\":null,\"max_ns\":null");
  }
  printf(",\"checksum_ok\":%s}\n", r->checksum_ok ? "true" : "false");
}
