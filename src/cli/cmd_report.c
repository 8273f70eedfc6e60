/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report: all that a first look at a card can tell, in one file to send in. No real card was
 * seen by this project yet, so what one does is worth more than any test.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "cx3flash/file.h"
#include "cx3flash/readings.h"
#include "look_show.h"
#include "mask.h"
#include "printable.h"

#define FORMAT "cx3flash report 1"
#define SAMPLE (64u << 10)

static void show_reading(struct cli *cli, cJSON *array, const struct cx3_reading *r)
{
	uint64_t rate = r->us ? r->bytes * UINT64_C(1000000) / r->us : 0;
	cJSON *item = json_append(array);

	if (r->code == CX3_OK)
		say(cli,
		    "  %-8s %7.1f KiB/s, %.2f wire bytes a byte, %" PRIu64 " calls for %" PRIu32
		    " KiB, %" PRIu64 " reads repeated%s\n",
		    r->name, (double)rate / 1024, r->bytes ? (double)r->wire_bytes / r->bytes : 0,
		    r->calls, r->bytes / 1024, r->repeats, r->differing ? ", READS OTHERWISE" : "");
	else
		say(cli, "  %-8s did not come through: %s\n", r->name, cx3_code_name(r->code));
	json_text(item, "name", r->name);
	json_text(item, "failed", r->code == CX3_OK ? NULL : cx3_code_name(r->code));
	json_number(item, "bytes", r->bytes);
	json_number(item, "differing", r->differing);
	json_number(item, "microseconds", r->us);
	json_number(item, "bytes_per_second", rate);
	json_number(item, "calls", r->calls);
	json_number(item, "wire_bytes", r->wire_bytes);
	json_number(item, "repeats", r->repeats);
}

static int show_readings(struct cli *cli)
{
	const struct cx3_flash_options options = session_flash_options(cli);
	struct cx3_reading reading[CX3_READINGS];
	cJSON *array = json_array(cli->json, "readings");
	int rc = cx3_try_readings(cli->session.flash, &options, &cli->watch, SAMPLE, reading,
				  &cli->err);

	if (rc != CX3_OK)
		return rc;
	say(cli, "\nReading in each way that works:\n");
	for (unsigned i = 0; i < CX3_READINGS; i++)
		show_reading(cli, array, &reading[i]);
	return CX3_OK;
}

static void date_of_today(char date[16])
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(date, 16, "%Y%m%d", &tm);
}

static void begin_document(struct cli *cli, const char *date)
{
	cJSON *item = json_object(cli->json, "report");

	json_text(item, "format", FORMAT);
	json_text(item, "version", CX3FLASH_VERSION);
	json_text(item, "date", date);
}

/* What has ended the look belongs into the file: a card that does not answer is a report too. */
static void add_failure(struct cli *cli, int rc)
{
	cJSON *item = json_object(cli->json, "look_ended");

	json_text(item, "code", rc == CX3_OK ? NULL : cx3_code_name((enum cx3_code)rc));
	json_text(item, "place", rc == CX3_OK ? NULL : cli->err.place);
	json_text(item, "text", rc == CX3_OK ? NULL : cli->err.cause);
}

static int save(struct cli *cli, const char *path)
{
	char *text;
	int rc;

	text = cJSON_Print(cli->json);
	if (!text)
		return cx3_fail(&cli->err, CX3_E_NO_MEMORY, path,
				"There is no memory left.\nClose other programs and try again.");
	rc = cx3_file_write(path, text, strlen(text), cli->options.yes, &cli->err);
	cJSON_free(text);
	return rc;
}

static int fill(struct cli *cli)
{
	int rc = look_show(cli);

	if (rc != CX3_OK)
		return rc;
	rc = show_readings(cli);
	cli->diagnosed = rc == CX3_OK; /* what the look has said leads on from another state */
	return rc;
}

static int run(struct cli *cli)
{
	bool own = !cli->json;
	char date[16], name[64];
	const char *path = cli->argc > 0 ? cli->argv[0] : name;
	int rc, rc_save;

	date_of_today(date);
	snprintf(name, sizeof(name), "cx3flash-report-%s.json", date);
	rc = output_allowed(cli, path);
	if (rc != CX3_OK)
		return rc;
	if (own)
		cli->json = cJSON_CreateObject();
	begin_document(cli, date);
	rc = fill(cli);
	cli->answer = 0; /* what needs doing is in the file; this command has done its own */
	add_failure(cli, rc);
	mask_document(cli->json);
	rc_save = rc == CX3_E_INTERRUPTED ? rc : save(cli, path);
	if (own) {
		cJSON_Delete(cli->json);
		cli->json = NULL;
	}
	if (rc_save != CX3_OK) {
		/* another error than that of the look */
		cli->error_told = cli->error_told && rc == rc_save;
		return rc_save;
	}
	say(cli,
	    "\n-I- The report is in %s. GUIDs, MACs and your home folder are masked; read it "
	    "before you send it.\n",
	    shown(path));
	return rc;
}

const struct command cmd_report = {
	.name = "report",
	.args = "[FILE]",
	.summary = "all that can be told of a card, in a file to send in",
	.help = "The look of status, 64 KiB of the flash read in each way that works, and the table of\n"
		"what was found out of this card. Writes nothing to the flash. GUIDs and MACs are masked.\n"
		"Without FILE: cx3flash-report-DATE.json here.",
	.example = "-d /dev/i2c-3 report",
	.group = GROUP_BENCH,
	.target = TARGET_DEVICE,
	.max_args = 1,
	.scope = SCOPE_STATUS,
	.run = run,
};
