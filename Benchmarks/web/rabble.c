// rabble: WebSocket clients that behave badly, each in one of five ways, for --seconds; they come again
// when they were thrown out. With --manners good as many that read everything, to compare with; with
// one of the five (--manners hostile) only every fifth behaves so, and the others read everything.
//
// slow       reads a fifth of what is sent to it
// stalled    subscribes and never reads
// vanishing  subscribes, and is gone without a word a moment later
// hostile    breaks the rules of HTTP, of WebSockets or of the stream, in another way each time
// idle       sends half a request, then a letter now and then
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum manner { SLOW, STALLED, VANISHING, HOSTILE, IDLE, MANNERS, GOOD };
static const char *const NAMES[] = {"slow", "stalled", "vanishing", "hostile", "idle"};
enum { STEP_MS = 5, SMALL_BUFFER = 4096, SLOW_BYTES_A_STEP = 256, SUBJECTS = 1000 };

struct client {
  int fd;  // -1: to come again at `next_ms`
  enum manner manner;
  bool subscribed;
  unsigned visits;
  uint64_t next_ms, until_ms;
  char head[2048];  // of what has come
  size_t head_bytes;
};

static unsigned port, visits, cut;
static uint64_t bytes;
static char buffer[1 << 18];

static uint64_t now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static const char HEAD[] =
    "GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

static void say(struct client *c, const void *text, size_t n) {
  if (send(c->fd, text, n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) errno = 0;
}

// A masked frame whose mask changes nothing.
static void say_frame(struct client *c, unsigned char first, const char *text, size_t n) {
  unsigned char frame[1 << 16] = {first};
  size_t head = n < 126 ? 2 : 4;
  frame[1] = 0x80 | (n < 126 ? (unsigned char)n : 126);
  if (head == 4) frame[2] = (unsigned char)(n >> 8), frame[3] = (unsigned char)n;
  memcpy(frame + head + 4, text, n);
  say(c, frame, head + 4 + n);
}

static void subscribe(struct client *c) {
  static const char wish[] = "{\"id\":1,\"op\":\"subscribe\",\"subjects\":\">\"}";
  say_frame(c, 0x81, wish, sizeof wish - 1);
  c->subscribed = true;
}

// Another breach each time, in an open WebSocket.
static void offend(struct client *c) {
  static char text[60000];
  size_t n = 0;
  switch (c->visits % 10) {
    case 0: say(c, "\x81\x05hello", 7); break;                     // not masked
    case 1: say_frame(c, 0x83, "x", 1); break;                     // a reserved opcode
    case 2: say_frame(c, 0x81, "\xC3\x28", 2); break;              // no UTF-8
    case 3: say(c, "\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 10); break;  // exabytes to come
    case 4: say_frame(c, 0xC1, "\x01\x02\x03", 3); break;          // compressed, never agreed
    case 5:                                                        // nonsense, fast
      for (int i = 0; i < 300; i++) say_frame(c, 0x81, "{\"id\":", 6);
      break;
    case 6:                                                        // names that nobody has
      n = (size_t)sprintf(text, "{\"id\":1,\"op\":\"subscribe\",\"subjects\":[");
      for (int i = 0; i < SUBJECTS; i++) n += (size_t)sprintf(text + n, "%s\"trade.NONE%d\"", i ? "," : "", i);
      n += (size_t)sprintf(text + n, "]}");
      say_frame(c, 0x81, text, n);
      break;
    case 7:                                                        // subscriptions over the limit
      for (int i = 0; i < 100; i++) {
        n = (size_t)sprintf(text, "{\"id\":%d,\"op\":\"subscribe\",\"subjects\":\">\"}", i);
        say_frame(c, 0x81, text, n);
      }
      break;
    case 8:                                                        // pings, and nothing is read
      for (int i = 0; i < 500; i++) say_frame(c, 0x89, "0123456789", 10);
      break;
    default:                                                       // pieces without an end
      for (int i = 0; i < 500; i++) say_frame(c, i ? 0x00 : 0x01, "x", 1);
  }
}

static void come(struct client *c, uint64_t now) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int one = 1, small = SMALL_BUFFER;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (c->manner == SLOW || c->manner == STALLED) {
    setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  }
  if (connect(c->fd, (struct sockaddr *)&address, sizeof address) != 0) {
    printf("{\"error\":\"cannot connect: %s\"}\n", strerror(errno));
    exit(1);
  }
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  c->subscribed = false;
  c->head_bytes = 0;
  c->visits++;
  visits++;
  c->until_ms = UINT64_MAX;
  c->next_ms = now;
  if (c->manner == VANISHING) c->until_ms = now + 50 + (uint64_t)rand() % 300;
  if (c->manner == HOSTILE) c->until_ms = now + 300;
  if (c->manner == IDLE) say(c, HEAD, 40);
  else if (c->manner == HOSTILE && c->visits % 4 == 0) say(c, "GET /\x01 HTTP/9\nX\r\n\r\n", 20);
  else say(c, HEAD, sizeof HEAD - 1);
}

static void leave(struct client *c, bool abruptly, uint64_t now) {
  struct linger reset = {.l_onoff = 1, .l_linger = 0};
  if (abruptly) setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  close(c->fd);
  c->fd = -1;
  c->next_ms = now + (c->manner == STALLED || c->manner == SLOW ? 500 : 20);
}

// Until the upgrade has been answered.
static bool greet(struct client *c, uint64_t now) {
  ssize_t n = recv(c->fd, c->head + c->head_bytes, sizeof c->head - 1 - c->head_bytes, MSG_DONTWAIT);
  if (n == 0 || (n < 0 && errno != EAGAIN)) return cut++, leave(c, false, now), false;
  if (n > 0) c->head_bytes += (size_t)n;
  if (c->head_bytes == sizeof c->head - 1) c->head_bytes = 0;
  if (n <= 0 || !memmem(c->head, c->head_bytes, "\r\n\r\n", 4)) return false;
  if (c->manner == HOSTILE) c->subscribed = true, offend(c);
  else if (c->manner != IDLE) subscribe(c);
  return true;
}

static void step(struct client *c, uint64_t now) {
  if (c->fd < 0) {
    if (now >= c->next_ms) come(c, now);
    return;
  }
  if (now >= c->until_ms) return leave(c, true, now);
  if (c->manner == IDLE && now >= c->next_ms) say(c, "x", 1), c->next_ms = now + 500;
  if (!c->subscribed && !greet(c, now)) return;
  if (c->manner == STALLED) return;
  size_t wanted = c->manner == SLOW ? SLOW_BYTES_A_STEP : sizeof buffer;
  ssize_t n = recv(c->fd, buffer, wanted, MSG_DONTWAIT);
  if (n == 0 || (n < 0 && errno != EAGAIN)) cut++, leave(c, false, now);
  if (n > 0) bytes += (uint64_t)n;
}

int main(int argc, char **argv) {
  unsigned count = 100;
  double seconds = 10;
  const char *manners = "bad";
  for (int i = 1; i + 1 < argc; i += 2) {
    if (!strcmp(argv[i], "--port")) port = (unsigned)atoi(argv[i + 1]);
    else if (!strcmp(argv[i], "--clients")) count = (unsigned)atoi(argv[i + 1]);
    else if (!strcmp(argv[i], "--seconds")) seconds = atof(argv[i + 1]);
    else if (!strcmp(argv[i], "--manners")) manners = argv[i + 1];
    else if (strcmp(argv[i], "--pid") != 0) return fprintf(stderr, "unknown %s\n", argv[i]), 64;
  }
  struct client *clients = calloc(count, sizeof *clients);
  for (unsigned i = 0; i < count; i++) {
    clients[i].fd = -1;
    enum manner manner = (enum manner)(i % MANNERS);
    bool is_meant = !strcmp(manners, "bad") || !strcmp(manners, NAMES[manner]);
    clients[i].manner = is_meant ? manner : GOOD;
    clients[i].visits = i;  // so that the hostile begin with different breaches
  }
  uint64_t end = now_ms() + (uint64_t)(seconds * 1000);
  while (now_ms() < end) {
    for (unsigned i = 0; i < count; i++) step(&clients[i], now_ms());
    struct timespec pause = {.tv_nsec = STEP_MS * 1000000};
    nanosleep(&pause, NULL);
  }
  printf("{\"clients\":%u,\"visits\":%u,\"cut_by_server\":%u,\"mb\":%.1f}\n", count, visits, cut,
         (double)bytes / 1e6);
  return 0;
}
