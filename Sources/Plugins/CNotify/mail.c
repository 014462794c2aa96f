#define _GNU_SOURCE
#include "CNotify.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#if __has_include(<curl/curl.h>)
#include <curl/curl.h>
#define CHECKED(name, value) _Static_assert((long)name == (value), #name)
CHECKED(CURLOPT_URL, 10002L);
CHECKED(CURLOPT_USERNAME, 10173L);
CHECKED(CURLOPT_PASSWORD, 10174L);
CHECKED(CURLOPT_USE_SSL, 119L);
CHECKED(CURLOPT_CAINFO, 10065L);
CHECKED(CURLOPT_MAIL_FROM, 10186L);
CHECKED(CURLOPT_MAIL_RCPT, 10187L);
CHECKED(CURLOPT_READFUNCTION, 20012L);
CHECKED(CURLOPT_READDATA, 10009L);
CHECKED(CURLOPT_UPLOAD, 46L);
CHECKED(CURLOPT_TIMEOUT_MS, 155L);
CHECKED(CURLOPT_ERRORBUFFER, 10010L);
CHECKED(CURLOPT_NOSIGNAL, 99L);
CHECKED(CURLOPT_PROXY, 10004L);
CHECKED(CURLINFO_RESPONSE_CODE, 0x200002L);
#endif

// Of libcurl's interface, which keeps these numbers for ever; checked above where its header is there.
enum {
  opt_url = 10002,
  opt_user = 10173,
  opt_password = 10174,
  opt_use_ssl = 119,
  opt_ca = 10065,
  opt_from = 10186,
  opt_recipients = 10187,
  opt_read_function = 20012,
  opt_read_data = 10009,
  opt_upload = 46,
  opt_timeout_ms = 155,
  opt_error_buffer = 10010,
  opt_no_signal = 99,
  opt_proxy = 10004,
  info_answer = 0x200002,
  use_ssl_all = 3,
  global_all = 3,
  error_bytes = 256,
};

typedef struct list list;

static struct {
  int (*global_init)(long);
  void *(*init)(void);
  int (*set)(void *, int, ...);
  int (*perform)(void *);
  int (*info)(void *, int, ...);
  void (*cleanup)(void *);
  const char *(*words)(int);
  list *(*append)(list *, const char *);
  void (*free_all)(list *);
  const char *missing;
} curl;

static pthread_once_t once = PTHREAD_ONCE_INIT;

// Looked for when it is first needed: an engine that sends no mail does without the library.
static void load(void) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    curl.missing = "libcurl.so.4 is not there: install libcurl4";
    return;
  }
  *(void **)&curl.global_init = dlsym(library, "curl_global_init");
  *(void **)&curl.init = dlsym(library, "curl_easy_init");
  *(void **)&curl.set = dlsym(library, "curl_easy_setopt");
  *(void **)&curl.perform = dlsym(library, "curl_easy_perform");
  *(void **)&curl.info = dlsym(library, "curl_easy_getinfo");
  *(void **)&curl.cleanup = dlsym(library, "curl_easy_cleanup");
  *(void **)&curl.words = dlsym(library, "curl_easy_strerror");
  *(void **)&curl.append = dlsym(library, "curl_slist_append");
  *(void **)&curl.free_all = dlsym(library, "curl_slist_free_all");
  if (!curl.global_init || !curl.init || !curl.set || !curl.perform || !curl.info || !curl.cleanup ||
      !curl.words || !curl.append || !curl.free_all || curl.global_init(global_all) != 0)
    curl.missing = "libcurl.so.4 cannot be used";
}

const char *tw_mail_missing(void) {
  pthread_once(&once, load);
  return curl.missing;
}

typedef struct {
  const uint8_t *bytes;
  size_t count;
} rest;

static size_t give(char *buffer, size_t size, size_t count, void *from) {
  rest *left = from;
  size_t take = size * count < left->count ? size * count : left->count;
  memcpy(buffer, left->bytes, take);
  left->bytes += take;
  left->count -= take;
  return take;
}

tw_mail_result tw_mail_send(const char *url, const char *user, const char *password, int32_t must_encrypt,
                            const char *ca, const char *from, const char *recipient_texts,
                            size_t recipients_count, const uint8_t *message, size_t message_count,
                            int64_t timeout_ms, char *error, size_t error_max) {
  tw_mail_result result = {.code = -1};
  const char *missing = tw_mail_missing();
  void *handle = missing ? NULL : curl.init();
  if (!handle) {
    snprintf(error, error_max, "%s", missing ? missing : "libcurl has no room");
    return result;
  }
  char words[error_bytes] = "";
  list *recipients = NULL;
  const char *next = recipient_texts;
  for (size_t index = 0; index < recipients_count; index++) {
    list *longer = curl.append(recipients, next);
    if (longer) recipients = longer;
    next += strlen(next) + 1;
  }
  rest body = {message, message_count};
  curl.set(handle, opt_url, url);
  curl.set(handle, opt_no_signal, 1L);
  // The environment of the engine says nothing about where its mail goes.
  curl.set(handle, opt_proxy, "");
  curl.set(handle, opt_error_buffer, words);
  curl.set(handle, opt_timeout_ms, (long)timeout_ms);
  if (must_encrypt) curl.set(handle, opt_use_ssl, (long)use_ssl_all);
  if (ca) curl.set(handle, opt_ca, ca);
  if (user) curl.set(handle, opt_user, user);
  if (password) curl.set(handle, opt_password, password);
  curl.set(handle, opt_from, from);
  curl.set(handle, opt_recipients, recipients);
  curl.set(handle, opt_upload, 1L);
  curl.set(handle, opt_read_function, give);
  curl.set(handle, opt_read_data, &body);
  result.code = curl.perform(handle);
  long answer = 0;
  curl.info(handle, info_answer, &answer);
  result.answer = (int32_t)answer;
  snprintf(error, error_max, "%s", words[0] ? words : curl.words(result.code));
  curl.free_all(recipients);
  curl.cleanup(handle);
  return result;
}
