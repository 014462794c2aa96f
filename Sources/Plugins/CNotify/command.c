#define _GNU_SOURCE
#include "CNotify.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// An array of the texts, closed by NULL.
static char **split(const char *texts, size_t count) {
  char **list = calloc(count + 1, sizeof(char *));
  if (!list) return NULL;
  for (size_t index = 0; index < count; index++) {
    list[index] = (char *)texts;
    texts += strlen(texts) + 1;
  }
  return list;
}

// A file in memory with the input, at its beginning.
static int input_file(const uint8_t *input, size_t count) {
  int file = memfd_create("notification", MFD_CLOEXEC);
  if (file < 0) return -1;
  while (count > 0) {
    ssize_t written = write(file, input, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      close(file);
      return -1;
    }
    input += written;
    count -= (size_t)written;
  }
  lseek(file, 0, SEEK_SET);
  return file;
}

static int spawn(pid_t *process, const char *program, char **arguments, char **variables,
                 const char *directory, int input, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, input, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_adddup2(&actions, output, 2);
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
  // Sockets and files of the engine are none of its business.
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
#endif
  if (directory) posix_spawn_file_actions_addchdir_np(&actions, directory);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  int error = posix_spawn(process, program, &actions, &attributes, arguments, variables);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return error;
}

// Reads what there is; 0 at the end of the output.
static int drain(int output, uint8_t *kept, size_t *count, size_t max) {
  uint8_t buffer[16384];
  for (;;) {
    ssize_t got = read(output, buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return 1;
    if (got == 0) return 0;
    size_t room = max - *count;
    size_t take = (size_t)got < room ? (size_t)got : room;
    memcpy(kept + *count, buffer, take);
    *count += take;
    if ((size_t)got < sizeof(buffer)) return 1;
  }
}

// Until the program has ended, or the time is over; true when it has ended.
static int attend(pid_t process, int output, int64_t deadline, uint8_t *kept, tw_command_result *result,
                  size_t max) {
  int ended = (int)syscall(SYS_pidfd_open, process, 0);
  int is_open = 1, status, has_ended = 0;
  for (;;) {
    int64_t left = deadline - now_ns();
    if (left <= 0) break;
    // Where the kernel tells no end it is looked for now and then.
    int wait = left > 3600000000000 ? 3600000 : (int)(left / 1000000) + 1;
    if (ended < 0 && wait > 20) wait = 20;
    struct pollfd files[2] = {{.fd = is_open ? output : -1, .events = POLLIN},
                              {.fd = ended, .events = POLLIN}};
    if (poll(files, 2, wait) < 0 && errno != EINTR) break;
    if (is_open && files[0].revents) is_open = drain(output, kept, &result->output, max);
    pid_t found = waitpid(process, &status, WNOHANG);
    if (found == process) {
      has_ended = 1;
      break;
    }
    if (found < 0 && errno != EINTR) break;
  }
  // What it has left running goes with it.
  kill(-process, SIGKILL);
  if (!has_ended) {
    result->timed_out = 1;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
  }
  if (is_open) drain(output, kept, &result->output, max);
  if (WIFEXITED(status)) result->status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result->signal = WTERMSIG(status);
  if (ended >= 0) close(ended);
  return has_ended;
}

tw_command_result tw_command_run(const char *program, const char *arguments, size_t arguments_count,
                                 const char *variables, size_t variables_count, const char *directory,
                                 const uint8_t *input, size_t input_count, uint8_t *output, size_t output_max,
                                 int64_t timeout_ns) {
  tw_command_result result = {.error = 0, .status = -1};
  int64_t deadline = now_ns() + timeout_ns;
  char **argument_list = split(arguments, arguments_count);
  char **variable_list = split(variables, variables_count);
  int file = input_file(input, input_count);
  int pipes[2] = {-1, -1};
  pid_t process;
  if (!argument_list || !variable_list || file < 0 || pipe2(pipes, O_CLOEXEC) != 0) {
    result.error = errno ? errno : ENOMEM;
  } else {
    fcntl(pipes[0], F_SETFL, O_NONBLOCK);
    result.error = spawn(&process, program, argument_list, variable_list, directory, file, pipes[1]);
  }
  if (pipes[1] >= 0) close(pipes[1]);
  if (result.error == 0) attend(process, pipes[0], deadline, output, &result, output_max);
  if (pipes[0] >= 0) close(pipes[0]);
  if (file >= 0) close(file);
  free(argument_list);
  free(variable_list);
  return result;
}
