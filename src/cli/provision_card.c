/* SPDX-License-Identifier: BSD-2-Clause */
/* One card of a station: what it is, whether it is to be burnt, and with which identity. */
#include "provision.h"

#include <string.h>
#include <time.h>

#include "request.h"

static double now_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Cards that nothing was given yet must be of the kind that is asked for. */
static int check_rules(struct provision *p, const struct provision_card *c)
{
	const char *only = p->cli->options.only_psid;

	if (!only || strcmp(c->card.psid, only) == 0)
		return CX3_OK;
	if (!c->card.psid[0])
		return cx3_fail(
			&p->cli->err, CX3_E_PSID, "PSID",
			"No PSID can be read on this card, and the station takes %s alone.\n"
			"Put it aside, or burn it by hand.",
			only);
	return cx3_fail(&p->cli->err, CX3_E_PSID, "PSID",
			"The card's PSID is %s, and the station takes %s alone.\n"
			"Put it aside, or burn it by hand.",
			c->card.psid, only);
}

static int reserve(struct provision *p, struct provision_card *c)
{
	bool again;
	int rc = cx3_ledger_reserve(p->ledger, &c->card, p->cli->options.keep_identity, &c->entry,
				    &again, &p->cli->err);

	c->known = rc == CX3_OK;
	return rc;
}

/*
 * The image that it was done with goes into the log, and not the one of this run. Where the log
 * does not know it, what the card says of itself is all there is.
 */
static int find_image(struct provision *p, struct provision_card *c)
{
	struct cx3_ledger_result *r = &c->result, wanted = *r;
	bool found;
	int rc = cx3_ledger_last_burn(p->ledger, &c->card, &c->entry, r, &found, &p->cli->err);

	if (rc == CX3_OK && !found) {
		snprintf(r->image, sizeof(r->image), "%s", c->card.version);
		snprintf(r->image_psid, sizeof(r->image_psid), "%s", c->card.psid);
	}
	c->other_image = strcmp(r->image, wanted.image) != 0 ||
			 strcmp(r->image_psid, wanted.image_psid) != 0 ||
			 strcmp(r->image_sha256, wanted.image_sha256) != 0;
	if (rc == CX3_OK && !found)
		r->image_sha256[0] = '\0';
	if (c->other_image && p->cli->options.burn_again && !c->entry.elsewhere)
		*r = wanted;
	return rc;
}

static int refuse_other_image(struct provision *p, const struct provision_card *c,
			      const struct cx3_ledger_result *wanted)
{
	const struct cx3_ledger_result *r = &c->result;
	bool alike = strcmp(r->image, wanted->image) == 0 &&
		     strcmp(r->image_psid, wanted->image_psid) == 0;
	const char *more = alike ? ", but another file" : "";

	if (c->entry.elsewhere)
		return cx3_fail(
			&p->cli->err, CX3_E_IMAGE, "image",
			"This card was done before with firmware %s (%s), and the image of this "
			"run is %s (%s)%s. It was left alone.\n"
			"If it is to have this image, put it on where the ledger is that gave it "
			"its identity, with --burn-again.",
			r->image, r->image_psid, wanted->image, wanted->image_psid, more);
	return cx3_fail(&p->cli->err, CX3_E_IMAGE, "image",
			"This card was done before with firmware %s (%s), and the image of this "
			"run is %s (%s)%s. It was left alone.\n"
			"If it is to have this image and its identity, put it on with "
			"--burn-again.",
			r->image, r->image_psid, wanted->image, wanted->image_psid, more);
}

/* Nothing is done to it: so it is looked at, whether it is what the ledger says. */
static int leave_alone(struct provision *p, struct provision_card *c, const char *text)
{
	struct cx3_ledger_result wanted;
	int rc = provision_check_done(p);

	if (rc == CX3_OK && c->other_image)
		rc = cx3_ledger_image(p->image, &wanted, &p->cli->err);
	if (rc == CX3_OK && c->other_image)
		rc = refuse_other_image(p, c, &wanted);
	if (rc != CX3_OK)
		return rc;
	c->result.outcome = CX3_LEDGER_DONE;
	snprintf(c->result.text, sizeof(c->result.text), "%s", text);
	return CX3_OK;
}

static int burn(struct provision *p, struct provision_card *c)
{
	int rc = provision_burn(p, c);

	if (rc != CX3_OK)
		return rc;
	c->result.outcome = CX3_LEDGER_OK;
	snprintf(c->result.text, sizeof(c->result.text), "%s", "Burnt and read back.");
	return CX3_OK;
}

/* Another ledger has burnt it, which was merged into this one. */
static int work_of_another(struct provision *p, struct provision_card *c)
{
	int rc = cx3_ledger_check_burnt(p->ledger, &c->card, &c->entry, &p->cli->err);

	if (rc == CX3_OK)
		rc = find_image(p, c);
	return rc == CX3_OK ? leave_alone(p, c, "Another ledger says that it is done.") : rc;
}

/* The card, in the order of things. */
static int work(struct provision *p, struct provision_card *c)
{
	struct cx3_error *err = &p->cli->err;
	struct cx3_ledger_entry entry;
	bool known = false;
	int rc = session_open(p->cli, CX3_OPEN_SHADOW);

	if (rc == CX3_OK)
		rc = cx3_ledger_look(p->ledger, p->cli->session.device, &c->card, err);
	if (rc == CX3_OK && c->card.has_own)
		rc = cx3_ledger_find(p->ledger, &c->card.own, &entry, &known, err);
	if (rc != CX3_OK)
		return rc;
	if (known && entry.elsewhere && entry.state == CX3_LEDGER_BURNT) {
		c->entry = entry;
		c->known = true;
		return work_of_another(p, c);
	}
	/* what is reserved was given, but nothing was written */
	if (!known || entry.state == CX3_LEDGER_FREE || entry.state == CX3_LEDGER_RESERVED) {
		rc = check_rules(p, c);
		if (rc == CX3_OK)
			rc = provision_try(p);
	}
	if (rc == CX3_OK)
		rc = reserve(p, c);
	if (rc != CX3_OK || c->entry.state != CX3_LEDGER_BURNT || !c->card.boots)
		return rc == CX3_OK ? burn(p, c) : rc;
	rc = find_image(p, c);
	if (rc == CX3_OK && c->other_image && p->cli->options.burn_again)
		return burn(p, c);
	return rc == CX3_OK ? leave_alone(p, c, "It was done before.") : rc;
}

static void fill_result(struct provision *p, struct provision_card *c, int rc, double started)
{
	const struct cx3_job_result *job = &c->job;
	struct cx3_ledger_result *r = &c->result;

	snprintf(r->device, sizeof(r->device), "%s", p->cli->options.device);
	r->seconds = now_seconds() - started;
	r->pages = job->pages;
	r->pages_again = job->pages_again;
	r->reads_repeated = job->reads_repeated;
	r->differences = job->differences;
	r->untouched = !job->touched;
	c->code = (enum cx3_code)rc;
	if (rc == CX3_OK)
		return;
	r->outcome = rc == CX3_E_INTERRUPTED ? CX3_LEDGER_INTERRUPTED : CX3_LEDGER_FAILED;
	snprintf(r->cause, sizeof(r->cause), "%s", cx3_code_name((enum cx3_code)rc));
	cx3_error_text(&p->cli->err, r->text, sizeof(r->text));
}

int provision_card(struct provision *p, struct provision_card *c, int *code)
{
	struct cx3_error err = {.code = CX3_OK};
	double started = now_seconds();
	int rc;

	memset(c, 0, sizeof(*c));
	memset(&p->cli->err, 0, sizeof(p->cli->err));
	rc = cx3_ledger_image(p->image, &c->result, &p->cli->err);
	if (rc != CX3_OK)
		return rc;
	*code = work(p, c);
	progress_end(&p->cli->progress);
	fill_result(p, c, *code, started);
	request_free(p->cli->request);
	p->cli->request = NULL;
	rc = cx3_ledger_note(p->ledger, &c->card, c->known ? &c->entry : NULL, &c->result, &err);
	if (rc != CX3_OK) {
		p->cli->err = err;
		return rc;
	}
	return *code == CX3_E_INTERRUPTED ? *code : CX3_OK;
}
