// crowd: many WebSocket clients of one stream server, each with some of its instruments, and one line
// of JSON that says whether all of them had every event, and how old events were when they came.
//
// One more client, the witness, has all instruments. In the measured window (a range of sequences)
// each client's events have to be those that the witness had of the client's instruments: their
// number and the sum of a hash of their sequences are compared. Sequences have to rise, and a gap that
// is told counts as a loss.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { JOINING_MAX = 128, EACH_MAX = 100, INSTRUMENTS_MAX = 10000, READ_BYTES = 1 << 20 };
enum { SLOTS = 1 << 20, SLOT_NS = 10000, SETUP_SECONDS = 120, DRAIN_SECONDS = 20 };
enum state { HANDSHAKE, SUBSCRIBED, LIVE };

struct tally {
  uint64_t count, sum;
};

struct client {
  int fd;
  enum state state;
  uint64_t last;      // sequence of its last event
  uint64_t position;  // everything below has come
  struct tally tally;
  uint32_t kept_bytes;
  char *kept;  // the beginning of a message
};

static struct options {
  unsigned port, clients, each, of, pid;
  double seconds, warm_up, idle;
  const char *kind, *flush;
} o = {.clients = 100, .each = 10, .of = 1000, .seconds = 10, .warm_up = 2, .kind = "trade"};

static struct client *clients;  // the last is the witness
static struct tally instruments[INSTRUMENTS_MAX];
static uint64_t window_first = UINT64_MAX, window_last = UINT64_MAX;
static uint64_t messages, events, bytes, gaps, disorder, latest;
static unsigned lives, joining;
static uint32_t histogram[SLOTS];
static uint64_t samples;
static int poll_fd;
static char buffer[READ_BYTES + (64 << 10)];

static _Noreturn void fault(const char *format, ...) {
  va_list arguments;
  printf("{\"error\":\"");
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  printf("\"}\n");
  exit(1);
}

static uint64_t now_ns(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t mix(uint64_t value) {
  value = (value ^ value >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  value = (value ^ value >> 27) * UINT64_C(0x94D049BB133111EB);
  return value ^ value >> 31;
}

static unsigned index_of(const struct client *c) { return (unsigned)(c - clients); }
static bool is_witness(const struct client *c) { return index_of(c) == o.clients; }

// The k-th instrument of a client: every instrument has as many clients as any other.
static unsigned instrument_of(unsigned client, unsigned k) {
  return (unsigned)(((uint64_t)client * o.each + (uint64_t)k * 7919) % o.of);
}

// Talking.

static void send_text(struct client *c, const char *text, size_t n) {
  static char frame[65536 + 8];
  size_t head = n < 126 ? 2 : 4;
  frame[0] = (char)0x81;
  frame[1] = (char)(0x80 | (n < 126 ? n : 126));
  if (head == 4) frame[2] = (char)(n >> 8), frame[3] = (char)n;
  memset(frame + head, 0, 4);  // a mask that changes nothing
  memcpy(frame + head + 4, text, n);
  n += head + 4;
  if (send(c->fd, frame, n, MSG_NOSIGNAL) != (ssize_t)n) fault("cannot send");
}

static void subscribe(struct client *c) {
  static char text[65536];
  size_t n = (size_t)sprintf(text, "{\"id\":1,\"op\":\"subscribe\",\"times\":\"ns\"");
  if (o.flush) n += (size_t)sprintf(text + n, ",\"flush\":\"%s\"", o.flush);
  n += (size_t)sprintf(text + n, ",\"subjects\":[");
  if (is_witness(c)) n += (size_t)sprintf(text + n, "\"%s.>\"", o.kind);
  for (unsigned k = 0; !is_witness(c) && k < o.each; k++) {
    n += (size_t)sprintf(text + n, "%s\"%s.ITEM_%02u\"", k ? "," : "", o.kind,
                         instrument_of(index_of(c), k));
  }
  n += (size_t)sprintf(text + n, "]}");
  send_text(c, text, n);
  c->state = SUBSCRIBED;
}

static void join(struct client *c) {
  static const char head[] =
      "GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)o.port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&address, sizeof address) != 0) {
    fault("client %u: cannot connect: %s", index_of(c), strerror(errno));
  }
  int one = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (send(c->fd, head, sizeof head - 1, MSG_NOSIGNAL) != sizeof head - 1) fault("cannot send");
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &event) != 0) fault("epoll: %s", strerror(errno));
  joining++;
}

// Listening.

static uint64_t number(const char *at, const char *end) {
  uint64_t value = 0;
  for (; at < end && *at >= '0' && *at <= '9'; at++) value = value * 10 + (uint64_t)(*at - '0');
  return value;
}

static void take_event(struct client *c, const char *at, const char *end, uint64_t now) {
  if (at[6] == 'g') {  // {"T":"gap"
    gaps++;
    return;
  }
  const char *q = memmem(at, (size_t)(end - at), ",\"q\":", 5);
  const char *s = memmem(at, (size_t)(end - at), "\"S\":\"ITEM_", 10);
  const char *t = memmem(at, (size_t)(end - at), ",\"t\":", 5);
  if (!q || !s || !t) fault("client %u: not an event: %.*s", index_of(c), 40, at);
  uint64_t sequence = number(q + 5, end), time = number(t + 5, end);
  if (sequence <= c->last) disorder++;
  c->last = sequence;
  c->position = sequence + 1;
  if (sequence > latest) latest = sequence;
  events++;
  if (sequence < window_first || sequence > window_last) return;
  struct tally *tally = &c->tally;
  if (is_witness(c)) {
    uint64_t instrument = number(s + 10, end);
    if (instrument >= INSTRUMENTS_MAX) fault("an instrument that nobody asked for");
    tally = &instruments[instrument];
  } else {
    uint64_t age = now > time ? (now - time) / SLOT_NS : 0;
    histogram[age < SLOTS ? age : SLOTS - 1]++;
    samples++;
  }
  tally->count++;
  tally->sum += mix(sequence);
}

static void take_text(struct client *c, const char *text, size_t n, uint64_t now) {
  const char *end = text + n, *at = text;
  messages++;
  if (n > 8 && memcmp(text, "{\"s\":1,\"e\":[", 12) == 0) {
    for (at = text + 12; at < end && *at == '{';) {
      const char *close = memchr(at, '}', (size_t)(end - at));  // events hold no objects
      if (!close) fault("an event without an end");
      take_event(c, at, close, now);
      at = close + 1;
      if (at < end && *at == ',') at++;
    }
    return;
  }
  const char *position = memmem(text, n < 32 ? n : 32, "\"at\":", 5);
  const char *live = memmem(text, n < 32 ? n : 32, "\"live\":", 7);
  if (live && c->state != LIVE) {
    c->state = LIVE;
    lives++;
    joining--;
  }
  if (position) c->position = number(position + 5, end);
  if (live) c->position = number(live + 7, end);
  if (memmem(text, n, "\"error\":", 8) || memmem(text, n < 32 ? n : 32, "\"end\":", 6)) {
    fault("client %u: refused", index_of(c));
  }
}

// Whole frames of `n` bytes; how many bytes they had.
static size_t take_frames(struct client *c, char *at, size_t n, uint64_t now) {
  size_t done = 0;
  while (n - done >= 2) {
    unsigned char *head = (unsigned char *)at + done;
    size_t length = head[1] & 127, header = length == 126 ? 4 : length == 127 ? 10 : 2;
    if (n - done < header) break;
    if (header > 2) {
      length = 0;
      for (size_t i = 2; i < header; i++) length = length << 8 | head[i];
    }
    if (n - done < header + length) break;
    int opcode = head[0] & 15;
    if (opcode == 1) take_text(c, (char *)head + header, length, now);
    if (opcode == 8) fault("client %u: closed by the server", index_of(c));
    if (opcode == 9) {
      char pong[6 + 125] = {(char)0x8A, (char)(0x80 | length)};
      memcpy(pong + 6, head + header, length);
      if (send(c->fd, pong, 6 + length, MSG_NOSIGNAL) < 0) fault("cannot send");
    }
    done += header + length;
  }
  return done;
}

static void receive(struct client *c) {
  memcpy(buffer, c->kept, c->kept_bytes);
  ssize_t got = recv(c->fd, buffer + c->kept_bytes, READ_BYTES, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) fault("client %u: the server ended the connection", index_of(c));
  uint64_t now = now_ns(CLOCK_REALTIME);
  size_t n = c->kept_bytes + (size_t)got, done = 0;
  bytes += (uint64_t)got;
  if (c->state == HANDSHAKE) {
    char *end = memmem(buffer, n, "\r\n\r\n", 4);
    if (end && memcmp(buffer, "HTTP/1.1 101", 12) != 0) fault("refused: %.12s", buffer);
    if (end) done = (size_t)(end + 4 - buffer), subscribe(c);
  }
  if (c->state != HANDSHAKE) done += take_frames(c, buffer + done, n - done, now);
  if (n - done > c->kept_bytes || n == done) {
    free(c->kept);
    c->kept = n == done ? NULL : malloc(n - done);
  }
  c->kept_bytes = (uint32_t)(n - done);
  if (c->kept_bytes) memcpy(c->kept, buffer + done, c->kept_bytes);
}

static void step(int timeout_ms) {
  struct epoll_event ready[512];
  int n = epoll_wait(poll_fd, ready, 512, timeout_ms);
  for (int i = 0; i < n; i++) receive(ready[i].data.ptr);
}

static void run(double seconds) {
  uint64_t end = now_ns(CLOCK_MONOTONIC) + (uint64_t)(seconds * 1e9);
  while (now_ns(CLOCK_MONOTONIC) < end) step(0);  // asleep it would have to be woken
}

// Counting.

// CPU of the server in nanoseconds, from the scheduler.
static uint64_t server_cpu(void) {
  char path[384];
  uint64_t sum = 0;
  snprintf(path, sizeof path, "/proc/%u/task", o.pid);
  DIR *tasks = o.pid ? opendir(path) : NULL;
  for (struct dirent *task; tasks && (task = readdir(tasks)) != NULL;) {
    snprintf(path, sizeof path, "/proc/%u/task/%s/schedstat", o.pid, task->d_name);
    FILE *f = task->d_name[0] == '.' ? NULL : fopen(path, "r");
    unsigned long on_cpu;
    if (f && fscanf(f, "%lu", &on_cpu) == 1) sum += on_cpu;
    if (f) fclose(f);
  }
  if (tasks) closedir(tasks);
  return sum;
}

static double quantile_ms(double share) {
  uint64_t wanted = (uint64_t)(share * (double)samples), sum = 0;
  for (unsigned i = 0; i < SLOTS; i++) {
    sum += histogram[i];
    if (sum > 0 && sum >= wanted) return (i + 1) * (SLOT_NS / 1e6);
  }
  return 0;
}

// Waits until everybody has what was in the window.
static void drain(void) {
  uint64_t deadline = now_ns(CLOCK_MONOTONIC) + DRAIN_SECONDS * UINT64_C(1000000000);
  for (unsigned behind = 1; behind > 0;) {
    step(5);
    behind = 0;
    for (unsigned i = 0; i <= o.clients; i++) behind += clients[i].position <= window_last;
    if (now_ns(CLOCK_MONOTONIC) > deadline) fault("%u clients stopped before the end", behind);
  }
}

// Clients whose events were not those of their instruments.
static unsigned compare(void) {
  unsigned wrong = 0;
  for (unsigned i = 0; i < o.clients; i++) {
    struct tally expected = {0};
    for (unsigned k = 0; k < o.each; k++) {
      const struct tally *one = &instruments[instrument_of(i, k)];
      expected.count += one->count;
      expected.sum += one->sum;
    }
    const struct tally *got = &clients[i].tally;
    wrong += expected.count != got->count || expected.sum != got->sum;
  }
  return wrong;
}

// Milliseconds for which this program was kept from its core: what came meanwhile was read later.
static double kept_waiting_ms(void) {
  unsigned long on_cpu, waited = 0;
  FILE *f = fopen("/proc/self/schedstat", "r");
  if (f && fscanf(f, "%lu %lu", &on_cpu, &waited) != 2) waited = 0;
  if (f) fclose(f);
  return (double)waited / 1e6;
}

static void measure(double joined) {
  run(o.warm_up);
  double waited = kept_waiting_ms();
  uint64_t cpu = server_cpu(), began = now_ns(CLOCK_MONOTONIC);
  uint64_t before_events = events, before_messages = messages, before_bytes = bytes;
  // Nobody has had anything of what is behind this yet.
  window_first = latest + 1;
  run(o.seconds);
  window_last = latest;
  double seconds = (double)(now_ns(CLOCK_MONOTONIC) - began) / 1e9;
  cpu = server_cpu() - cpu;
  waited = kept_waiting_ms() - waited;
  double rate = (double)(events - before_events) / seconds;
  double message_rate = (double)(messages - before_messages) / seconds;
  double byte_rate = (double)(bytes - before_bytes) / seconds;
  drain();
  unsigned wrong = compare();
  printf("{\"clients\":%u,\"each\":%u,\"of\":%u,\"seconds\":%.2f,\"joined_s\":%.2f,\"samples\":%lu,"
         "\"deliveries_per_s\":%.0f,\"messages_per_s\":%.0f,\"mb_per_s\":%.1f,\"srv_cpu\":%.3f,"
         "\"kept_waiting_ms\":%.1f,"
         "\"clients_with_loss\":%u,\"gaps\":%lu,\"disorder\":%lu,"
         "\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"p999_ms\":%.2f,\"max_ms\":%.2f}\n",
         o.clients, o.each, o.of, seconds, joined, samples, rate, message_rate, byte_rate / 1e6,
         (double)cpu / 1e9 / seconds, waited, wrong, gaps, disorder, quantile_ms(0.5), quantile_ms(0.99),
         quantile_ms(0.999), quantile_ms(1));
}

static void parse(const char *name, const char *value) {
  if (!strcmp(name, "--port")) o.port = (unsigned)atoi(value);
  else if (!strcmp(name, "--clients")) o.clients = (unsigned)atoi(value);
  else if (!strcmp(name, "--each")) o.each = (unsigned)atoi(value);
  else if (!strcmp(name, "--of")) o.of = (unsigned)atoi(value);
  else if (!strcmp(name, "--pid")) o.pid = (unsigned)atoi(value);
  else if (!strcmp(name, "--seconds")) o.seconds = atof(value);
  else if (!strcmp(name, "--warm-up")) o.warm_up = atof(value);
  else if (!strcmp(name, "--idle")) o.idle = atof(value);
  else if (!strcmp(name, "--flush")) o.flush = value;
  else fault("unknown option %s", name);
}

int main(int argc, char **argv) {
  struct rlimit files;
  for (int i = 1; i + 1 < argc; i += 2) parse(argv[i], argv[i + 1]);
  if (o.each > EACH_MAX || o.each > o.of || o.of > INSTRUMENTS_MAX) fault("too many instruments");
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  setvbuf(stdout, NULL, _IOLBF, 0);
  poll_fd = epoll_create1(EPOLL_CLOEXEC);
  clients = calloc(o.clients + 1, sizeof *clients);
  uint64_t began = now_ns(CLOCK_MONOTONIC);
  for (unsigned i = 0; lives <= o.clients;) {
    while (i <= o.clients && joining < JOINING_MAX) join(&clients[o.clients - i]), i++;
    step(5);
    if (now_ns(CLOCK_MONOTONIC) - began > SETUP_SECONDS * UINT64_C(1000000000)) {
      fault("%u of %u clients are live after %d s", lives, o.clients + 1, SETUP_SECONDS);
    }
  }
  double joined = (double)(now_ns(CLOCK_MONOTONIC) - began) / 1e9;
  if (o.idle > 0) {
    printf("{\"live\":%u,\"joined_s\":%.2f}\n", lives, joined);
    run(o.idle);
    return 0;
  }
  measure(joined);
  return 0;
}
