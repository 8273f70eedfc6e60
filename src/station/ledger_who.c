/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which process works on a card: "PLACE@HOST/PID/START/BOOT". The start of the process in clock
 * ticks (proc(5), stat, field 22) and the machine's boot id tell it from a later one that was
 * given the same number. The place tells the devices of one process apart.
 */
#include "station_priv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "process.h"

#define PLACE 40u
#define BOOT 9u /* the boot id's first eight digits tell it well enough from the one before */

static void boot_id(char text[BOOT])
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (!file || !fgets(text, BOOT, file))
		snprintf(text, BOOT, "unknown");
	if (file)
		fclose(file);
}

/* A place that does not fit is cut, and a number made of all of it tells it from others that begin
 * alike, as /dev/i2c/by-path names do (FNV-1a). */
static void place_name(const char *place, char text[PLACE + 1])
{
	uint64_t number = UINT64_C(0xcbf29ce484222325);

	snprintf(text, PLACE + 1, "%.*s", (int)PLACE, place);
	if (strlen(place) <= PLACE)
		return;
	for (const char *at = place; *at; at++)
		number = (number ^ (uint8_t)*at) * UINT64_C(0x100000001b3);
	snprintf(text + PLACE - 17, 18, "~%016" PRIx64, number);
}

void cx3_ledger_who(const char *place, char text[CX3_LEDGER_WHERE])
{
	char host[32] = "", boot[BOOT], name[PLACE + 1];

	if (gethostname(host, sizeof(host) - 1) != 0 || strchr(host, '/') || strchr(host, '@'))
		snprintf(host, sizeof(host), "unknown");
	boot_id(boot);
	place_name(place, name);
	snprintf(text, CX3_LEDGER_WHERE, "%s@%s/%ld/%llu/%s", name, host, (long)getpid(),
		 cx3_process_start(getpid()), boot);
}

bool cx3_ledger_works(const char *station)
{
	const char *at = strrchr(station, '@');
	unsigned long long start;
	char boot[BOOT], booted[BOOT] = "";
	long pid;

	at = at ? strchr(at, '/') : NULL;
	if (!at || sscanf(at, "/%ld/%llu/%8s", &pid, &start, booted) != 3)
		return false;
	boot_id(boot);
	return strcmp(boot, booted) == 0 && start != 0 && cx3_process_start((pid_t)pid) == start;
}

void cx3_ledger_now(char text[CX3_LEDGER_TIME])
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, CX3_LEDGER_TIME, "%Y-%m-%dT%H:%M:%SZ", &tm);
}
