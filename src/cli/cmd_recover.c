/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * recover: an image for a card that does not boot. Where its GUIDs and MACs come from is the
 * library's business; here it is asked, shown, and told what comes after the burn.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advice.h"
#include "carry_out.h"
#include "commands.h"
#include "identity_option.h"
#include "printable.h"
#include "recover_fits.h"
#include "recover_steps.h"

/* --- Which identity --- */

static bool can_choose(const struct cli *cli)
{
	return isatty(STDIN_FILENO) && !cli->options.json && !cli->options.no;
}

/* A yes is for what is shown as sure: here it has to be said which. */
static int choose(void *user, const struct cx3_salvage *known, unsigned *choice,
		  struct cx3_error *err)
{
	struct cli *cli = user;
	int rc;

	progress_clear(&cli->progress);
	say(cli, "\n-W- It is not sure which GUIDs and MACs are this card's. What is known:\n");
	for (unsigned i = 0; i < known->count; i++) {
		say(cli, "\n%u. ", i + 1);
		identity_show(cli, &known->item[i], NULL);
	}
	rc = ask_number("Which one is on the card's label ? (a number, or Enter for none) : ",
			known->count, choice, err);
	if (rc == CX3_OK)
		--*choice;
	return rc;
}

/* A file may be another card's, which a yes to everything must not overlook. */
static int contradicted(void *user, const struct cx3_identity *own,
			const struct cx3_identity *given, struct cx3_error *err)
{
	struct cx3_salvaged card = {.identity = *own}, file = {.identity = *given};
	struct cli *cli = user;
	const char *name = cli->options.identity ? cli->options.identity
						 : cli->options.identity_from;

	cli->contradicted = true;
	if (!can_choose(cli))
		return cx3_fail(
			err, CX3_E_IDENTITY, "identity",
			"The GUIDs and MACs in the file are not this card's: %.150s has GUID "
			"%016" PRIx64 ", the file has %016" PRIx64 ". A file may be another "
			"card's, and two cards with the same addresses disturb each other.\n"
			"Give this card's own, or none. If these are meant, give them by value.",
			own->where, own->guid[0], given->guid[0]);
	progress_clear(&cli->progress);
	snprintf(file.identity.where, sizeof(file.identity.where), "the file %.140s", name);
	file.identity.checked = true; /* what is in doubt is whose it is */
	say(cli, "\n-W- The GUIDs and MACs in the file are not this card's.\n\nThe card's own:\n");
	identity_show(cli, &card, NULL);
	say(cli, "\nWhat it would get instead:\n");
	identity_show(cli, &file, NULL);
	return ask_person("Is the card to get those of the file ? (y/n) [n] : ", err);
}

/* --- What is shown --- */

static bool has_note(const struct cx3_job_view *view, const char *key)
{
	for (unsigned i = 0; i < view->note_count; i++) {
		if (strcmp(view->note[i].key, key) == 0)
			return true;
	}
	return false;
}

static void say_settings(struct cli *cli, const struct cx3_job_view *view)
{
	say(cli, "    The settings at the ends of the homes stay as they are%s\n",
	    has_note(view, CX3_NOTE_CONFIG_DAMAGED)
		    ? ", though they do not look like\n    settings: see above."
		    : "; nothing speaks\n    against them.");
}

/* Nothing on the flash says which board this is: then only a person can see that it fits. */
static void warn_of_board(struct cli *cli, const struct cx3_job_view *view)
{
	for (unsigned i = 0; i < view->change_count; i++) {
		const struct cx3_change *change = &view->change[i];

		if (strcmp(change->key, "psid") == 0 && !change->before[0])
			say(cli,
			    "-W- Nothing on the flash says which board this is. Compare the part "
			    "number on its label with the image: the image's PSID is %s.\n",
			    shown(change->after));
	}
}

static void show(void *user, const struct cx3_job_view *view, bool again)
{
	struct cli *cli = user;

	progress_clear(&cli->progress);
	cli->settings_damaged = has_note(view, CX3_NOTE_CONFIG_DAMAGED);
	cli->other_psid = has_note(view, CX3_NOTE_WAY_BACK);
	if (again) {
		plan_show_again(cli, view);
		return;
	}
	plan_show(cli, view);
	recover_steps_show(cli, view);
	say_settings(cli, view);
	warn_of_board(cli, view);
}

/* A line for this device, which stays in the document as `key`. */
static void say_line(struct cli *cli, const char *key, const char *text, const char *command)
{
	struct advice advice;

	advice_begin(cli, &advice);
	advice_push(&advice, command);
	advice_tell(cli, &advice, key, text);
}

/* What to type when the card has its power back. */
static void say_next(struct cli *cli)
{
	say_line(cli, "next",
		 "Take the flash-not-present jumper off if it is on. Power the machine off, also "
		 "its standby power, and on again. Then",
		 "status");
	if (cli->settings_damaged)
		say_line(
			cli, "settings",
			"The settings were kept, and do not look like settings. If the card runs and "
			"the host's tools fail on them, this saves and erases them",
			"reset_config");
	else
		json_text(cli->json, "settings", NULL);
}

/*
 * One that nobody alive holds is the first step. -y is for what is shown, and nothing shows who
 * holds it.
 */
static int open_card(struct cli *cli)
{
	int rc = session_open(cli, CX3_OPEN_SHADOW);

	if (rc != CX3_E_SEMAPHORE || !can_choose(cli) || cli->options.dry_run)
		return rc;
	progress_clear(&cli->progress);
	say(cli, "-W- %s\n", shown(cli->err.cause));
	say(cli,
	    "-W- If something is at work on the flash, taking it away spoils what it writes.\n");
	rc = ask_person("Is the semaphore to be taken from whoever holds it ? (y/n) [n] : ",
			&cli->err);
	if (rc != CX3_OK)
		return rc;
	session_close(cli);
	cli->options.clear_semaphore = true;
	return session_open(cli, CX3_OPEN_SHADOW);
}

static int burn(struct cli *cli, const struct cx3_image *image)
{
	struct cx3_job_options options = carry_out_options(cli);
	struct cx3_job_caller caller = carry_out_caller(cli);
	struct cx3_recover_options what = {.burn = &cli->options.burn};
	struct cx3_job_result result = {0};
	int rc = open_card(cli);

	caller.show = show;
	caller.confirm = recover_steps_confirm;
	if (can_choose(cli))
		what.choose = choose;
	what.from_file = cli->options.identity || cli->options.identity_from;
	what.contradicted = contradicted;
	/* the whole flash is read before anything is shown */
	progress_begin_one(&cli->progress);
	if (rc == CX3_OK)
		rc = cx3_job_recover(cli->session.device, image, &what, &options, &caller, &result,
				     &cli->err);
	rc = carry_out_end(cli, &result, rc, "Recovered and read back.");
	if (rc == CX3_OK && cli->other_psid)
		carry_out_way_back(cli, &result, true);
	if (rc == CX3_OK && !cli->options.dry_run)
		say_next(cli);
	return rc;
}

/* Without an image nothing is written: what says how to write is a misunderstanding. */
static int show_fits(struct cli *cli)
{
	struct option_word option;

	for (int i = 1; option_next(cli->words, cli->first, &i, &option);) {
		if (!option.spec || (option.spec->scope & SCOPE_ALL))
			continue;
		return cx3_fail(&cli->err, CX3_E_USAGE, "recover",
				"--%s has no effect without an image.\n"
				"Name the image with -i, or leave --%s out to see which would fit.",
				option.spec->name, option.spec->name);
	}
	return recover_fits(cli);
}

static int run(struct cli *cli)
{
	struct cx3_image *image = NULL;
	int rc;

	if (!cli->options.image)
		return show_fits(cli);
	rc = identity_option(cli);
	/* before the card is opened: what is wrong with a file shows at once */
	if (rc == CX3_OK)
		rc = cx3_image_open(cli->options.image, cli->options.psid, false, &image,
				    &cli->err);
	if (rc == CX3_OK)
		rc = burn(cli, image);
	cx3_image_free(image);
	return rc;
}

const struct command cmd_recover = {
	.name = "recover",
	.args = "",
	.summary = "an image for a card that does not boot (-i IMAGE)",
	.help = "Works with the flash-not-present jumper on. GUIDs and MACs are taken from what is\n"
		"given (-guid, -mac, --identity, --identity-from), from an image that is left, from a\n"
		"backup of this card, or from the rest of the flash. What is not sure is asked about,\n"
		"and -y does not answer that. Of GUID and MAC one is enough: the other follows by the\n"
		"usual rule. Each step is shown; the answer s asks about each of them, and options leave\n"
		"out those that can be (--no-backup, --leave-boot-address, --leave-unprotected,\n"
		"--assume livefish-link=no). Without -i it says which image would fit.",
	.example = "-d /dev/i2c-3 -i fw.zip recover",
	.group = GROUP_CHANGE,
	.target = TARGET_CARD_IMAGE,
	.scope = SCOPE_RECOVER,
	.run = run,
};
