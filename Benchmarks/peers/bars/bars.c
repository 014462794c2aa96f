// The floor of W4: bars of 1s, 1m and 1h of many instruments, finer ones feeding coarser ones, and
// nothing else: ticks in order, no late ones, no ids, no events. The same ticks as in the other
// drivers.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BASE INT64_C(1699999200000000000)
#define STEP INT64_C(100000)

struct bar {
  int64_t start, open, high, low, close, volume;
  __int128 notional;
  uint32_t count;
};

static struct sums {
  uint64_t bars, count, sum;
  int64_t volume;
} sums;

static uint64_t mix(uint64_t i) {
  uint64_t z = i + UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static const int64_t steps[3] = {INT64_C(1000000000), INT64_C(60000000000), INT64_C(3600000000000)};

static void add(struct bar *bars, int level, const struct bar *piece);

static void finish(struct bar *bar, struct bar *bars, int level) {
  sums.bars++;
  sums.count += bar->count;
  sums.volume += bar->volume;
  sums.sum += (uint64_t)(bar->open + bar->high + bar->low + bar->close) * 31 +
              (uint64_t)bar->volume * 7 + bar->count + (uint64_t)bar->notional;
  if (level < 2) add(bars, level + 1, bar);
}

static void add(struct bar *bars, int level, const struct bar *piece) {
  struct bar *bar = &bars[level];
  int64_t start = piece->start - piece->start % steps[level];
  if (bar->count == 0 || bar->start != start) {
    if (bar->count > 0) finish(bar, bars, level);
    *bar = *piece;
    bar->start = start;
    return;
  }
  if (piece->high > bar->high) bar->high = piece->high;
  if (piece->low < bar->low) bar->low = piece->low;
  bar->close = piece->close;
  bar->volume += piece->volume;
  bar->notional += piece->notional;
  bar->count += piece->count;
}

int main(int argc, char **argv) {
  uint64_t events = 10000000, instruments = 1000;
  double seconds = 1;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (!strcmp(argv[i], "--events")) events = strtoull(argv[i + 1], 0, 10);
    if (!strcmp(argv[i], "--instruments")) instruments = strtoull(argv[i + 1], 0, 10);
    if (!strcmp(argv[i], "--seconds")) seconds = atof(argv[i + 1]);
  }
  uint32_t *instrument = malloc(events * 4);
  int32_t *price = malloc(events * 4), *size = malloc(events * 4);
  struct bar(*bars)[3] = malloc(instruments * sizeof *bars);
  int64_t volume = 0;
  for (uint64_t i = 0; i < events; i++) {
    uint64_t draw = mix(i);
    instrument[i] = (uint32_t)(draw % instruments);
    price[i] = 10000 + (int32_t)(draw >> 20 & 0x3FF);
    size[i] = 1 + (int32_t)(draw >> 40 & 0x7F);
    volume += size[i];
  }
  double best[4096];
  int rounds = 0;
  uint64_t began = now();
  while (rounds < 2 || ((double)(now() - began) / 1e9 < seconds && rounds < 4096)) {
    memset(bars, 0, instruments * sizeof *bars);
    memset(&sums, 0, sizeof sums);
    uint64_t start = now();
    for (uint64_t i = 0; i < events; i++) {
      int64_t time = BASE + (int64_t)i * STEP;
      struct bar *bar = bars[instrument[i]];
      int64_t p = price[i], q = size[i];
      if (bar->count > 0 && time - bar->start < steps[0]) {
        if (p > bar->high) bar->high = p;
        if (p < bar->low) bar->low = p;
        bar->close = p;
        bar->volume += q;
        bar->notional += (__int128)p * q;
        bar->count++;
      } else {
        struct bar piece = {time, p, p, p, p, q, (__int128)p * q, 1};
        add(bar, 0, &piece);
      }
    }
    for (uint64_t n = 0; n < instruments; n++)
      for (int level = 0; level < 3; level++)
        if (bars[n][level].count) finish(&bars[n][level], bars[n], level);
    best[rounds++] = (double)(now() - start) / 1e9;
  }
  // The median of all but the first.
  for (int i = 1; i < rounds; i++)
    for (int j = i + 1; j < rounds; j++)
      if (best[j] < best[i]) { double t = best[i]; best[i] = best[j]; best[j] = t; }
  double median = best[1 + (rounds - 1) / 2 - ((rounds - 1) / 2 == rounds - 1)];
  int ok = sums.count == events * 3 && sums.volume == volume * 3;
  printf("{\"system\":\"c-bars\",\"workload\":\"W4\",\"events\":%llu,\"seconds\":%f,\"rate\":%llu,"
         "\"bars\":%llu,\"sum\":%llu,\"checksum_ok\":%s}\n",
         (unsigned long long)events, median, (unsigned long long)((double)events / median),
         (unsigned long long)sums.bars, (unsigned long long)sums.sum, ok ? "true" : "false");
  return ok ? 0 : 1;
}
