#include "CNotify.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int32_t tw_file_append(const char *path, const uint8_t *bytes, size_t count) {
  int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  if (file < 0) return errno;
  int32_t error = 0;
  while (count > 0) {
    ssize_t written = write(file, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      error = errno;
      break;
    }
    bytes += written;
    count -= (size_t)written;
  }
  // What the disk has no room for may only be told now.
  if (close(file) != 0 && error == 0) error = errno;
  return error;
}
