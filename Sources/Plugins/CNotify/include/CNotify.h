// Runs a program without a shell, adds to a file, and sends mail by libcurl. Nothing here keeps state but the library.
#ifndef TICKWIRE_NOTIFY_H
#define TICKWIRE_NOTIFY_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  // Of the system when it could not be run; 0 otherwise.
  int32_t error;
  // What it ended with, or -1.
  int32_t status;
  // The signal that ended it, or 0.
  int32_t signal;
  // 1 when it was ended because the time was over.
  int32_t timed_out;
  // Bytes of its output that were kept.
  size_t output;
} tw_command_result;

// Runs a program and waits for its end, at most timeout_ns; then it is killed, with all of its group.
//
// arguments and variables are texts that each end with a NUL, so many of them. input is what it reads, output
// where the beginning of what it writes to its standard output and error goes; the rest is read and dropped.
tw_command_result tw_command_run(const char *program, const char *arguments, size_t arguments_count,
                                 const char *variables, size_t variables_count, const char *directory,
                                 const uint8_t *input, size_t input_count, uint8_t *output, size_t output_max,
                                 int64_t timeout_ns);

typedef struct {
  // Of libcurl: 0 when the mail was taken.
  int32_t code;
  // The last answer of the server, such as 250; 0 when there was none.
  int32_t answer;
} tw_mail_result;

// Adds bytes to the end of a file, which is made where there is none: whole, whoever else adds to it at the same
// time. 0, or the error of the system.
int32_t tw_file_append(const char *path, const uint8_t *bytes, size_t count);

// Why mail cannot be sent: what is missing. NULL when nothing is.
const char *tw_mail_missing(void);

// Sends a mail; blocks until it is taken, refused, or the time is over.
//
// url is smtp://host:port or smtps://host:port; user, password and ca may be NULL; with must_encrypt nothing is
// said before the connection is encrypted. recipients are texts that each end with a NUL. error gets words.
tw_mail_result tw_mail_send(const char *url, const char *user, const char *password, int32_t must_encrypt,
                            const char *ca, const char *from, const char *recipients,
                            size_t recipients_count, const uint8_t *message, size_t message_count,
                            int64_t timeout_ms, char *error, size_t error_max);

#endif
