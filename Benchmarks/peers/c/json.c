// The floor of encoding trades as JSON: the same events and the same bytes as webbench, in C, once with snprintf
// and once with integers written by hand; symbols are looked up in a table of text.
//   json [snprintf|hand] [SECONDS]       one line of figures
//   json text COUNT                      the text, a line an event, to compare with webbench --workload text

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t bench_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

enum { instruments = 1000, events = 100000, segment = 256 << 10 };

struct trade {
  uint64_t seq;
  uint32_t instrument;
  uint32_t side;
  int64_t price, size, time;  // 10^-9, 10^-9, nanoseconds
};

static char symbols[instruments][8];

static uint64_t mix(uint64_t index) {
  uint64_t z = index + 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static struct trade *make(int count) {
  struct trade *all = malloc((size_t)count * sizeof *all);
  if (all == NULL) abort();
  for (int i = 0; i < instruments; i++) snprintf(symbols[i], sizeof symbols[i], "S%04d", i);
  for (int i = 0; i < count; i++) {
    uint64_t draw = mix((uint64_t)i);
    all[i].seq = (uint64_t)i + 1;
    all[i].instrument = (uint32_t)(draw % instruments);
    all[i].side = draw >> 60 & 1;
    all[i].price = (10000 + (int64_t)(draw >> 20 & 0x3FF)) * 10000000;
    all[i].size = (1 + (int64_t)(draw >> 40 & 0x7F)) * 1000000000;
    all[i].time = 1699999200000000000 + (int64_t)i * 100000;
  }
  return all;
}

// The decimals of a fraction of 10^-9 without trailing zeros, but at least `least`.
static int decimals(int64_t fraction, int least) {
  int count = 9;
  while (count > least && fraction % 10 == 0) {
    fraction /= 10;
    count--;
  }
  return count;
}

static int64_t power(int exponent) {
  int64_t value = 1;
  while (exponent-- > 0) value *= 10;
  return value;
}

static int fraction_text(char *out, int64_t fraction, int least) {
  int count = decimals(fraction, least);
  return count == 0 ? 0 : sprintf(out, ".%0*lld", count, (long long)(fraction / power(9 - count)));
}

static size_t with_snprintf(char *out, const struct trade *t) {
  char price[16] = "", size[16] = "", nanos[16] = "";
  fraction_text(price, t->price % 1000000000, 2);
  fraction_text(size, t->size % 1000000000, 0);
  int64_t rest = t->time % 1000000000;
  if (rest) fraction_text(nanos, rest, rest % 1000 ? 9 : rest % 1000000 ? 6 : 3);
  time_t second = t->time / 1000000000;
  struct tm date;
  gmtime_r(&second, &date);
  return (size_t)snprintf(
      out, 512,
      ",{\"T\":\"trade\",\"q\":%llu,\"S\":\"%s\",\"p\":%lld%s,\"s\":%lld%s,\"d\":\"%s\","
      "\"t\":\"%04d-%02d-%02dT%02d:%02d:%02d%sZ\"}",
      (unsigned long long)t->seq, symbols[t->instrument], (long long)(t->price / 1000000000), price,
      (long long)(t->size / 1000000000), size, t->side ? "sell" : "buy", date.tm_year + 1900,
      date.tm_mon + 1, date.tm_mday, date.tm_hour, date.tm_min, date.tm_sec, nanos);
}

static char *put(char *out, const char *text, size_t length) {
  memcpy(out, text, length);
  return out + length;
}
#define PUT(text) (out = put(out, text, sizeof text - 1))

static char *number(char *out, uint64_t value) {
  char digits[20];
  int count = 0;
  do {
    digits[count++] = (char)('0' + value % 10);
    value /= 10;
  } while (value);
  while (count) *out++ = digits[--count];
  return out;
}

static char *fraction(char *out, int64_t value, int least) {
  int count = decimals(value, least);
  if (count == 0) return out;
  value /= power(9 - count);
  *out++ = '.';
  for (int i = count - 1; i >= 0; i--) {
    out[i] = (char)('0' + value % 10);
    value /= 10;
  }
  return out + count;
}

static size_t by_hand(char *start, const struct trade *t) {
  static int64_t last = -1;
  static char clock[20];
  char *out = start;
  PUT(",{\"T\":\"trade\",\"q\":");
  out = number(out, t->seq);
  PUT(",\"S\":\"");
  out = put(out, symbols[t->instrument], 5);
  PUT("\",\"p\":");
  out = fraction(number(out, (uint64_t)t->price / 1000000000), t->price % 1000000000, 2);
  PUT(",\"s\":");
  out = fraction(number(out, (uint64_t)t->size / 1000000000), t->size % 1000000000, 0);
  if (t->side) PUT(",\"d\":\"sell\""); else PUT(",\"d\":\"buy\"");
  PUT(",\"t\":\"");
  if (t->time / 1000000000 != last) {
    last = t->time / 1000000000;
    time_t second = last;
    struct tm date;
    gmtime_r(&second, &date);
    strftime(clock, sizeof clock, "%Y-%m-%dT%H:%M:%S", &date);
  }
  out = put(out, clock, 19);
  int64_t rest = t->time % 1000000000;
  if (rest) out = fraction(out, rest, rest % 1000 ? 9 : rest % 1000000 ? 6 : 3);
  PUT("Z\"}");
  return (size_t)(out - start);
}

int main(int count, char **words) {
  const char *way = count > 1 ? words[1] : "hand";
  size_t (*encode)(char *, const struct trade *) =
      strcmp(way, "snprintf") == 0 ? with_snprintf : by_hand;
  if (strcmp(way, "text") == 0) {
    int lines = count > 2 ? atoi(words[2]) : 1;
    struct trade *all = make(lines);
    for (int i = 0; i < lines; i++) {
      char one[512], other[512];
      size_t length = by_hand(one, &all[i]);
      if (with_snprintf(other, &all[i]) != length || memcmp(one, other, length) != 0) return 1;
      printf("%.*s\n", (int)length - 1, one + 1);
    }
    return 0;
  }
  double seconds = count > 2 ? atof(words[2]) : 1;
  struct trade *all = make(events);
  char *out = malloc(segment);
  if (out == NULL) abort();
  uint64_t bytes = 0, done = 0;
  uint64_t began = bench_now();
  do {
    size_t used = 0;
    for (int i = 0; i < events; i++) {
      if (used > segment - 2048) {
        bytes += used;
        used = 0;
      }
      used += encode(out + used, &all[i]);
    }
    bytes += used;
    done += events;
  } while ((double)(bench_now() - began) / 1e9 < seconds);
  double took = (double)(bench_now() - began) / 1e9;
  printf("{\"system\":\"c-%s\",\"workload\":\"encode\",\"kind\":\"trade\",\"events\":%llu,\"rate\":%.0f,"
         "\"ns_per_event\":%.2f,\"bytes_per_event\":%.2f}\n",
         way, (unsigned long long)done, (double)done / took, took * 1e9 / (double)done,
         (double)bytes / (double)done);
  return 0;
}
