#ifndef TICKWIRE_LATENCY_H
#define TICKWIRE_LATENCY_H

#include "bench.h"

// One producer on an absolute schedule of 200,000 events a second, one reader.
struct result run_lat200k(const struct options *o);

#endif
