#define _GNU_SOURCE
#include "mdnet.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STALLED_RECEIVE_BUFFER = 4096, SETUP_SECONDS = 10, CONTROL_BYTES = 64 << 10 };

_Noreturn void fault(const char *format, ...) {
  va_list arguments;
  char text[512];
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  printf("{\"error\":\"");
  for (const char *c = text; *c != 0; c++) {
    if ((unsigned char)*c < ' ') putchar(' ');
    else if (*c == '"' || *c == '\\') putchar('\'');
    else putchar(*c);
  }
  printf("\"}\n");
  exit(1);
}

_Noreturn void fault_sequence(const struct connection *c, const struct payload *p) {
  if (p->check != ~p->seq) fault("subscriber %u: message %lu is damaged", c->index, c->next);
  fault("subscriber %u: expected message %lu, received %lu: %s", c->index, c->next, p->seq,
        p->seq > c->next ? "lost or reordered" : "repeated or reordered");
}

static const char *who(const struct connection *c) {
  static char text[32];
  if (c->publishes) return "publisher";
  snprintf(text, sizeof text, "subscriber %u", c->index);
  return text;
}

// Sending.

void say(struct connection *c, const void *bytes, size_t n) {
  struct load *l = c->load;
  if (c->publishes) {
    if (l->out_end + n > l->out_capacity) fault("publisher: too much to say");
    memcpy(l->out + l->out_end, bytes, n);
    l->out_end += n;
    return;
  }
  if (send(c->fd, bytes, n, MSG_NOSIGNAL) != (ssize_t)n) {
    fault("%s: cannot send %zu bytes: %s", who(c), n, strerror(errno));
  }
}

void confirm(struct connection *c) {
  c->ready = true;
  c->load->confirmed++;
}

uint64_t load_publish(struct load *l, uint64_t count, uint64_t sent_ns) {
  uint64_t allowed = l->codec->room == NULL ? count : l->codec->room(l);
  if (count > allowed) count = allowed;
  if (count == 0) return 0;
  if (l->out_begin > 0) {
    memmove(l->out, l->out + l->out_begin, l->out_end - l->out_begin);
    l->out_end -= l->out_begin;
    l->out_begin = 0;
  }
  uint64_t room = (l->out_capacity - CONTROL_BYTES - l->out_end) / l->codec->bytes_max;
  if (count > room) fault("publisher: %lu messages wait, and the server takes none", count);
  l->out_end = (size_t)(l->codec->encode(l, l->out + l->out_end, count, sent_ns) - l->out);
  l->published += count;
  return count;
}

static void flush(struct load *l) {
  while (l->out_begin < l->out_end && !l->blocked) {
    ssize_t n = send(l->publisher.fd, l->out + l->out_begin, l->out_end - l->out_begin,
                     MSG_NOSIGNAL);
    if (n > 0) l->out_begin += (size_t)n;
    else if (errno == EAGAIN) l->blocked = true;
    else if (errno != EINTR) fault("publisher: cannot send: %s", strerror(errno));
  }
  if (l->out_begin == l->out_end) l->out_begin = l->out_end = 0;
}

// Receiving.

static void decode(struct connection *c, size_t n) {
  struct load *l = c->load;
  char *begin = l->piece + REST_BYTES - c->rest_bytes;
  memcpy(begin, c->rest, c->rest_bytes);
  size_t all = c->rest_bytes + n, taken = l->codec->decode(c, begin, all);
  if (all - taken > REST_BYTES) fault("%s: a message without an end", who(c));
  c->rest_bytes = (unsigned)(all - taken);
  memcpy(c->rest, begin + taken, c->rest_bytes);
}

static void receive(struct connection *c) {
  struct load *l = c->load;
  for (;;) {
    ssize_t n = recv(c->fd, l->piece + REST_BYTES, PIECE_BYTES, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) fault("%s: %s", who(c), strerror(errno));
    if (n == 0) fault("%s: the server closed the connection", who(c));
    if (l->sample_from != 0) l->received_ns = now_ns();
    decode(c, (size_t)n);
    if (n < PIECE_BYTES) return;  // edge-triggered: what comes later is an event of its own
  }
}

void load_step(struct load *l) {
  struct epoll_event events[128];
  flush(l);
  int n = epoll_wait(l->epoll, events, 128, 0);
  for (int i = 0; i < n; i++) {
    struct connection *c = events[i].data.ptr;
    if (c->publishes && (events[i].events & EPOLLOUT) != 0) l->blocked = false;
    if ((events[i].events & ~(unsigned)EPOLLOUT) != 0) receive(c);
  }
}

// Opening.

static void open_connection(struct connection *c) {
  struct load *l = c->load;
  unsigned port = !c->publishes && l->subscribe_port != 0 ? l->subscribe_port : l->port;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  inet_pton(AF_INET, l->host, &address.sin_addr);
  c->fd = socket(AF_INET, SOCK_STREAM, 0);
  c->rest = malloc(REST_BYTES);
  int one = 1, small = STALLED_RECEIVE_BUFFER;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (c->stalled) setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  if (connect(c->fd, (struct sockaddr *)&address, sizeof address) != 0) {
    fault("%s: cannot connect to %s:%u: %s", who(c), l->host, port, strerror(errno));
  }
  int nonblocking = 1;
  if (ioctl(c->fd, FIONBIO, &nonblocking) != 0) fault("ioctl: %s", strerror(errno));
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = c};
  if (c->publishes) event.events |= EPOLLOUT;
  if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &event) != 0) fault("epoll: %s", strerror(errno));
  l->codec->greet(c);
}

static void step_until(struct load *l, const bool *ready, const unsigned *count, unsigned wanted) {
  uint64_t deadline = now_ns() + SETUP_SECONDS * UINT64_C(1000000000);
  while (!*ready || *count < wanted) {
    load_step(l);
    if (now_ns() > deadline) {
      fault("%u of %u subscriptions are in force after %d s", *count, wanted, SETUP_SECONDS);
    }
  }
}

void load_open(struct load *l) {
  l->epoll = epoll_create1(0);
  l->piece = aligned_alloc(4096, REST_BYTES + PIECE_BYTES);
  l->out_capacity = (size_t)l->codec->bytes_max * (l->chunk > 65536 ? l->chunk : 65536) +
                    2 * CONTROL_BYTES;
  l->out = aligned_alloc(4096, (l->out_capacity + 4095) & ~(size_t)4095);
  memset(l->piece, 0, REST_BYTES + PIECE_BYTES);
  memset(l->out, 0, l->out_capacity);
  l->subscriber = calloc(l->subscribers, sizeof *l->subscriber);
  for (unsigned i = 0; i < l->topics; i++) {
    char *name = l->topic[i].name;
    if (l->topics > 100) snprintf(name, TOPIC_NAME + 1, "%03u", i % 1000);
    else snprintf(name, TOPIC_NAME + 1, "S%02u", i % 100);
  }
  l->publisher = (struct connection){.load = l, .publishes = true};
  open_connection(&l->publisher);
  step_until(l, &l->publisher.ready, &l->confirmed, 0);
  for (unsigned i = 0; i < l->subscribers; i++) {
    struct connection *c = &l->subscriber[i];
    *c = (struct connection){.load = l, .index = i, .topic = i * l->each % l->topics};
    c->stalled = i < l->stalled;
    open_connection(c);
    load_step(l);
  }
  step_until(l, &l->publisher.ready, &l->confirmed, l->subscribers);
  for (unsigned i = 0; i < l->stalled; i++) {
    epoll_ctl(l->epoll, EPOLL_CTL_DEL, l->subscriber[i].fd, NULL);
  }
}

void load_close(struct load *l) {
  close(l->publisher.fd);
  for (unsigned i = 0; i < l->subscribers; i++) {
    close(l->subscriber[i].fd);
    free(l->subscriber[i].rest);
  }
  free(l->publisher.rest);
  free(l->subscriber);
  free(l->piece);
  free(l->out);
  close(l->epoll);
}

// Counting.

uint64_t load_delivered(const struct load *l) {
  uint64_t sum = 0;
  for (unsigned i = l->stalled; i < l->subscribers; i++) sum += l->subscriber[i].next;
  return sum;
}

// With one topic, how far the slowest subscriber is behind; with many, how far they are together.
uint64_t load_in_flight(const struct load *l) {
  if (l->topics > 1) {
    uint64_t each = l->subscribers * l->each / l->topics;
    return (l->published * each - load_delivered(l) + each - 1) / each;
  }
  uint64_t least = l->published;
  for (unsigned i = l->stalled; i < l->subscribers; i++) {
    if (l->subscriber[i].next < least) least = l->subscriber[i].next;
  }
  return l->published - least;
}

// The scheduler's own count, which is exact, of all threads.
uint64_t process_cpu_ns(unsigned pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%u/task", pid);
  DIR *tasks = opendir(path);
  if (tasks == NULL) fault("no process %u", pid);
  uint64_t sum = 0;
  for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
    char file[384];
    snprintf(file, sizeof file, "/proc/%u/task/%s/schedstat", pid, task->d_name);
    FILE *f = task->d_name[0] == '.' ? NULL : fopen(file, "r");
    unsigned long on_cpu;
    if (f == NULL) continue;
    if (fscanf(f, "%lu", &on_cpu) == 1) sum += on_cpu;
    fclose(f);
  }
  closedir(tasks);
  return sum;
}

uint64_t process_resident_bytes(unsigned pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%u/statm", pid);
  FILE *f = fopen(path, "r");
  unsigned long size, resident = 0;
  if (f == NULL || fscanf(f, "%lu %lu", &size, &resident) != 2) fault("no process %u", pid);
  fclose(f);
  return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}
