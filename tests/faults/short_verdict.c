/* SPDX-License-Identifier: BSD-2-Clause */
/* What must hold after each run of a short job, whatever fault it met. */
#include "short_jobs.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "said.h"

unsigned short_too_dark;

static char text[1600], difference[80];

static const char *wrong(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static const char *wrong(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return text;
}

/* The backup's file holds what the flash does, or the flash what the job was to leave. */
bool short_complete(struct short_world *w, const char **what)
{
	const uint8_t *wanted = w->job->kind == SHORT_BACKUP ? w->before : w->after;
	uint8_t *now = fixture_get(&w->b);
	bool same = memcmp(now, wanted, w->b.size) == 0;
	uint32_t at = 0;

	while (!same && now[at] == wanted[at])
		at++;
	if (!same) {
		snprintf(difference, sizeof(difference),
			 "the flash holds 0x%02x at 0x%x, not 0x%02x", now[at], at, wanted[at]);
		*what = difference;
	}
	free(now);
	if (same && engine_state(&w->b, "status") != w->status_after) {
		*what = "the flash's status registers are not as they should be";
		return false;
	}
	if (same && w->job->kind == SHORT_BACKUP) {
		struct cx3_error err;
		uint8_t *kept = NULL;
		size_t len = 0;

		same = cx3_file_read(w->e.result.backup->path, w->b.size, &kept, &len, &err) ==
			       CX3_OK &&
		       len == w->b.size && memcmp(kept, w->before, len) == 0;
		*what = "the backup is not what the flash holds";
		free(kept);
	}
	return same;
}

/* What an error may say of the flash, and what must be true then. */
enum claim {
	CLAIM_UNTOUCHED,
	CLAIM_BOOTS,	  /* some image */
	CLAIM_OLD_BOOTS,  /* the one that did when the run began */
	CLAIM_DONE,	  /* the one that the job brings is whole, whatever boots */
	CLAIM_THIS_BOOTS, /* the one whose address follows "The image at " */
	CLAIM_DARK,	  /* perhaps none */
	CLAIM_NONE
};

static const struct {
	const char *words;
	enum claim claim;
} claims[] = {
	{"Nothing was written", CLAIM_UNTOUCHED},
	{"The old image is untouched and boots", CLAIM_OLD_BOOTS},
	{"is new, whole and boots", CLAIM_THIS_BOOTS},
	{"is new and whole, and it or the old one boots", CLAIM_BOOTS},
	{"is untouched and boots, the rest", CLAIM_THIS_BOOTS},
	{"The flash's content is untouched", CLAIM_UNTOUCHED},
	{"an image boots: this one or the one at", CLAIM_BOOTS},
	{"either may boot", CLAIM_BOOTS},
	{"The new content is complete", CLAIM_DONE},
	{"still boots is not known", CLAIM_DARK},
	{"may boot", CLAIM_DARK}, /* "No image on the flash may boot", "nothing may boot" */
	{"The image is whole but for the fields", CLAIM_NONE},
};

static bool same_image(const struct judged *one, const struct judged *other)
{
	return one->boots && other->boots && one->minor == other->minor &&
	       memcmp(one->uid, other->uid, sizeof(one->uid)) == 0 &&
	       strcmp(one->psid, other->psid) == 0;
}

static bool at_said_place(const char *told, const struct judged *now)
{
	const char *at = strstr(told, "The image at 0x");

	return at && strtoul(at + strlen("The image at "), NULL, 16) == now->start;
}

static bool done_is_there(const struct short_world *w)
{
	uint8_t *content = fixture_get(&w->b);
	struct judged done;
	bool right;

	right = judge_start(content, w->b.size, w->done.start, &done);
	free(content);
	done.boots = right;
	return same_image(&done, &w->done);
}

static const char *check_claim(const struct short_world *w, enum claim claim, const char *told,
			       const struct judged *now, bool untouched)
{
	struct judged then;

	switch (claim) {
	case CLAIM_UNTOUCHED:
		return untouched ? NULL : "it says that nothing was written";
	case CLAIM_OLD_BOOTS:
		judge_flash(w->begun, w->b.size, &then);
		return same_image(now, &then) ? NULL : "it says that the old image boots";
	case CLAIM_DONE:
		return done_is_there(w) ? NULL : "it says that the job's image is complete";
	case CLAIM_THIS_BOOTS:
		return now->boots && at_said_place(told, now) ? NULL
							      : "it says that this image boots";
	case CLAIM_BOOTS:
		return now->boots ? NULL : "it says that an image boots";
	case CLAIM_DARK:
		short_too_dark += now->boots;
		return NULL;
	case CLAIM_NONE:
		break;
	}
	return NULL;
}

/* The first sentence that fits counts: "may boot" is part of others. */
static const char *check_words(const struct short_world *w, const struct cx3_error *err,
			       const struct judged *now, bool untouched)
{
	const char *told = said(err);

	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		if (strstr(told, claims[i].words))
			return check_claim(w, claims[i].claim, told, now, untouched);
	}
	if (untouched)
		return NULL;
	return "it says nothing of the flash that this test knows (short_verdict.c)";
}

static bool is_either(const struct short_world *w, const struct judged *now)
{
	return memcmp(now->uid, w->old.uid, sizeof(now->uid)) == 0 ||
	       memcmp(now->uid, w->done.uid, sizeof(now->uid)) == 0;
}

/* After a failure. */
static const char *check_flash(struct short_world *w, const struct cx3_error *err)
{
	uint8_t *content = fixture_get(&w->b);
	bool untouched = memcmp(content, w->begun, w->b.size) == 0;
	const char *lie = NULL;
	char words[200];
	struct judged now;

	judge_flash(content, w->b.size, &now);
	free(content);
	judge_words(&now, words, sizeof(words));
	if (!w->e.writing && !untouched)
		return wrong("the flash has changed before the job began to write");
	if (w->promised && !now.boots)
		return wrong("an image was to stay bootable: %s", words);
	if (w->promised && now.broken)
		return wrong("a signature stands before an image that is not whole");
	if (now.boots && !is_either(w, &now))
		return wrong("an image with a foreign identity boots");
	if (w->e.writing)
		lie = check_words(w, err, &now, untouched);
	return lie ? wrong("%s, but: %s. The error: %s", lie, words, said(err)) : NULL;
}

const char *short_wrong(struct short_world *w, int rc, const struct cx3_error *err)
{
	const char *what = NULL;

	if (w->e.out_of_place)
		return wrong("%u writes beside the plan", (unsigned)w->e.out_of_place);
	if (w->e.out_of_order)
		return wrong("an image was given up for one that was not read back");
	if (rc != CX3_OK)
		return check_flash(w, err);
	return short_complete(w, &what) ? NULL : wrong("told to be done, but %s", what);
}

const char *short_untrue(struct short_world *w, int rc, const struct cx3_error *err)
{
	const char *what = NULL, *lie;
	struct judged now;
	uint8_t *content;
	char words[200];
	bool untouched;

	if (rc == CX3_OK)
		return short_complete(w, &what) ? NULL : wrong("told to be done, but %s", what);
	content = fixture_get(&w->b);
	untouched = memcmp(content, w->begun, w->b.size) == 0;
	judge_flash(content, w->b.size, &now);
	free(content);
	judge_words(&now, words, sizeof(words));
	lie = w->e.writing ? check_words(w, err, &now, untouched) : NULL;
	return lie ? wrong("%s, but: %s. The error: %s", lie, words, said(err)) : NULL;
}

bool short_boots(const struct short_world *w)
{
	uint8_t *content = fixture_get(&w->b);
	struct judged now;

	judge_flash(content, w->b.size, &now);
	free(content);
	return now.boots;
}

bool short_semaphore_left(const struct short_world *w)
{
	char state[ENGINE_STATE];
	const char *live = engine_state_text(&w->b, "live", state);

	live = live ? strchr(live, '"') : NULL;
	return live && (live[1] == '1' || live[3] == '1');
}
