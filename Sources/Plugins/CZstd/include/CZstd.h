#ifndef CZSTD_H
#define CZSTD_H

#include <stddef.h>
#include <stdint.h>

// A zstd decoder over the system's libzstd, which is looked for when the first one is made: a
// build needs nothing of it, and a machine without it can do everything else.
typedef struct czstd_stream czstd_stream;

// What one call did.
typedef struct {
  size_t consumed;
  size_t produced;
  // A frame has come to its end.
  int is_at_boundary;
  // What is wrong with the data; NULL when nothing is. A constant text.
  const char *failure;
} czstd_progress;

// NULL when the library, or memory, is not there; `failure` then says which, a constant text.
czstd_stream *czstd_open(const char **failure);

czstd_progress czstd_read(czstd_stream *stream, const uint8_t *input, size_t input_count,
                          uint8_t *output, size_t output_count);

void czstd_close(czstd_stream *stream);

#endif
