// Counts what a process takes from the heap. Preload it:
//
//   LD_PRELOAD=build/liballoc_count.so TW_ALLOC_SUMMARY=1 program …
//
// A program asks for the figures while it runs through dlsym(RTLD_DEFAULT, "tw_alloc_count"), and
// so also runs without this library.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Atomic uint64_t calls;
static _Atomic uint64_t bytes;

uint64_t tw_alloc_count(void) { return atomic_load_explicit(&calls, memory_order_relaxed); }
uint64_t tw_alloc_bytes(void) { return atomic_load_explicit(&bytes, memory_order_relaxed); }

static void count(size_t size) {
  atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&bytes, size, memory_order_relaxed);
}

static struct {
  void *(*malloc)(size_t);
  void *(*calloc)(size_t, size_t);
  void *(*realloc)(void *, size_t);
  void (*free)(void *);
  int (*posix_memalign)(void **, size_t, size_t);
  void *(*aligned_alloc)(size_t, size_t);
} next;

// dlsym may itself allocate before we know where the real functions are: that comes from here and
// is never given back. Each piece is headed by its size, for realloc.
static _Alignas(16) char bootstrap[16384];
static _Atomic size_t bootstrap_used;

static void *bootstrap_take(size_t size) {
  size_t whole = 16 + ((size + 15) & ~(size_t)15);
  if (size > sizeof bootstrap) return NULL;
  size_t at = atomic_fetch_add(&bootstrap_used, whole);
  if (at + whole > sizeof bootstrap) return NULL;
  memcpy(&bootstrap[at], &size, sizeof size);
  return &bootstrap[at + 16];
}

static int from_bootstrap(const void *memory) {
  uintptr_t at = (uintptr_t)memory, start = (uintptr_t)bootstrap;
  return at >= start && at < start + sizeof bootstrap;
}

static void *find(const char *name) {
  void *function = dlsym(RTLD_NEXT, name);
  if (function != NULL) return function;
  static const char message[] = "alloc_count: the C library's allocator was not found\n";
  ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
  (void)written;
  _exit(70);
}

static _Atomic int resolved;
static _Thread_local int resolving;

// True once the real functions may be called. False inside the dlsym calls made here.
static int resolve(void) {
  if (atomic_load_explicit(&resolved, memory_order_acquire)) return 1;
  if (resolving) return 0;
  resolving = 1;
  // Two threads may do this at once: they store the same addresses.
  next.malloc = (void *(*)(size_t))find("malloc");
  next.calloc = (void *(*)(size_t, size_t))find("calloc");
  next.realloc = (void *(*)(void *, size_t))find("realloc");
  next.free = (void (*)(void *))find("free");
  next.posix_memalign = (int (*)(void **, size_t, size_t))find("posix_memalign");
  next.aligned_alloc = (void *(*)(size_t, size_t))find("aligned_alloc");
  atomic_store_explicit(&resolved, 1, memory_order_release);
  resolving = 0;
  return 1;
}

void *malloc(size_t size) {
  count(size);
  return resolve() ? next.malloc(size) : bootstrap_take(size);
}

void *calloc(size_t items, size_t size) {
  size_t product = 0;
  int overflow = __builtin_mul_overflow(items, size, &product);
  count(overflow ? 0 : product);
  if (resolve()) return next.calloc(items, size);
  return overflow ? NULL : bootstrap_take(product);  // never reused, so still zero
}

void *realloc(void *memory, size_t size) {
  count(size);
  int ready = resolve();
  if (memory != NULL && from_bootstrap(memory)) {
    size_t had;
    memcpy(&had, (char *)memory - 16, sizeof had);
    void *moved = ready ? next.malloc(size) : bootstrap_take(size);
    if (moved != NULL) memcpy(moved, memory, had < size ? had : size);
    return moved;
  }
  return ready ? next.realloc(memory, size) : bootstrap_take(size);
}

void free(void *memory) {
  if (memory == NULL || from_bootstrap(memory)) return;
  if (resolve()) next.free(memory);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  count(size);
  return resolve() ? next.posix_memalign(memory, alignment, size) : ENOMEM;
}

void *aligned_alloc(size_t alignment, size_t size) {
  count(size);
  return resolve() ? next.aligned_alloc(alignment, size) : NULL;
}

__attribute__((destructor)) static void summary(void) {
  const char *wanted = getenv("TW_ALLOC_SUMMARY");
  if (wanted == NULL || strcmp(wanted, "1") != 0) return;
  char line[128];
  int length = snprintf(line, sizeof line, "alloc_count: %llu allocations, %llu bytes\n",
                        (unsigned long long)tw_alloc_count(), (unsigned long long)tw_alloc_bytes());
  ssize_t written = write(STDERR_FILENO, line, (size_t)length);
  (void)written;
}
