// mdload: publishes over one connection, receives over many, and prints one line of JSON.
#define _GNU_SOURCE
#include "mdload.h"

#include <stdio.h>
#include <stdlib.h>

#include "mdnet.h"

struct options {
  const char *system, *workload, *fan;
  unsigned pid;
  double seconds, warm_up;
  uint64_t rate;
};

struct result {
  double seconds;
  uint64_t published, deliveries, server_cpu_ns, client_cpu_ns, behind_max_ns;
  uint64_t resident_before, resident_after;
};

enum { DRAIN_SECONDS = 10, STALL_BURST = 131072 };

static const struct codec *const codecs[] = {&codec_floor, &codec_nats, &codec_redis,
                                             &codec_zeromq, &codec_tickwire, &codec_web,
                                             &codec_tickwire_web};

static uint64_t clock_ns(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// Publishes whenever there is room for a chunk in the window, until `end` or the last message.
static void saturate(struct load *l, uint64_t end_ns, uint64_t last) {
  while (now_ns() < end_ns && l->published < last) {
    if (l->out_end == 0 && l->window - load_in_flight(l) >= l->chunk) {
      load_publish(l, l->chunk, now_ns());
    }
    load_step(l);
  }
}

// Nothing may be missing at the end.
static void drain(struct load *l) {
  uint64_t deadline = now_ns() + DRAIN_SECONDS * UINT64_C(1000000000);
  while (load_in_flight(l) > 0) {
    load_step(l);
    if (now_ns() > deadline) fault("%lu of %lu messages lost", load_in_flight(l), l->published);
  }
}

// Message i is due at began + i × period. A stamp is the clock just before the send; how far the
// client itself was behind its schedule is told apart, since the server is not to blame for it.
static uint64_t pace(struct load *l, uint64_t rate, uint64_t end_ns) {
  uint64_t began = now_ns(), sent = 0, behind_max = 0;
  for (uint64_t now = began; now < end_ns; now = now_ns()) {
    uint64_t due = (uint64_t)((double)(now - began) * 1e-9 * (double)rate);
    if (due > sent) {
      uint64_t behind = now - began - (uint64_t)((double)sent * 1e9 / (double)rate);
      if (now >= l->sample_from && behind > behind_max) behind_max = behind;
      sent += load_publish(l, due - sent, now_ns());
    }
    load_step(l);
  }
  return behind_max;
}

static void begin(struct load *l, const struct options *o, struct result *r) {
  r->resident_before = process_resident_bytes(o->pid);
  r->published = l->published;
  r->deliveries = load_delivered(l);
  r->client_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
  r->server_cpu_ns = process_cpu_ns(o->pid);
  r->seconds = (double)now_ns() * 1e-9;
}

static void finish(struct load *l, const struct options *o, struct result *r) {
  r->seconds = (double)now_ns() * 1e-9 - r->seconds;
  r->server_cpu_ns = process_cpu_ns(o->pid) - r->server_cpu_ns;
  r->client_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - r->client_cpu_ns;
  r->deliveries = load_delivered(l) - r->deliveries;
  r->published = l->published - r->published;
}

static uint64_t after(double seconds) { return now_ns() + (uint64_t)(seconds * 1e9); }

static struct result measure(struct load *l, const struct options *o) {
  struct result r = {0};
  if (strcmp(o->workload, "W2") == 0 || strcmp(o->workload, "W3") == 0) {
    saturate(l, after(o->warm_up), UINT64_MAX);
    begin(l, o, &r);
    saturate(l, after(o->seconds), UINT64_MAX);
  } else {
    uint64_t resident = process_resident_bytes(o->pid);
    // So many bytes that they fill the sockets of one that does not read, and then the server's
    // own buffers for it; with and without such a one, so that both runs do the same.
    if (strcmp(o->workload, "stalled") == 0) saturate(l, UINT64_MAX, STALL_BURST);
    drain(l);
    l->sample_from = UINT64_MAX;
    pace(l, o->rate, after(o->warm_up));
    begin(l, o, &r);
    r.resident_before = resident;
    l->sample_from = now_ns();
    r.behind_max_ns = pace(l, o->rate, after(o->seconds));
  }
  finish(l, o, &r);
  drain(l);
  r.resident_after = process_resident_bytes(o->pid);
  return r;
}

static void print(const struct load *l, const struct options *o, const struct result *r) {
  double millions = (double)r->deliveries / 1e6;
  printf("{\"system\":\"%s\",\"workload\":\"%s\",\"fan\":\"%s\",\"subscribers\":%u,\"topics\":%u,"
         "\"stalled\":%u,\"window\":%lu,\"chunk\":%lu,\"published\":%lu,\"events\":%lu,"
         "\"seconds\":%.6f,\"rate\":%.0f,\"srv_cpu_per_m\":%.6f,\"srv_cpu\":%.3f,\"cli_cpu\":%.3f,"
         "\"resident_before\":%lu,\"resident_after\":%lu",
         o->system, o->workload, o->fan, l->subscribers, l->topics, l->stalled, l->window,
         l->chunk, r->published, r->deliveries, r->seconds, (double)r->deliveries / r->seconds,
         (double)r->server_cpu_ns * 1e-9 / millions,
         (double)r->server_cpu_ns * 1e-9 / r->seconds,
         (double)r->client_cpu_ns * 1e-9 / r->seconds, r->resident_before, r->resident_after);
  if (l->latency.total > 0) {
    printf(",\"samples\":%lu,\"p50_ns\":%lu,\"p90_ns\":%lu,\"p99_ns\":%lu,\"p999_ns\":%lu,"
           "\"max_ns\":%lu,\"behind_max_ns\":%lu",
           l->latency.total, histogram_quantile(&l->latency, 0.5),
           histogram_quantile(&l->latency, 0.9), histogram_quantile(&l->latency, 0.99),
           histogram_quantile(&l->latency, 0.999), l->latency.max, r->behind_max_ns);
  }
  printf("}\n");
}

// `100`: so many subscribers of the one topic; `100by10`: so many, of ten topics, one each;
// `1000by1000x10`: with ten each.
static void parse_fan(struct load *l, const char *fan) {
  l->topics = l->each = 1;
  int found = sscanf(fan, "%uby%ux%u", &l->subscribers, &l->topics, &l->each);
  if (found < 1 || l->subscribers < 1 || l->subscribers > 10000 || l->topics < 1 ||
      l->topics > TOPICS_MAX || l->each < 1 || l->each > EACH_MAX || l->each > l->topics ||
      l->subscribers * l->each % l->topics != 0) {
    fault("--fan takes such as 100, 100by10 or 1000by1000x10, not %s", fan);
  }
}

static void parse_one(struct load *l, struct options *o, const char *name, const char *value) {
  if (!strcmp(name, "--system")) o->system = value;
  else if (!strcmp(name, "--workload")) o->workload = value;
  else if (!strcmp(name, "--fan")) o->fan = value;
  else if (!strcmp(name, "--port")) l->port = (unsigned)atoi(value);
  else if (!strcmp(name, "--subscribe-port")) l->subscribe_port = (unsigned)atoi(value);
  else if (!strcmp(name, "--pid")) o->pid = (unsigned)atoi(value);
  else if (!strcmp(name, "--seconds")) o->seconds = atof(value);
  else if (!strcmp(name, "--warm-up")) o->warm_up = atof(value);
  else if (!strcmp(name, "--rate")) o->rate = strtoull(value, NULL, 10);
  else if (!strcmp(name, "--flush-us")) l->flush_ns = strtoull(value, NULL, 10) * 1000;
  else if (!strcmp(name, "--stalled")) l->stalled = (unsigned)atoi(value);
  else if (!strcmp(name, "--window")) l->window = strtoull(value, NULL, 10);
  else if (!strcmp(name, "--chunk")) l->chunk = strtoull(value, NULL, 10);
  else fault("unknown option %s", name);
}

int main(int argc, char **argv) {
  static struct load load;
  struct load *l = &load;
  struct options o = {.system = "floor", .workload = "W2", .fan = "1", .seconds = 2};
  o.warm_up = 0.5;
  o.rate = 20000;
  l->host = "127.0.0.1";
  l->since_1970_ns = clock_ns(CLOCK_REALTIME) - now_ns();
  for (int i = 1; i + 1 < argc; i += 2) parse_one(l, &o, argv[i], argv[i + 1]);
  if (argc % 2 == 0) fault("no value for option %s", argv[argc - 1]);
  parse_fan(l, o.fan);
  for (size_t i = 0; i < sizeof codecs / sizeof *codecs; i++) {
    if (strcmp(codecs[i]->name, o.system) == 0) l->codec = codecs[i];
  }
  if (l->codec == NULL) fault("no codec for %s", o.system);
  if (l->stalled >= l->subscribers) fault("somebody has to read");
  if (l->window == 0) l->window = l->topics > 1 ? l->codec->window_topics : l->codec->window;
  if (l->chunk == 0) l->chunk = l->window / 4;
  if (l->chunk == 0 || l->chunk > l->window) fault("a chunk is part of the window");
  load_open(l);
  struct result r = measure(l, &o);
  print(l, &o, &r);
  load_close(l);
  return 0;
}
