/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines for programs that show how far a run is: see progress_json.h. */
#include "progress_json.h"

#include <time.h>

#include "cli.h"

uint64_t progress_json_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static cJSON *begin(const char *device, const char *state)
{
	cJSON *line = cJSON_CreateObject();

	json_text(line, "device", device);
	json_text(line, "state", state);
	return line;
}

/* Whole, so that no other line comes in between; without memory there is none. */
static void put(FILE *out, cJSON *line)
{
	char *text = cJSON_PrintUnformatted(line);

	if (text)
		fprintf(out, "%s\n", text);
	fflush(out);
	cJSON_free(text);
	cJSON_Delete(line);
}

void progress_json_put(FILE *out, const char *device, const struct progress_mark *mark,
		       uint64_t *next_ms)
{
	uint64_t now_ms = progress_json_now_ms();
	cJSON *line;

	if (now_ms < *next_ms)
		return;
	*next_ms = now_ms + PROGRESS_JSON_MS;
	line = begin(device, "working");
	json_text(line, "phase", mark->now.phase ? mark->now.phase : "working");
	json_number(line, "done", mark->now.done);
	json_number(line, "total", mark->now.total);
	json_number(line, "percent", (uint64_t)(mark->fraction * 100 + 1e-6));
	json_number(line, "left_seconds", (mark->left_us + 500000) / 1000000);
	put(out, line);
}

void progress_json_end(FILE *out, const char *device, int exit_code)
{
	cJSON *line = begin(device, "ended");

	json_number(line, "exit_code", (uint64_t)exit_code);
	put(out, line);
}
