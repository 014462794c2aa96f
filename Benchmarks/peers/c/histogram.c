#define _GNU_SOURCE
#include "histogram.h"

static unsigned bucket_of(uint64_t value) {
  if (value < HISTOGRAM_SUB) return (unsigned)value;
  unsigned shift = 63 - 7 - (unsigned)__builtin_clzll(value);
  return shift * HISTOGRAM_SUB + (unsigned)(value >> shift);
}

static uint64_t bucket_middle(unsigned bucket) {
  if (bucket < 2 * HISTOGRAM_SUB) return bucket;
  unsigned shift = bucket / HISTOGRAM_SUB - 1;
  uint64_t low = (uint64_t)(bucket - shift * HISTOGRAM_SUB) << shift;
  return low + (UINT64_C(1) << shift) / 2;
}

void histogram_add(struct histogram *h, uint64_t value) {
  h->counts[bucket_of(value)]++;
  h->total++;
  if (value > h->max) h->max = value;
}

uint64_t histogram_quantile(const struct histogram *h, double quantile) {
  uint64_t rank = (uint64_t)(quantile * (double)h->total);
  uint64_t seen = 0;
  for (unsigned b = 0; b < HISTOGRAM_BUCKETS; b++) {
    seen += h->counts[b];
    if (seen > rank) return bucket_middle(b);
  }
  return h->max;
}
