// Sockets, the loop's step, and what /proc says about the server.
#ifndef TICKWIRE_MDNET_H
#define TICKWIRE_MDNET_H

#include "mdload.h"

// Connects, subscribes, and returns when every subscription is known to be in force.
void load_open(struct load *l);
void load_close(struct load *l);

// Sends what is queued and reads what has come; does not wait.
void load_step(struct load *l);

// Queues up to `count` messages, for load_step to send, and returns how many.
uint64_t load_publish(struct load *l, uint64_t count, uint64_t sent_ns);

uint64_t load_delivered(const struct load *l);
uint64_t load_in_flight(const struct load *l);

uint64_t process_cpu_ns(unsigned pid);
uint64_t process_resident_bytes(unsigned pid);

#endif
