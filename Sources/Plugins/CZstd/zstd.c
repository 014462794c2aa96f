#include "CZstd.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

// As zstd.h has them since version 1.0.
typedef struct {
  const void *src;
  size_t size;
  size_t pos;
} input_buffer;

typedef struct {
  void *dst;
  size_t size;
  size_t pos;
} output_buffer;

struct czstd_stream {
  void *decoder;
};

static struct {
  void *(*create)(void);
  size_t (*free)(void *);
  size_t (*decompress)(void *, output_buffer *, input_buffer *);
  unsigned (*is_error)(size_t);
  const char *(*error_name)(size_t);
} zstd;

static const char *missing;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *library = dlopen("libzstd.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    missing = "libzstd.so.1 is not installed (package libzstd1)";
    return;
  }
  zstd.create = (void *(*)(void))dlsym(library, "ZSTD_createDStream");
  zstd.free = (size_t(*)(void *))dlsym(library, "ZSTD_freeDStream");
  zstd.decompress = (size_t(*)(void *, output_buffer *, input_buffer *))dlsym(
      library, "ZSTD_decompressStream");
  zstd.is_error = (unsigned (*)(size_t))dlsym(library, "ZSTD_isError");
  zstd.error_name = (const char *(*)(size_t))dlsym(library, "ZSTD_getErrorName");
  if (!zstd.create || !zstd.free || !zstd.decompress || !zstd.is_error || !zstd.error_name)
    missing = "libzstd.so.1 lacks functions that every version since 1.0 has";
}

czstd_stream *czstd_open(const char **failure) {
  *failure = NULL;
  pthread_once(&once, load);
  if (missing) {
    *failure = missing;
    return NULL;
  }
  czstd_stream *stream = malloc(sizeof *stream);
  if (stream) stream->decoder = zstd.create();
  if (!stream || !stream->decoder) {
    free(stream);
    *failure = "there is no memory for a zstd decoder";
    return NULL;
  }
  return stream;
}

czstd_progress czstd_read(czstd_stream *stream, const uint8_t *input, size_t input_count,
                          uint8_t *output, size_t output_count) {
  input_buffer in = {input, input_count, 0};
  output_buffer out = {output, output_count, 0};
  size_t status = zstd.decompress(stream->decoder, &out, &in);
  czstd_progress progress = {in.pos, out.pos, status == 0, NULL};
  if (zstd.is_error(status)) {
    progress.is_at_boundary = 0;
    progress.failure = zstd.error_name(status);
  }
  return progress;
}

void czstd_close(czstd_stream *stream) {
  if (!stream) return;
  zstd.free(stream->decoder);
  free(stream);
}
