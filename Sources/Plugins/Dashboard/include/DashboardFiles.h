// The files of the dashboard, as they were when this was built. Nothing here changes.
#ifndef TICKWIRE_DASHBOARD_H
#define TICKWIRE_DASHBOARD_H

#include <stddef.h>
#include <stdint.h>

// How many files there are.
size_t tw_dashboard_count(void);

// The name of the file with that index, such as "main.js", or NULL behind the last.
const char *tw_dashboard_name(size_t index);

// Its bytes, and how many. They stay where they are as long as the process lives.
const uint8_t *tw_dashboard_bytes(size_t index, size_t *count);

#endif
