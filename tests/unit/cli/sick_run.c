/* SPDX-License-Identifier: BSD-2-Clause */
/* The program run on sick cards, in this process: see sick_run.h. */
#include "sick_run.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/cli.h"

#define MOST_WORDS 32
#define MAC_DIGITS 12
/* What is on the label of a card whose image has none. */
#define LABEL_GUID UINT64_C(0x0002c90300001000)
#define LABEL_MAC UINT64_C(0x0002c9001000)

char sick_output[1 << 17];
struct sick_own sick_own_now;

uint64_t sick_label_guid(void)
{
	return sick_own_now.uid_count && sick_own_now.uid[0] != UINT64_MAX ? sick_own_now.uid[0]
									   : LABEL_GUID;
}

uint64_t sick_label_mac(void)
{
	return sick_own_now.uid_count > 4 ? sick_own_now.uid[4] : LABEL_MAC;
}

/* Runs the program with its output into `sick_output`, and what it complains of nowhere. */
static int run(int argc, char **argv)
{
	FILE *out = tmpfile();
	int old_out, old_err, answer;
	size_t len;

	assert_non_null(out);
	fflush(stdout);
	old_out = dup(STDOUT_FILENO);
	old_err = dup(STDERR_FILENO);
	dup2(fileno(out), STDOUT_FILENO);
	assert_non_null(freopen("/dev/null", "w", stderr));
	answer = cli_main(argc, argv);
	fflush(stdout);
	fflush(stderr);
	dup2(old_out, STDOUT_FILENO);
	dup2(old_err, STDERR_FILENO);
	close(old_out);
	close(old_err);
	rewind(out);
	len = fread(sick_output, 1, sizeof(sick_output) - 1, out);
	sick_output[len] = '\0';
	fclose(out);
	return answer;
}

int sick_run_words(const char *device, const char *words)
{
	char line[512], guid[20], mac[20], *save = NULL, *argv[MOST_WORDS];
	int argc = 0;

	snprintf(line, sizeof(line), "%s", words);
	snprintf(guid, sizeof(guid), "%016" PRIx64, sick_label_guid());
	snprintf(mac, sizeof(mac), "%0*" PRIx64, MAC_DIGITS, sick_label_mac());
	argv[argc++] = (char *)"cx3flash";
	argv[argc++] = (char *)"-s";
	if (device) {
		argv[argc++] = (char *)"-d";
		argv[argc++] = (char *)device;
	}
	for (char *w = strtok_r(line, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (strcmp(w, "IMAGE") == 0)
			w = (char *)"new.bin";
		else if (strcmp(w, "TYPE,LOG2SIZE,1") == 0)
			w = (char *)"W25Qxxx,19,1";
		else if (strcmp(w, "GUID") == 0)
			w = guid;
		else if (strcmp(w, "MAC") == 0)
			w = mac;
		argv[argc++] = w;
		assert_true(argc < MOST_WORDS);
	}
	argv[argc] = NULL;
	return run(argc, argv);
}

uint64_t sick_sum_of(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint64_t sum = 14695981039346656037u;
	int c;

	assert_non_null(file);
	while ((c = getc(file)) != EOF)
		sum = (sum ^ (uint64_t)c) * 1099511628211u;
	fclose(file);
	return sum;
}

const char *sick_text_of(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItem(object, key);

	return cJSON_IsString(item) ? item->valuestring : NULL;
}

void sick_device_name(char *device, size_t size, const char *options)
{
	snprintf(device, size, "sim:card.bin%s%s", options && *options ? "," : "",
		 options ? options : "");
}

uint8_t *sick_load(uint32_t *size)
{
	FILE *file = fopen("card.bin", "rb");
	uint8_t *bytes = malloc(1 << 22);

	assert_non_null(file);
	assert_non_null(bytes);
	*size = (uint32_t)fread(bytes, 1, 1 << 22, file);
	fclose(file);
	return bytes;
}
