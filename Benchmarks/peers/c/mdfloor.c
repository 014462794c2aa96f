// mdfloor: what the machine allows. One publisher's records to many subscribers; what is due for a
// subscriber goes out in one write, from bytes that all subscribers of a topic share. No more.
//
// A reader that falls a whole log behind is cut: the floor's answer to a slow reader.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "floorwire.h"

enum {
  TOPICS = 100,
  PIECE_BYTES = 512 << 10,  // of one read
  ROUND_BYTES = 2 << 20,    // read at most before what is due goes out
  LOG_BYTES = 8 << 20,
};

struct client {
  int fd;
  bool publishes, blocked;
  uint32_t topic;
  size_t sent;  // of the log's bytes
  struct log *log;
  struct client *next;  // of the same log
};

// Bytes [0, end) in order. Emptied when the last reader has everything, so that it stays small
// and warm; `filled` may be ahead of `end` by part of a record.
struct log {
  char *bytes;
  size_t end, filled;
  bool is_due;
  struct client *readers;
};

static struct log all;
static struct log topics[TOPICS];
static struct log *due[TOPICS];
static unsigned due_count;
static int poll_fd;
static struct client *publisher;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void make_log(struct log *l) {
  if (l->bytes != NULL) return;
  l->bytes = mmap(NULL, LOG_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (l->bytes == MAP_FAILED) die("mmap");
  if (l == &all) madvise(l->bytes, LOG_BYTES, MADV_HUGEPAGE);
}

static void drop(struct client *c) {
  if (c == publisher) publisher = NULL;
  for (struct client **at = c->log ? &c->log->readers : NULL; at && *at; at = &(*at)->next) {
    if (*at == c) {
      *at = c->next;
      break;
    }
  }
  close(c->fd);
  c->fd = -1;
  c->log = NULL;  // the memory stays: an event of this round may still name it
}

static void send_due(struct client *c, struct log *l) {
  while (!c->blocked && c->sent < l->end) {
    ssize_t n = send(c->fd, l->bytes + c->sent, l->end - c->sent, MSG_NOSIGNAL);
    if (n > 0) c->sent += (size_t)n;
    else if (errno == EAGAIN) c->blocked = true;
    else return;  // the next read says why
  }
}

// What the slowest still needs moves to the front; who needs more than half a log is cut.
static void make_room(struct log *l) {
  for (struct client *c = l->readers, *next; c != NULL; c = next) {
    next = c->next;
    if (c->sent < LOG_BYTES / 2 && c->sent < l->end) drop(c);
  }
  size_t least = l->end;
  for (struct client *c = l->readers; c != NULL; c = c->next) {
    if (c->sent < least) least = c->sent;
  }
  for (struct client *c = l->readers; c != NULL; c = c->next) c->sent -= least;
  memmove(l->bytes, l->bytes + least, l->filled - least);
  l->filled -= least;
  l->end -= least;
}

static void send_log(struct log *l) {
  bool is_behind = false;
  for (struct client *c = l->readers; c != NULL; c = c->next) {
    send_due(c, l);
    is_behind |= c->sent < l->end;
  }
  if (is_behind) return;
  size_t rest = l->filled - l->end;
  memmove(l->bytes, l->bytes + l->end, rest);
  for (struct client *c = l->readers; c != NULL; c = c->next) c->sent = 0;
  l->end = 0;
  l->filled = rest;
}

static void distribute(const char *bytes, const char *end) {
  for (; bytes < end; bytes += FLOOR_BYTES) {
    const struct floor_record *record = (const struct floor_record *)bytes;
    struct log *l = &topics[record->topic < TOPICS ? record->topic : 0];
    if (l->readers == NULL) continue;
    if (LOG_BYTES - l->end < FLOOR_BYTES) make_room(l);
    memcpy(l->bytes + l->end, bytes, FLOOR_BYTES);
    l->end = l->filled = l->end + FLOOR_BYTES;
    if (!l->is_due) due[due_count++] = l;
    l->is_due = true;
  }
}

static bool any_by_topic;

static void read_published(struct client *c) {
  size_t round = 0;
  while (round < ROUND_BYTES) {
    if (LOG_BYTES - all.filled < PIECE_BYTES) make_room(&all);
    ssize_t n = recv(c->fd, all.bytes + all.filled, PIECE_BYTES, 0);
    if (n < 0 && errno == EAGAIN) break;
    if (n <= 0) {
      drop(c);
      break;
    }
    size_t before = all.end;
    all.filled += (size_t)n;
    all.end = all.filled / FLOOR_BYTES * FLOOR_BYTES;
    if (any_by_topic) distribute(all.bytes + before, all.bytes + all.end);
    if (all.readers == NULL) send_log(&all);
    round += (size_t)n;
    if (n < PIECE_BYTES) break;
  }
  if (all.readers != NULL) send_log(&all);
  for (unsigned i = 0; i < due_count; i++) {
    due[i]->is_due = false;
    send_log(due[i]);
  }
  due_count = 0;
}

static void subscribe(struct client *c, const struct floor_record *hello) {
  c->topic = hello->topic;
  any_by_topic |= hello->topic != FLOOR_ANY;
  c->log = hello->topic == FLOOR_ANY ? &all : &topics[hello->topic % TOPICS];
  make_log(c->log);
  c->sent = c->log->end;
  c->next = c->log->readers;
  c->log->readers = c;
}

static void read_other(struct client *c) {
  struct floor_record hello;
  ssize_t n = recv(c->fd, &hello, sizeof hello, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n != sizeof hello || c->log != NULL) {
    drop(c);
    return;
  }
  if (hello.kind == FLOOR_PUBLISH && publisher == NULL) {
    publisher = c;
    c->publishes = true;
    // Level-triggered: a round may end before everything is read.
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(poll_fd, EPOLL_CTL_MOD, c->fd, &event);
  } else if (hello.kind == FLOOR_SUBSCRIBE) {
    subscribe(c, &hello);
  } else {
    drop(c);
    return;
  }
  send(c->fd, &hello, sizeof hello, MSG_NOSIGNAL);
}

static void accept_client(int listener) {
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
  if (fd < 0) return;
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct client *c = calloc(1, sizeof *c);
  c->fd = fd;
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
  if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
}

static int listen_on(unsigned port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) die("bind");
  if (listen(fd, 1024) != 0) die("listen");
  return fd;
}

int main(int argc, char **argv) {
  if (argc != 2) return fprintf(stderr, "usage: mdfloor PORT\n"), 64;
  int listener = listen_on((unsigned)atoi(argv[1]));
  poll_fd = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &event);
  make_log(&all);
  for (;;) {
    struct epoll_event events[128];
    int n = epoll_wait(poll_fd, events, 128, -1);
    for (int i = 0; i < n; i++) {
      struct client *c = events[i].data.ptr;
      if (c == NULL) {
        accept_client(listener);
        continue;
      }
      if (c->fd < 0) continue;
      if ((events[i].events & EPOLLOUT) != 0 && c->blocked) {
        c->blocked = false;
        if (c->log != NULL) send_log(c->log);
      }
      if ((events[i].events & ~(unsigned)EPOLLOUT) == 0) continue;
      if (c->publishes) read_published(c);
      else read_other(c);
    }
  }
}
