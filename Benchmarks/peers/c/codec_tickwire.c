#include "mdload.h"
const struct codec codec_tickwire = {.name = "tickwire", .bytes_max = 128, .window = 16384, .window_topics = 65536};
