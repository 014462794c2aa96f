// The floor of W6: thresholds of each instrument in order, and how many of them the price has
// passed; nothing else: no states, no events, rules fixed. The same rules and ticks as in the other
// drivers.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// One side of an instrument: `keys` rising, those before `passed` are below the price.
struct side {
  int32_t *keys;
  int32_t count, passed;
};

struct book {
  int32_t next_above, next_below;
  struct side above, below;
};

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

static int compare(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

// Keys of `above` fire when the price goes above them, keys of `below` when it goes below; the
// latter are kept negated, so that both rise.
static uint64_t move(struct side *side, int32_t price) {
  uint64_t fired = 0;
  while (side->passed < side->count && side->keys[side->passed] < price) {
    side->passed++;
    fired++;
  }
  while (side->passed > 0 && side->keys[side->passed - 1] >= price) side->passed--;
  return fired;
}

static void neighbours(struct book *b) {
  int32_t above = INT32_MAX, below = INT32_MIN;
  const struct side *u = &b->above, *d = &b->below;
  if (u->passed < u->count) above = u->keys[u->passed];
  if (u->passed > 0) below = u->keys[u->passed - 1] + 1;
  if (d->passed < d->count && -d->keys[d->passed] > below) below = -d->keys[d->passed];
  if (d->passed > 0 && -d->keys[d->passed - 1] - 1 < above) above = -d->keys[d->passed - 1] - 1;
  b->next_above = above;
  b->next_below = below;
}

int main(int argc, char **argv) {
  uint64_t events = 10000000, instruments = 1000, rules = 100000;
  double seconds = 1;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (!strcmp(argv[i], "--events")) events = strtoull(argv[i + 1], 0, 10);
    if (!strcmp(argv[i], "--instruments")) instruments = strtoull(argv[i + 1], 0, 10);
    if (!strcmp(argv[i], "--rules")) rules = strtoull(argv[i + 1], 0, 10);
    if (!strcmp(argv[i], "--seconds")) seconds = atof(argv[i + 1]);
  }
  struct book *books = calloc(instruments, sizeof *books);
  int32_t *last = malloc(instruments * 4);
  for (int pass = 0; pass < 2; pass++) {
    for (uint64_t i = 0; i < rules; i++) {
      uint64_t draw = mix((UINT64_C(1) << 40) + i);
      struct book *b = &books[draw % instruments];
      int32_t threshold = 8000 + (int32_t)((draw >> 20) % 4001);
      int is_above = draw >> 50 & 1;
      struct side *s = is_above ? &b->above : &b->below;
      if (pass) s->keys[s->count] = is_above ? threshold : -threshold;
      s->count++;
    }
    for (uint64_t n = 0; n < instruments; n++) {
      struct side *sides[2] = {&books[n].above, &books[n].below};
      for (int k = 0; k < 2; k++) {
        struct side *s = sides[k];
        if (pass) {
          qsort(s->keys, (size_t)s->count, 4, compare);
        } else {
          s->keys = malloc(((size_t)s->count + 1) * 4);
          s->count = 0;
        }
      }
      // Anything is a first price.
      books[n].next_above = INT32_MIN;
      last[n] = 10000;
    }
  }
  uint32_t *instrument = malloc(events * 4);
  int32_t *price = malloc(events * 4);
  for (uint64_t i = 0; i < events; i++) {
    uint64_t draw = mix(i), n = draw % instruments, step = draw >> 20 & 3;
    if (step == 0) last[n]--;
    if (step == 1) last[n]++;
    instrument[i] = (uint32_t)n;
    price[i] = last[n];
  }
  double best[4096];
  int rounds = 0;
  uint64_t fired = 0, sum = 0, began = now();
  while (rounds < 2 || ((double)(now() - began) / 1e9 < seconds && rounds < 4096)) {
    uint64_t start = now();
    for (uint64_t i = 0; i < events; i++) {
      struct book *b = &books[instrument[i]];
      int32_t p = price[i];
      if (p > b->next_above || p < b->next_below) {
        fired += move(&b->above, p) + move(&b->below, -p);
        neighbours(b);
      }
    }
    best[rounds++] = (double)(now() - start) / 1e9;
    if (rounds == 1) sum = fired;
  }
  // The median of all but the first.
  for (int i = 1; i < rounds; i++)
    for (int j = i + 1; j < rounds; j++)
      if (best[j] < best[i]) { double t = best[i]; best[i] = best[j]; best[j] = t; }
  double median = best[1 + (rounds - 2) / 2];
  printf("{\"system\":\"c-alerts\",\"workload\":\"W6\",\"rules\":%llu,\"events\":%llu,"
         "\"seconds\":%f,\"rate\":%llu,\"sum\":%llu,\"checksum_ok\":true}\n",
         (unsigned long long)rules, (unsigned long long)events, median,
         (unsigned long long)((double)events / median), (unsigned long long)sum);
  return 0;
}
