// codectest: the codecs of mdload against bytes written by hand, in pieces of every size.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mdload.h"

enum { TRADE_FORM = 64 };

static struct load load;
static int other_end;
static unsigned failures;

static void check(bool holds, const char *claim) {
  if (holds) return;
  fprintf(stderr, "codectest: not so: %s\n", claim);
  failures++;
}

static size_t from_hex(const char *hex, char *out) {
  size_t n = 0;
  for (unsigned byte; sscanf(hex, " %2x", &byte) == 1; n++) {
    out[n] = (char)byte;
    hex += strspn(hex, " ") + 2;
  }
  return n;
}

// A connection that speaks into a pair of sockets; the publisher's words stay in load.out.
static struct connection connected(const struct codec *codec, bool publishes, unsigned topics) {
  static char out[1 << 20], rest[REST_BYTES];
  load = (struct load){.codec = codec, .topics = topics, .out = out, .out_capacity = sizeof out};
  load.since_1970_ns = 1000;
  for (unsigned i = 0; i < topics; i++) snprintf(load.topic[i].name, 4, "S%02u", i % 100);
  struct connection c = {.load = &load, .publishes = publishes, .rest = rest};
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) exit(1);
  c.fd = ends[0];
  other_end = ends[1];
  fcntl(other_end, F_SETFL, O_NONBLOCK);
  return c;
}

static size_t heard(char *bytes, size_t size) {
  ssize_t n = recv(other_end, bytes, size, 0);
  return n < 0 ? 0 : (size_t)n;
}

static bool hears(const char *hex) {
  char wanted[1024], found[4096];
  size_t n = from_hex(hex, wanted);
  return heard(found, sizeof found) == n && memcmp(wanted, found, n) == 0;
}

// Gives the bytes in pieces; what the codec does not take comes again with the next piece.
static void feed(struct connection *c, const char *bytes, size_t n, size_t piece) {
  char held[8192];
  size_t kept = 0;
  for (size_t at = 0; at < n; at += piece) {
    size_t more = n - at < piece ? n - at : piece;
    memcpy(held + kept, bytes + at, more);
    kept += more;
    size_t taken = load.codec->decode(c, held, kept);
    memmove(held, held + taken, kept - taken);
    kept -= taken;
  }
  check(kept == 0, "nothing is left over");
}

static void feed_hex(struct connection *c, const char *hex, size_t piece) {
  char bytes[4096];
  feed(c, bytes, from_hex(hex, bytes), piece);
}

// Whether these bytes end the client with an error.
static bool is_fault(struct connection *c, const char *bytes, size_t n) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    if (freopen("/dev/null", "w", stdout) == NULL) exit(0);
    load.codec->decode(c, bytes, n);
    exit(0);
  }
  int status;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

static void close_both(struct connection *c) {
  close(c->fd);
  close(other_end);
}

// Each peer: the opening, then three deliveries and one with a number left out.

struct script {
  const struct codec *codec;
  const char *opening;  // what the server says until the subscription is in force
  size_t opening_bytes;
  const char *before, *after;
  size_t before_bytes, after_bytes;
};

#define BYTES(literal) literal, sizeof(literal) - 1

static size_t delivery(const struct script *s, uint64_t seq, char *out) {
  struct payload p = payload_make(seq, 7);
  memcpy(out, s->before, s->before_bytes);
  memcpy(out + s->before_bytes, &p, sizeof p);
  memcpy(out + s->before_bytes + sizeof p, s->after, s->after_bytes);
  return s->before_bytes + sizeof p + s->after_bytes;
}

static void play(const struct script *s) {
  for (size_t piece = 1; piece <= 200; piece++) {
    struct connection c = connected(s->codec, false, 1);
    char bytes[2048];
    s->codec->greet(&c);
    feed(&c, s->opening, s->opening_bytes, piece);
    size_t n = 0;
    for (uint64_t seq = 0; seq < 3; seq++) n += delivery(s, seq, bytes + n);
    feed(&c, bytes, n, piece);
    check(c.next == 3, s->codec->name);
    check(is_fault(&c, bytes, delivery(s, 4, bytes)), "a message left out is a fault");
    check(is_fault(&c, bytes, delivery(s, 2, bytes)), "a message twice is a fault");
    n = delivery(s, 3, bytes);
    bytes[n - s->after_bytes - 1] ^= 1;
    check(is_fault(&c, bytes, n), "a damaged message is a fault");
    close_both(&c);
  }
}

#define ZEROS_8 "\0\0\0\0\0\0\0\0"
#define ZEROS_48 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8
#define GREETING "\xff\0\0\0\0\0\0\0\1\x7f\3\1NULL" ZEROS_48

static const struct script scripts[] = {
    {&codec_nats, BYTES("INFO {\"port\":4222}\r\nPING\r\nPONG\r\n"), "MSG S00 1 48\r\n", "\r\n", 14,
     2},
    {&codec_redis, BYTES("*3\r\n$9\r\nsubscribe\r\n$3\r\nS00\r\n:1\r\n"),
     "*3\r\n$7\r\nmessage\r\n$3\r\nS00\r\n$48\r\n", "\r\n", 31, 2},
    {&codec_zeromq, BYTES(GREETING "\x04\x1a\5READY\x0bSocket-Type\0\0\0\4XPUB"), "\0\x33S00", "", 5,
     0},
    {&codec_floor, BYTES("\x40\0\3\0\xff\xff\xff\xff" ZEROS_8 ZEROS_48),
     "\x40\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0", "", 16, 0},
};

// Tickwire: docs/protocol.md, byte by byte.

static const char HELLO[] =
    "1c 00 00 00 01 00 00 00 00 00 00 00 54 4b 57 52 01 00 01 00 01 00 00 00 00 00 00 00"
    "00 00 10 00 06 00 6d 64 6c 6f 61 64";
static const char HELLO_ACK[] =
    "3c 00 00 00 02 00 00 00 00 00 00 00 01 00 00 00 01 00 00 00 00 00 00 00 00 00 10 00"
    "00 01 00 00 00 10 00 00 98 3a 00 00 10 27 00 00 92 10 00 00 07 00 00 00 00 00 00 00"
    "07 00 65 6e 67 69 6e 65 64 05 00 30 2e 31 2e 30";
static const char SUBSCRIBE[] =
    "4a 00 00 00 03 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 10 00 00 00 00"
    "09 00 73 75 62 73 63 72 69 62 65 04 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
    "00 00 00 00 00 00 00 00 40 42 0f 00 00 00 00 00 01 00 09 00 74 72 61 64 65 2e 53 30 30";
static const char ANSWER[] =
    "36 00 00 00 04 00 00 00 01 00 00 00 07 00 00 00 00 00 00 00 09 00 00 00 00 00 00 00 04 00"
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
    "00 00 00 00 00 00 00 00 00 00";
static const char PUBLISH[] =
    "29 00 00 00 03 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 10 00 00 00 00"
    "07 00 70 75 62 6c 69 73 68 00 00 00 00 00 00 00 00 00 00 06 00 6d 64 6c 6f 61 64";
static const char FIRST_ACK[] =
    "2e 00 00 00 04 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
    "00 00 00 00 00 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00";
static const char DEFINITION[] =
    "40 00 00 00 0b 00 00 00 01 00 00 00 00 00 00 00 00 00 08 01 09 00 00 00 01 00 00 00"
    "01 00 00 00 01 04 03 00 a0 86 01 00 00 00 00 00 03 00 53 30 30 03 00 53 30 30"
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00";
// The frame of a first trade, stamped 7: price 1.2345, size 1, event time 1007, venue sequence 1.
static const char TRADE[] =
    "40 00 00 00 0b 00 00 00 01 00 00 00 01 00 00 00 00 00 08 01 01 00 00 00 01 00 00 00"
    "a0 f9 94 49 00 00 00 00 00 ca 9a 3b 00 00 00 00 ef 03 00 00 00 00 00 00"
    "ef 03 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00";
static const char POSITION[] =
    "40 00 00 00 0b 00 00 00 01 00 00 00 00 00 00 00 00 00 08 01 80 00 00 00 00 00 00 00"
    "07 00 00 00 00 00 00 00 09 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00";
static const char GAP[] =
    "40 00 00 00 0b 00 00 00 01 00 00 00 00 00 00 00 00 00 08 01 07 00 00 00 00 00 00 00"
    "07 00 00 00 00 00 00 00 09 00 00 00 00 00 00 00 03 00 00 00 00 00 00 00"
    "00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00";

static void subscriber_of_tickwire(size_t piece) {
  char bytes[4096];
  struct connection c = connected(&codec_tickwire, false, 2);
  load.flush_ns = 1000000;
  codec_tickwire.greet(&c);
  check(hears(HELLO), "tickwire: hello");
  feed_hex(&c, HELLO_ACK, piece);
  check(hears(SUBSCRIBE), "tickwire: subscribe, credit as the server allows");
  feed_hex(&c, ANSWER, piece);
  check(load.confirmed == 1, "tickwire: an answer confirms");
  feed_hex(&c, POSITION, piece);
  feed_hex(&c, DEFINITION, piece);
  feed_hex(&c, TRADE, piece);
  check(c.next == 1 && c.instrument == 1, "tickwire: a trade is delivered");
  check(is_fault(&c, bytes, from_hex(TRADE, bytes)), "tickwire: a trade twice is a fault");
  check(is_fault(&c, bytes, from_hex(GAP, bytes)), "tickwire: a gap is a fault");
  check(!is_fault(&c, bytes, from_hex(POSITION, bytes)), "tickwire: a position is none");
  // An answer of 66 bytes and 26 frames of 76 are 2,042 of 4,096 bytes; the next is over half.
  char nothing[64];
  for (int i = 0; i < 23; i++) feed_hex(&c, POSITION, piece);
  check(heard(nothing, sizeof nothing) == 0, "tickwire: credit is not given back too early");
  feed_hex(&c, POSITION, piece);
  check(hears("04 00 00 00 07 00 00 00 01 00 00 00 46 08 00 00"), "tickwire: credit is given back");
  feed_hex(&c, "08 00 00 00 08 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00", piece);
  check(hears("08 00 00 00 09 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00"), "tickwire: pong");
  close_both(&c);
}

static bool said(const char *hex) {
  char wanted[1024];
  size_t n = from_hex(hex, wanted);
  bool same = load.out_end - load.out_begin >= n && !memcmp(load.out + load.out_begin, wanted, n);
  load.out_begin += n;
  return same;
}

static void publisher_of_tickwire(size_t piece) {
  connected(&codec_tickwire, true, 1);
  load.publisher = connected(&codec_tickwire, true, 1);
  load.publisher.load = &load;
  struct connection *c = &load.publisher;
  codec_tickwire.greet(c);
  check(said(HELLO), "tickwire: the publisher's hello");
  feed_hex(c, HELLO_ACK, piece);
  check(said(PUBLISH), "tickwire: publish");
  feed_hex(c, FIRST_ACK, piece);
  check(c->ready && said(DEFINITION), "tickwire: a definition follows the first ack");
  check(c->credit == 65536 - 76, "tickwire: a frame lowers the credit");
  check(codec_tickwire.room(&load) == 1023, "tickwire: a frame fits");
  char *end = codec_tickwire.encode(&load, load.out + load.out_end, 1, 7);
  load.out_end = (size_t)(end - load.out);
  check(said(TRADE), "tickwire: the first trade");
  end = codec_tickwire.encode(&load, load.out + load.out_end, 1023, 7);
  check(end - load.out == (long)(load.out_end + 1023 * TRADE_FORM + 12), "tickwire: one frame");
  check(c->credit < 0 && codec_tickwire.room(&load) == 0, "tickwire: no credit, no room");
}

int main(void) {
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) play(&scripts[i]);
  for (size_t piece = 1; piece <= 100; piece++) {
    subscriber_of_tickwire(piece);
    publisher_of_tickwire(piece);
  }
  if (failures > 0) return 1;
  puts("codecs: as written");
  return 0;
}
