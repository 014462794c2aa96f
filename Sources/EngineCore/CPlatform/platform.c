#define _GNU_SOURCE
#include "platform.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int tw_futex_wait(uint32_t *word, uint32_t expected, int64_t timeout_ns) {
  struct timespec limit = {timeout_ns / 1000000000, timeout_ns % 1000000000};
  long result = syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected,
                        timeout_ns < 0 ? (struct timespec *)0 : &limit, (void *)0, 0);
  return result == 0 ? 0 : 1;
}

void tw_futex_wake(uint32_t *word, int count) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, (void *)0, (void *)0, 0);
}

int tw_membarrier_register(void) {
  return (int)syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
}

void tw_membarrier(void) {
  syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
}

void tw_prefer_large_pages(void *start, uint64_t bytes) { madvise(start, bytes, MADV_HUGEPAGE); }

void tw_yield(void) { sched_yield(); }

static int64_t read_clock(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t tw_realtime_ns(void) { return read_clock(CLOCK_REALTIME); }
int64_t tw_monotonic_ns(void) { return read_clock(CLOCK_MONOTONIC); }
int64_t tw_process_cpu_ns(void) { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }

int tw_pin_thread(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  return pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

void tw_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

// From version 6.12 on a thread whose slice is shorter goes, when it wakes, before one whose slice is
// longer; else it waits up to some milliseconds for the end of that, whatever the priorities say.
// Older kernels take no notice.
static void set_slice(int nice, uint64_t nanos) {
#if defined(__linux__) && defined(SYS_sched_setattr)
  struct {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
  } attributes = {.size = 48, .policy = SCHED_OTHER, .nice = nice, .runtime = nanos};
  syscall(SYS_sched_setattr, 0, &attributes, 0);
#else
  (void)nice;
  (void)nanos;
#endif
}

void tw_stand_back(void) {
  // Not the policy for idle processors: beside other programs it would be given next to nothing.
  setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 10);
  set_slice(10, 100000000);
}

void tw_take_short_turns(void) {
  set_slice(getpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid)), 100000);
}

int tw_process_id(void) { return (int)getpid(); }

// CRC-32C. The tables are filled before main and only read after.
static uint32_t crc_tables[8][256];

__attribute__((constructor)) static void fill_crc_tables(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78u : 0);
    crc_tables[0][byte] = crc;
  }
  for (int table = 1; table < 8; table++)
    for (int byte = 0; byte < 256; byte++) {
      uint32_t before = crc_tables[table - 1][byte];
      crc_tables[table][byte] = before >> 8 ^ crc_tables[0][before & 255];
    }
}

static uint32_t crc_by_tables(uint32_t crc, const uint8_t *bytes, uint64_t count) {
  for (; count >= 8; bytes += 8, count -= 8) {
    crc ^= (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
    crc = crc_tables[7][crc & 255] ^ crc_tables[6][crc >> 8 & 255] ^ crc_tables[5][crc >> 16 & 255] ^
          crc_tables[4][crc >> 24] ^ crc_tables[3][bytes[4]] ^ crc_tables[2][bytes[5]] ^
          crc_tables[1][bytes[6]] ^ crc_tables[0][bytes[7]];
  }
  for (; count > 0; count--) crc = crc >> 8 ^ crc_tables[0][(crc ^ *bytes++) & 255];
  return crc;
}

#if defined(__x86_64__)
// What a CRC becomes when so many zero bytes follow, byte by byte of it.
enum { CRC_STRIDE = 1024 };
static uint32_t crc_behind_zeros[4][256];

__attribute__((constructor)) static void fill_crc_behind_zeros(void) {
  static const uint8_t zeros[CRC_STRIDE];
  for (uint32_t place = 0; place < 4; place++) {
    uint32_t *table = crc_behind_zeros[place];
    for (uint32_t byte = 1; byte < 256; byte++) {
      uint32_t rest = byte & (byte - 1);
      // Of several bits it is the sum of what each becomes.
      table[byte] = rest ? table[rest] ^ table[byte ^ rest]
                         : crc_by_tables(byte << place * 8, zeros, CRC_STRIDE);
    }
  }
}

static uint32_t crc_passed(uint32_t crc) {
  return crc_behind_zeros[0][crc & 255] ^ crc_behind_zeros[1][crc >> 8 & 255] ^
         crc_behind_zeros[2][crc >> 16 & 255] ^ crc_behind_zeros[3][crc >> 24];
}

static uint64_t crc_word(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

__attribute__((target("sse4.2"))) static uint32_t crc_by_instruction(
    uint32_t crc, const uint8_t *bytes, uint64_t count) {
  // Three at a time: the instruction gives its result three cycles later.
  for (; count >= 3 * CRC_STRIDE; bytes += 3 * CRC_STRIDE, count -= 3 * CRC_STRIDE) {
    uint64_t first = crc, second = 0, third = 0;
    for (uint64_t place = 0; place < CRC_STRIDE; place += 8) {
      first = __builtin_ia32_crc32di(first, crc_word(bytes + place));
      second = __builtin_ia32_crc32di(second, crc_word(bytes + CRC_STRIDE + place));
      third = __builtin_ia32_crc32di(third, crc_word(bytes + 2 * CRC_STRIDE + place));
    }
    crc = crc_passed(crc_passed((uint32_t)first) ^ (uint32_t)second) ^ (uint32_t)third;
  }
  uint64_t wide = crc;
  for (; count >= 8; bytes += 8, count -= 8) {
    wide = __builtin_ia32_crc32di(wide, crc_word(bytes));
  }
  crc = (uint32_t)wide;
  for (; count > 0; count--) crc = __builtin_ia32_crc32qi(crc, *bytes++);
  return crc;
}
#endif

uint32_t tw_crc32c(uint32_t crc, const void *bytes, uint64_t count) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) return ~crc_by_instruction(~crc, bytes, count);
#endif
  return ~crc_by_tables(~crc, bytes, count);
}

// Loops that the compiler makes vectors of, where the processor has them.
static inline __attribute__((always_inline)) tw_ranges ranges_of(
    const int64_t *values, uint64_t count) {
  int64_t low = values[0], high = values[0], low_step = INT64_MAX, high_step = INT64_MIN;
  for (uint64_t index = 1; index < count; index++) {
    int64_t value = values[index];
    int64_t step = (int64_t)((uint64_t)value - (uint64_t)values[index - 1]);
    low = value < low ? value : low;
    high = value > high ? value : high;
    low_step = step < low_step ? step : low_step;
    high_step = step > high_step ? step : high_step;
  }
  return (tw_ranges){low, high, low_step, high_step};
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static tw_ranges ranges_by_avx2(
    const int64_t *values, uint64_t count) {
  return ranges_of(values, count);
}
#endif

tw_ranges tw_ranges_of(const int64_t *values, uint64_t count) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return ranges_by_avx2(values, count);
#endif
  return ranges_of(values, count);
}
