// zmqproxy: the broker of ZeroMQ's PUB/SUB, XSUB to XPUB through zmq_proxy, with one I/O thread.
#include <stdio.h>
#include <stdlib.h>
#include <zmq.h>

static void *bind_socket(void *context, int type, const char *port) {
  void *s = zmq_socket(context, type);
  int unlimited = 0, one = 1, backlog = 1024;
  char address[64];
  snprintf(address, sizeof address, "tcp://127.0.0.1:%s", port);
  zmq_setsockopt(s, ZMQ_SNDHWM, &unlimited, sizeof unlimited);
  zmq_setsockopt(s, ZMQ_RCVHWM, &unlimited, sizeof unlimited);
  zmq_setsockopt(s, ZMQ_BACKLOG, &backlog, sizeof backlog);
  // Each subscription is handed on, not only the first of a topic: the publisher counts them.
  if (type == ZMQ_XPUB) zmq_setsockopt(s, ZMQ_XPUB_VERBOSE, &one, sizeof one);
  if (zmq_bind(s, address) != 0) {
    fprintf(stderr, "zmqproxy: %s: %s\n", address, zmq_strerror(zmq_errno()));
    exit(1);
  }
  return s;
}

int main(int argc, char **argv) {
  if (argc != 3) return fprintf(stderr, "usage: zmqproxy PUBLISH-PORT SUBSCRIBE-PORT\n"), 64;
  void *context = zmq_ctx_new();
  void *from = bind_socket(context, ZMQ_XSUB, argv[1]);
  void *to = bind_socket(context, ZMQ_XPUB, argv[2]);
  return zmq_proxy(from, to, NULL);
}
