/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line's side of a job: what the library's engine shows and asks goes to
 * the terminal and into the document. The order of things is the engine's.
 */
#include "carry_out.h"
#include "request.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "advice.h"
#include "printable.h"

/* What is shown before the question; when it is shown again, only what is new. */
static void show(void *user, const struct cx3_job_view *view, bool again)
{
	struct cli *cli = user;

	progress_clear(&cli->progress);
	if (again)
		plan_show_again(cli, view);
	else
		plan_show(cli, view);
}

/* Nobody has agreed to what is worse than what was shown: -y does not answer that. */
int carry_out_confirm(void *user, const struct cx3_job_view *view, struct cx3_error *err)
{
	struct cli *cli = user;

	if (view->worse && cli->options.yes)
		return cx3_fail(
			err, view->worse_code, NULL,
			"%s This is worse than what was agreed to, so nothing was written.\n"
			"Look at what is shown above before you go on.",
			view->worse);
	progress_clear(&cli->progress);
	return ask_continue(cli, err);
}

static void stages(void *user, const uint64_t *us, unsigned count)
{
	struct cli *cli = user;

	progress_begin(&cli->progress, us, count);
}

static void next_stage(void *user)
{
	struct cli *cli = user;

	progress_next_stage(&cli->progress);
}

static void backed_up(void *user, const struct cx3_backup *backup)
{
	struct cli *cli = user;

	backup_tell(cli, backup);
}

struct cx3_job_options carry_out_options(struct cli *cli)
{
	/* without memory the journal lacks it, and all else goes on */
	cli->request = request_make(cli);
	return (struct cx3_job_options){
		.dry_run = cli->options.dry_run,
		.no_backup = cli->options.no_backup,
		.read_once = cli->options.once,
		.unprotect = cli->options.unprotect,
		.leave_boot_address = cli->options.leave_boot_address,
		.leave_unprotected = cli->options.leave_unprotected,
		.allow_unbootable = cli->options.allow_unbootable,
		.backup_folder = cli->options.backup_dir,
		.request = (const char *const *)cli->request,
		.journal = cli->resumes,
	};
}

struct cx3_job_caller carry_out_caller(struct cli *cli)
{
	return (struct cx3_job_caller){
		.show = show,
		.confirm = carry_out_confirm,
		.stages = stages,
		.next_stage = next_stage,
		.backed_up = backed_up,
		.user = cli,
	};
}

/* One line that tells how good the wires are. */
static void tell_health(struct cli *cli, const struct cx3_job_result *result)
{
	cJSON *item = json_object(cli->json, "health");

	json_number(item, "pages", result->pages);
	json_number(item, "pages_again", result->pages_again);
	json_number(item, "reads_repeated", result->reads_repeated);
	json_number(item, "differences", result->differences);
	say(cli,
	    "-I- Health: %u pages written, %u written twice; %" PRIu64
	    " reads repeated, %u differences.\n",
	    result->pages, result->pages_again, result->reads_repeated, result->differences);
}

/* What the card held before this job, and before an interrupted run of it. */
static const char *path_before(const struct cx3_job_result *result)
{
	if (result->before[0])
		return result->before;
	return result->backup ? result->backup->path : NULL;
}

/* "Nothing was written" is of the flash, and not all that was done. */
static void tell_freed(struct cli *cli, const struct cx3_job_result *result)
{
	const struct cx3_card *card = cli->session.card;
	char cause[sizeof(cli->err.cause)];

	if (!card || !cx3_card_identity(card)->semaphore_freed || result->touched)
		return;
	snprintf(cause, sizeof(cause), "%s", cli->err.cause);
	snprintf(cli->err.cause, sizeof(cli->err.cause),
		 "%.400s The flash semaphore had been freed before.", cause);
}

/* recover tells it in its own last line; what no image has to do with does not end the recovery. */
static void tell_jumper(struct cli *cli)
{
	const struct cx3_card *card = cx3_device_card(cli->session.device);

	if (card && cx3_card_identity(card)->state == CX3_CARD_LIVEFISH &&
	    !(cli->command->scope & (SCOPE_RECOVER | SCOPE_WP)))
		say(cli,
		    "-I- The card is in recovery mode: if its flash-not-present jumper is on, take it "
		    "off while the power is off.\n");
}

/* The same line, to be asked anew: without the dry run, and without a yes to what was not shown. */
static char *line_that_writes(const struct cli *cli)
{
	static const char *const not_yet[] = {"dry-run", "yes", NULL};
	struct advice advice;

	advice_own_line(cli, not_yet, NULL, &advice);
	return advice_line(&advice);
}

static void tell_dry_run(struct cli *cli, const struct cx3_job_result *result)
{
	char *line = result->unchanged || cli->resumed_words ? NULL : line_that_writes(cli);

	say(cli, "\n-I- Dry run: nothing was written.\n");
	if (line)
		say(cli, "-I- To write it: %s\n", line);
	free(line);
}

int carry_out_end(struct cli *cli, const struct cx3_job_result *result, int rc, const char *done)
{
	progress_end(&cli->progress);
	cli->file_lost = result->none_waits;
	json_flag(cli->json, "dry_run", cli->options.dry_run);
	json_flag(cli->json, "written", result->written);
	json_flag(cli->json, "touched", result->touched);
	if (rc != CX3_OK) {
		/* where it broke off in the middle, the line may say why */
		if (result->pages > 0)
			tell_health(cli, result);
		tell_freed(cli, result);
		return rc;
	}
	if (cli->options.dry_run)
		tell_dry_run(cli, result);
	else if (result->unchanged)
		say(cli, "\n-I- The flash holds exactly this already; nothing was written.\n");
	if (result->unchanged && result->before[0])
		say(cli, "-I- What was on the flash before the interrupted run is in %s\n",
		    shown(result->before));
	if (!result->written)
		return rc;
	tell_health(cli, result);
	if (path_before(result))
		say(cli, "-I- What was on the flash before is in %s\n", path_before(result));
	if (result->other_chips)
		say(cli,
		    "-W- Written and read back. The image is for another chip, and this card does "
		    "not boot it.\n");
	else if (result->other_revision)
		say(cli,
		    "-W- Written and read back. The image does not name this revision of the chip, "
		    "and this card may not boot it.\n");
	else
		say(cli, "-I- %s\n", done);
	tell_jumper(cli);
	return rc;
}

/* The job may have given the card other GUIDs and MACs than the backup has. */
static bool gives_identity(const struct cx3_burn_options *burn)
{
	return burn->guid_count || burn->mac_count || burn->use_image_guids || burn->blank_guids;
}

/* What restore will ask of the content that is the way back. */
struct kept {
	bool has_image, image_ok, unfit;
};

/* A backup that an earlier run has made: it is in its file only. */
static struct kept kept_in_file(const struct cli *cli, const char *path)
{
	const struct cx3_card_id *id = cx3_card_identity(cx3_device_card(cli->session.device));
	struct kept kept = {false, false, false};
	struct cx3_fs2_source src;
	struct cx3_fs2_info info;
	uint8_t *content;
	uint32_t size;

	if (cx3_image_load(path, NULL, &content, &size, NULL) != CX3_OK)
		return kept;
	src = cx3_fs2_memory(content, size);
	kept.image_ok = cx3_fs2_verify(&src, CX3_FS2_STRIPED, &info, NULL, NULL, NULL) == CX3_OK;
	kept.has_image = cx3_fs2_query(&src, CX3_FS2_STRIPED, CX3_FS2_QUICK, &info, NULL) == CX3_OK;
	kept.unfit = kept.has_image && cx3_fs2_fits(&info, id->hw_id, id->hw_rev, NULL) != CX3_OK;
	free(content);
	return kept;
}

static struct kept kept_content(const struct cli *cli, const struct cx3_job_result *result)
{
	const struct cx3_backup *backup = result->backup;

	if (result->before[0])
		return kept_in_file(cli, result->before);
	return (struct kept){backup->has_image, backup->image_ok, backup->unfit};
}

void carry_out_way_back(struct cli *cli, const struct cx3_job_result *result, bool psid)
{
	struct advice advice;
	struct kept kept;

	/* where nothing was written, the run before this one may have */
	if ((!result->written && !result->before[0]) || !path_before(result))
		return;
	advice_begin(cli, &advice);
	if (psid)
		advice_push(&advice, "-allow_psid_change");
	if (gives_identity(&cli->options.burn) || cli->options.allow_identity_change)
		advice_push(&advice, "--allow-identity-change");
	kept = kept_content(cli, result);
	if (!kept.image_ok)
		advice_push(&advice, kept.has_image ? "--allow-bad-backup" : "--allow-no-image");
	if (kept.unfit)
		advice_push(&advice, "--allow-other-card");
	if (cli->options.unprotect)
		advice_push(&advice, "--unprotect");
	advice_push(&advice, "restore");
	advice_push(&advice, path_before(result));
	advice_tell(cli, &advice, "way_back", "The way back");
}
