// Takes one piece of memory through each counted function and checks that the interposer saw
// exactly those; with `absent`, that a program runs without it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t (*counter)(void);

static counter find(const char *name) {
  void *symbol = dlsym(RTLD_DEFAULT, name);
  counter function;
  memcpy(&function, &symbol, sizeof function);
  return function;
}

static int planted(counter count, counter bytes) {
  uint64_t calls_before = count(), bytes_before = bytes();
  void *pieces[5];
  pieces[0] = malloc(100);
  pieces[1] = calloc(10, 20);
  pieces[2] = realloc(NULL, 300);
  pieces[2] = realloc(pieces[2], 400);
  if (posix_memalign(&pieces[3], 64, 500) != 0) return 1;
  pieces[4] = aligned_alloc(64, 640);
  for (unsigned i = 0; i < 5; i++) free(pieces[i]);
  uint64_t calls = count() - calls_before, taken = bytes() - bytes_before;
  printf("planted 6 allocations of 2140 bytes, counted %llu of %llu\n", (unsigned long long)calls,
         (unsigned long long)taken);
  return calls == 6 && taken == 2140 ? 0 : 1;
}

int main(int argc, char **argv) {
  counter count = find("tw_alloc_count"), bytes = find("tw_alloc_bytes");
  int absent = argc > 1 && strcmp(argv[1], "absent") == 0;
  if (count == NULL || bytes == NULL) {
    printf("no interposer\n");
    return absent ? 0 : 1;
  }
  return absent ? 1 : planted(count, bytes);
}
