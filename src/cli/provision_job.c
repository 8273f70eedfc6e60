/* SPDX-License-Identifier: BSD-2-Clause */
/* A station's burn: the backup, the job of the library, and a look at what it has left. */
#include "provision.h"

#include <stdlib.h>
#include <string.h>

#include "cx3flash/diagnose.h"
#include "request.h"

struct call {
	struct provision *p;
	struct provision_card *c;
};

/*
 * The last moment before anything is written: from here on the identity is this card's. Asked again
 * when the plan turns out worse, the answer is no. The station's own backup has read the whole
 * flash before, so that takes somebody who writes to it meanwhile.
 */
static int confirm(void *user, const struct cx3_job_view *view, struct cx3_error *err)
{
	struct call *call = user;

	if (view->worse)
		return cx3_fail(
			err, view->worse_code, NULL,
			"%s So nothing was written.\nBurn this card by hand, to see the plan.",
			view->worse);
	return cx3_ledger_begin(call->p->ledger, &call->c->entry, err);
}

static void stages(void *user, const uint64_t *us, unsigned count)
{
	struct call *call = user;

	progress_begin(&call->p->cli->progress, us, count);
}

static void next_stage(void *user)
{
	struct call *call = user;

	progress_next_stage(&call->p->cli->progress);
}

static struct cx3_job_options options_of(const struct cli *cli)
{
	return (struct cx3_job_options){
		.unprotect = cli->options.unprotect,
		.backup_folder = cli->options.backup_dir,
		.request = (const char *const *)cli->request,
	};
}

/* A dry run of the burn. With blank GUIDs, since no identity is taken for the card yet. */
int provision_try(struct provision *p)
{
	struct cx3_burn_options what = p->cli->options.burn;
	struct cx3_job_options options = options_of(p->cli);
	const struct cx3_job_caller nobody = {.user = p};
	struct cx3_job_result result = {.size = sizeof(result)};
	int rc;

	options.dry_run = true;
	what.blank_guids = true;
	rc = cx3_job_burn(p->cli->session.device, p->image, &what, &options, &nobody, &result,
			  &p->cli->err);
	/* that is what recover is for */
	return rc == CX3_E_NO_IMAGE ? CX3_OK : rc;
}

static int back_up(struct provision *p, struct provision_card *c)
{
	const struct cx3_backup_options options = {.folder = p->cli->options.backup_dir};
	struct cx3_backup backup = {.size = sizeof(backup)};
	int rc;

	progress_begin_one(&p->cli->progress);
	rc = cx3_backup_auto(p->cli->session.shadow, &options, &backup, &p->cli->err);
	progress_end(&p->cli->progress);
	if (rc != CX3_OK)
		return rc;
	snprintf(c->result.backup, sizeof(c->result.backup), "%s", backup.path);
	return cx3_ledger_backed_up(p->ledger, &c->card, backup.path, backup.sha256, &p->cli->err);
}

/* An image may have room for GUIDs only. */
static struct cx3_burn_options what_of(const struct provision *p, const struct provision_card *c)
{
	struct cx3_burn_options what = p->cli->options.burn;

	what.guid_count = 4;
	memcpy(what.guid, c->entry.identity.guid, sizeof(what.guid));
	what.mac_count = p->image->info.uid_count >= 6 ? 2 : 0;
	memcpy(what.mac, c->entry.identity.mac, sizeof(what.mac));
	return what;
}

static void put(char **words, unsigned *count, const char *word)
{
	words[*count] = word ? strdup(word) : NULL;
	*count += words[*count] != NULL;
}

/* For resume, should it be wanted without the station: a burn of this card alone. */
static char **request_of(const struct provision *p, const struct cx3_burn_options *what,
			 const char *command)
{
	char **words = calloc(20, sizeof(*words)), text[320];
	char *image = realpath(p->cli->options.image, NULL);
	unsigned n = 0;

	if (!words || !image) {
		free(image);
		free(words);
		return NULL;
	}
	put(words, &n, "-i");
	put(words, &n, image);
	free(image);
	if (p->cli->options.psid) {
		snprintf(text, sizeof(text), "--psid=%s", p->cli->options.psid);
		put(words, &n, text);
	}
	provision_guids_word(what->guid, text);
	put(words, &n, text);
	provision_macs_word(what->mac, text);
	put(words, &n, what->mac_count ? text : NULL);
	put(words, &n, what->allow_psid_change ? "--allow-psid-change" : NULL);
	put(words, &n, what->allow_other_board ? "--allow-other-board" : NULL);
	put(words, &n, what->allow_access_key ? "--allow-access-key" : NULL);
	if (what->vsd) {
		snprintf(text, sizeof(text), "--vsd=%.256s", what->vsd);
		put(words, &n, text);
	}
	/* recover has no such option: it takes the VSD that it finds */
	put(words, &n,
	    what->use_image_ps && strcmp(command, "burn") == 0 ? "--use-image-ps" : NULL);
	put(words, &n, p->cli->options.unprotect ? "--unprotect" : NULL);
	put(words, &n, command);
	return words;
}

/* As `burn` does it, and as `recover` where there is nothing on the card to go by. */
static int do_job(struct provision *p, struct provision_card *c)
{
	struct cli *cli = p->cli;
	struct call call = {p, c};
	const struct cx3_burn_options burn = what_of(p, c);
	const struct cx3_recover_options recover = {.burn = &burn};
	const struct cx3_job_caller caller = {
		.confirm = confirm, .stages = stages, .next_stage = next_stage, .user = &call};
	struct cx3_job_options options;
	int rc;

	cli->request = request_of(p, &burn, "burn");
	options = options_of(cli);
	rc = cx3_job_burn(cli->session.device, p->image, &burn, &options, &caller, &c->job,
			  &cli->err);
	/* it is an answer of the look at the card: nothing was written */
	if (rc != CX3_E_NO_IMAGE)
		return rc;
	request_free(cli->request);
	cli->request = request_of(p, &burn, "recover");
	options = options_of(cli);
	return cx3_job_recover(cli->session.device, p->image, &recover, &options, &caller, &c->job,
			       &cli->err);
}

static int wrong(struct provision *p, const char *what)
{
	return cx3_fail(&p->cli->err, CX3_E_VERIFY, "flash",
			"After the burn the card was opened anew, and %s.\n"
			"Put it on again: what is wrong is burnt anew.",
			what);
}

/* The image that boots now, read from the card once more. */
static int check_image(struct provision *p, const struct provision_card *c,
		       const struct cx3_facts *facts)
{
	const struct cx3_home *home = &facts->home[0].home;
	struct cx3_burn_options what = what_of(p, c);
	struct cx3_identity on_card;

	if (facts->home_count == 0 || !home->readable || home->health != CX3_HOME_WHOLE)
		return wrong(p, "the image that boots is not whole");
	if (memcmp(home->info.fw_version, p->image->info.fw_version,
		   sizeof(home->info.fw_version)) != 0 ||
	    strcmp(home->info.psid, p->image->info.psid) != 0)
		return wrong(p, "the image that boots is another one");
	cx3_identity_from_info(&home->info, CX3_IDENTITY_HOME, "", &on_card);
	if (memcmp(on_card.guid, what.guid, sizeof(what.guid)) != 0 ||
	    (what.mac_count && memcmp(on_card.mac, what.mac, sizeof(what.mac)) != 0))
		return wrong(p, "its GUIDs or MACs are other ones");
	return CX3_OK;
}

/* Opened anew, so that nothing that was known before counts. *facts is the caller's. */
static int look_again(struct provision *p, struct cx3_facts **out)
{
	struct cli *cli = p->cli;
	struct cx3_facts *facts;
	int rc = cx3_facts_new(out, &cli->err);

	facts = *out;
	session_close(cli);
	if (rc == CX3_OK)
		rc = session_open(cli, CX3_OPEN_ADAPTER);
	if (rc == CX3_OK)
		rc = cx3_look_card(cli->session.device, facts, &cli->err);
	if (rc == CX3_OK)
		rc = cx3_look_flash(cli->session.device, facts, &cli->err);
	if (rc == CX3_OK)
		rc = cx3_look_content(cli->session.device, false, cli->options.backup_dir, facts,
				      &cli->err);
	return rc;
}

static int verify(struct provision *p, struct provision_card *c)
{
	struct cx3_facts *facts;
	int rc = look_again(p, &facts);

	if (rc == CX3_OK)
		rc = check_image(p, c, facts);
	cx3_facts_free(facts);
	return rc;
}

/* Why the image that boots is not as it was left; NULL: it is. */
static const char *undone(const struct cx3_facts *facts)
{
	const struct cx3_home_facts *first = &facts->home[0];

	if (facts->home_count == 0)
		return "no image is on it now";
	if (!first->home.readable || first->home.health != CX3_HOME_WHOLE)
		return "the image that boots is damaged now";
	/* no such image tells whose its GUIDs are (ledger_look.c): it has come since */
	return first->fit == CX3_FIT_YES ? NULL : "the image that boots is for another chip";
}

int provision_check_done(struct provision *p)
{
	const char *what = NULL;
	struct cx3_facts *facts;
	int rc = look_again(p, &facts);

	if (rc == CX3_OK)
		what = undone(facts);
	cx3_facts_free(facts);
	if (rc != CX3_OK)
		return rc;
	if (!what)
		return CX3_OK;
	return cx3_fail(&p->cli->err, CX3_E_IMAGE, "flash",
			"The ledger says that this card is done, but %s.\n"
			"Put it aside, and burn it by hand with the identity that the report has "
			"for it.",
			what);
}

int provision_burn(struct provision *p, struct provision_card *c)
{
	int rc = back_up(p, c);

	if (rc == CX3_OK)
		rc = do_job(p, c);
	/* The flash held exactly this: nobody was asked. The card has the identity, so it is not
	 * given back, whatever fails after this. */
	if (rc == CX3_OK && c->entry.state == CX3_LEDGER_RESERVED) {
		rc = cx3_ledger_begin(p->ledger, &c->entry, &p->cli->err);
		c->entry.begun_now = false;
	}
	progress_end(&p->cli->progress);
	return rc == CX3_OK ? verify(p, c) : rc;
}
