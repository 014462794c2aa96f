// What mdfloor and its clients say to each other: records of 64 bytes and nothing else.
#ifndef TICKWIRE_FLOORWIRE_H
#define TICKWIRE_FLOORWIRE_H

#include <stdint.h>

enum { FLOOR_BYTES = 64, FLOOR_ANY = 0xffffffff };
enum floor_kind { FLOOR_DATA = 1, FLOOR_PUBLISH = 2, FLOOR_SUBSCRIBE = 3 };

struct floor_record {
  uint16_t bytes;
  uint16_t kind;
  uint32_t topic;  // of a subscription also FLOOR_ANY; the server sends the record back
  uint64_t unused;
  uint64_t words[6];
};
_Static_assert(sizeof(struct floor_record) == FLOOR_BYTES, "a record is a cache line");

#endif
