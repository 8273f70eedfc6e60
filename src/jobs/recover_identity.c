/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose GUIDs and MACs a recovered card gets. In this order: what the user gives; an image
 * that boots or did until it was damaged; a backup that proves to be this card's; what else
 * is left on the flash. What is not sure is taken only if somebody says so, and what is
 * known nowhere is asked for: an address that was made up may be another card's.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "job_priv.h"
#include "records/manifest.h"
#include "recover.h"

/* The middle of a GUID that is made of a MAC: seen on most cards, beside ffff. */
#define GUID_MIDDLE UINT64_C(0x0300)

struct search {
	struct cx3_recovery *recovery;
	const struct cx3_input *input;
	const uint8_t *content;
	struct cx3_salvage found; /* on the flash */
	struct cx3_salvage known; /* best first; what is doubted is not checked */
	bool contradict;	  /* backups that are this card's say different things */
	struct cx3_salvage own;	  /* count 1: of a backup that is this card's */
	struct cx3_recovered *out;
};

/* --- What is on the flash --- */

const char *cx3_recover_doubt(const struct cx3_recovery *recovery, const struct cx3_input *input,
			      const struct cx3_salvaged *item)
{
	struct cx3_identity file;

	cx3_identity_from_info(&recovery->image->info, CX3_IDENTITY_FILE, NULL, &file);
	if (item->published)
		return "published image files carry these";
	/* raw content of a flash has the GUIDs of its card: that they stand in both speaks for them
	 */
	if (!recovery->image->was_striped && !file.blank &&
	    cx3_identity_equal(&file, &item->identity))
		return "the image file has the same";
	if (item->has_info && cx3_draft_is_others(input, &item->info))
		return "that image is for another chip";
	/* what is left of an older image is what the card had then */
	if (item->rank <= CX3_SALVAGE_RETIRED &&
	    cx3_identity_was_replaced(input->backup_folder, &item->identity))
		return "a backup tells that the card was given others since";
	return NULL;
}

static void append(struct cx3_salvage *list, const struct cx3_salvaged *item)
{
	if (list->count < CX3_SALVAGE_MOST)
		list->item[list->count++] = *item;
}

/* What is doubted comes behind what is sure, and is not checked any more. */
static void sort_out(struct search *s)
{
	const struct cx3_salvage *found = &s->found;
	const char *doubt[CX3_SALVAGE_MOST];

	s->known = *found;
	s->known.count = s->known.checked = 0;
	for (unsigned i = 0; i < found->count; i++) {
		doubt[i] = cx3_recover_doubt(s->recovery, s->input, &found->item[i]);
		if (found->item[i].identity.checked && !doubt[i]) {
			append(&s->known, &found->item[i]);
			s->known.checked++;
		}
	}
	for (unsigned i = 0; i < found->count; i++) {
		struct cx3_salvaged item = found->item[i];

		if (item.identity.checked && !doubt[i])
			continue;
		item.doubt = doubt[i];
		item.identity.checked = false;
		append(&s->known, &item);
	}
	if (found->count && found->item[0].has_info &&
	    cx3_draft_is_others(s->input, &found->item[0].info))
		s->known.psid[0] = '\0';
}

/* --- One of them --- */

/* A home has a signature, and its image's own GUIDs are not among those that were found. */
static bool signed_home_lacks_guids(const struct search *s)
{
	struct cx3_fs2_source src = cx3_fs2_memory(s->content, s->input->shadow->size);
	uint32_t start[CX3_FS2_MAX_STARTS];
	unsigned count = 0;

	if (cx3_fs2_locate(&src, start, &count, NULL) != CX3_OK)
		return false;
	for (unsigned i = 0; i < count; i++) {
		struct cx3_fs2_info info;

		/* one whose fields are blank has had none */
		if (cx3_fs2_query_at(&src, start[i], CX3_FS2_STRIPED, CX3_FS2_QUICK, &info, NULL) !=
			    CX3_OK ||
		    !info.blank_uids)
			return true;
	}
	return false;
}

/* That of an image that was replaced counts only where no signed home had another since. What
 * is of no image that can be told is most likely the signed home's own. */
static bool clear_on_flash(const struct search *s, enum cx3_salvage_rank least)
{
	enum cx3_salvage_rank rank = s->known.item[0].rank;

	return cx3_salvage_is_clear(&s->found) && cx3_salvage_is_clear(&s->known) &&
	       rank >= least && (rank != CX3_SALVAGE_RETIRED || !signed_home_lacks_guids(s));
}

/* A signed home has damaged GUIDs that are others than these: they were the card's last ones. */
static bool is_outranked(const struct search *s, const struct cx3_salvaged *own)
{
	for (unsigned i = 0; i < s->found.count; i++) {
		const struct cx3_salvaged *item = &s->found.item[i];

		if (!item->identity.checked && item->rank >= CX3_SALVAGE_SIGNED &&
		    !cx3_recover_doubt(s->recovery, s->input, item) &&
		    !cx3_identity_equal(&item->identity, &own->identity))
			return true;
	}
	return false;
}

/* What is sure of this card; NULL if nothing is. */
static const struct cx3_salvaged *sure_one(const struct search *s)
{
	if (clear_on_flash(s, CX3_SALVAGE_SIGNED))
		return &s->known.item[0];
	if (s->own.count)
		return is_outranked(s, &s->own.item[0]) ? NULL : &s->own.item[0];
	/* backups that prove to be of this card and contradict each other: nobody knows */
	if (s->contradict)
		return NULL;
	return clear_on_flash(s, CX3_SALVAGE_LOOSE) ? &s->known.item[0] : NULL;
}

/* `from`: a backup; NULL: the flash. */
static void take_psid(struct cx3_recovered *out, const char *psid, const char *from)
{
	snprintf(out->psid, sizeof(out->psid), "%s", psid);
	snprintf(out->psid_from, sizeof(out->psid_from), "%s",
		 from ? from : "what is left on the card");
}

/* A backup's may be on the flash as well: then it is said to be of the flash, and spared. */
static void take(struct search *s, const struct cx3_salvaged *item)
{
	struct cx3_recovered *out = s->out;

	for (unsigned i = 0; i < s->known.count; i++) {
		const struct cx3_salvaged *own = &s->known.item[i];

		if (own->identity.source == CX3_IDENTITY_SALVAGED && own->identity.checked &&
		    cx3_identity_equal(&own->identity, &item->identity))
			item = own;
	}

	out->identity = item->identity;
	out->sure = item->identity.checked;
	out->on_flash = item->identity.source == CX3_IDENTITY_SALVAGED;
	out->addr = item->addr;
	snprintf(out->phrase, sizeof(out->phrase), "from %.140s%s", item->identity.where,
		 s->input->before ? ", before the interrupted recovery" : "");
	if (item->identity.has_psid)
		take_psid(out, item->identity.psid,
			  item->identity.source == CX3_IDENTITY_BACKUP ? item->identity.where
								       : NULL);
}

static int nothing_known(struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_IDENTITY, "flash",
			"No GUIDs and MACs are left on the flash, and no backup is known to be of "
			"this card.\n"
			"Give the card's own GUID or MAC: they are on its label.");
}

static int not_sure(const struct cx3_salvage *known, struct cx3_error *err)
{
	const struct cx3_identity *best = &known->item[0].identity;
	const char *doubt = known->item[0].doubt;

	return cx3_fail(err, CX3_E_IDENTITY, "flash",
			"It is not sure which GUIDs and MACs are this card's. What speaks most for "
			"it: GUID %016" PRIx64 ", MAC %012" PRIx64 " (%.150s%s%s)%s.\n"
			"Compare them with the card's label, and give the right ones.",
			best->guid[0], best->mac_count ? best->mac[0] : 0, best->where,
			doubt || !best->checked ? ": " : "",
			doubt		? doubt
			: best->checked ? ""
					: "its CRC is wrong",
			known->count > 1 ? "; there are others" : "");
}

/* A yes does not answer this one: it has to be said which. */
static int ask(struct search *s, struct cx3_error *err)
{
	struct cx3_recovery *r = s->recovery;
	unsigned choice = 0;
	int rc;

	if (!s->known.count)
		return nothing_known(err);
	if (!r->may_ask || !r->options->choose)
		return not_sure(&s->known, err);
	rc = r->options->choose(r->user, &s->known, &choice, err);
	if (rc != CX3_OK)
		return rc;
	if (choice >= s->known.count)
		return not_sure(&s->known, err);
	r->chosen = true;
	r->choice = s->known.item[choice].identity;
	return CX3_OK;
}

static int take_chosen(struct search *s, struct cx3_error *err)
{
	struct cx3_salvaged item = {.identity = s->recovery->choice};
	int rc = s->recovery->chosen ? CX3_OK : ask(s, err);

	if (rc != CX3_OK)
		return rc;
	item.identity = s->recovery->choice;
	for (unsigned i = 0; i < s->known.count; i++) {
		if (cx3_identity_equal(&s->known.item[i].identity, &item.identity))
			item = s->known.item[i];
	}
	take(s, &item);
	snprintf(s->out->phrase, sizeof(s->out->phrase), "chosen: %.150s", item.identity.where);
	return CX3_OK;
}

/* --- What the user gives --- */

static bool agrees(const struct cx3_burn_options *o, const struct cx3_identity *known)
{
	if (o->guid_count && (!known->guid_count || known->guid[0] != o->guid[0]))
		return false;
	return !o->mac_count || (known->mac_count && known->mac[0] == o->mac[0]);
}

/*
 * A base is even, so that no card's four GUIDs reach into the next card's. Of an odd MAC, which
 * is port 1's on cards whose node has the GUID before it, the base is one less.
 */
static uint64_t guid_of(uint64_t mac)
{
	return mac >> 24 << 40 | GUID_MIDDLE << 24 | (mac & 0xfffffe);
}

/* What is known and agrees with what is given; a doubt is settled by that. NULL: nothing. */
static const struct cx3_salvaged *agreeing(const struct search *s, const struct cx3_salvaged *sure)
{
	const struct cx3_burn_options *o = s->recovery->burn;

	if (sure && agrees(o, &sure->identity))
		return sure;
	for (unsigned i = 0; i < s->found.count; i++) {
		if (s->found.item[i].identity.checked && agrees(o, &s->found.item[i].identity))
			return &s->found.item[i];
	}
	return NULL;
}

/* The other half is the card's, if what is given is what is known of it; else it follows by
 * the rules that are seen. */
static int take_given(struct search *s, const struct cx3_salvaged *sure, struct cx3_error *err)
{
	const struct cx3_burn_options *o = s->recovery->burn;
	const struct cx3_salvaged *known = agreeing(s, sure);
	const struct cx3_identity *base = known ? &known->identity : NULL;
	struct cx3_recovered *out = s->out;
	uint64_t guid = 0;
	bool makes_guids = !o->guid_count && !base;
	int rc;

	if (known)
		take(s, known);
	if (makes_guids)
		guid = guid_of(o->mac[0]);
	rc = cx3_identity_given(base, makes_guids ? 1 : o->guid_count,
				makes_guids ? &guid : o->guid, o->mac_count, o->mac, &out->identity,
				err);
	if (rc != CX3_OK)
		return rc;
	out->macs_given = o->mac_count > 0;
	snprintf(out->phrase, sizeof(out->phrase), "as given%s",
		 makes_guids ? "; the GUIDs are the MAC with 0300 in its middle, as on most cards"
		 : !o->mac_count && !base
			 ? "; the MACs are the ports' GUIDs without their middle, as on most cards"
			 : "");
	return CX3_OK;
}

static bool differs(const struct cx3_identity *own, const struct cx3_identity *given)
{
	bool guids = cx3_identity_has_guids(own) && cx3_identity_has_guids(given) &&
		     own->guid[0] != given->guid[0];
	bool macs = cx3_identity_has_macs(own) && cx3_identity_has_macs(given) &&
		    own->mac[0] != given->mac[0];

	return guids || macs;
}

/* Another identity than the sure one is told; a file, which may be another card's, is asked
 * about. Whoever goes on after an interruption was asked already. */
static int check_contradiction(struct search *s, const struct cx3_salvaged *sure,
			       struct cx3_error *err)
{
	struct cx3_recovery *r = s->recovery;
	struct cx3_recovered *out = s->out;
	int rc;

	out->contradicts = sure && differs(&sure->identity, &out->identity);
	if (!out->contradicts)
		return CX3_OK;
	out->own = sure->identity;
	if (!r->options->from_file || r->meant || !r->may_ask)
		return CX3_OK;
	if (!r->options->contradicted)
		return cx3_fail(err, CX3_E_IDENTITY, "identity",
				"The file's GUIDs and MACs are not this card's: %.150s has GUID "
				"%016" PRIx64 ", the file has %016" PRIx64 ".\n"
				"Give the card's own; or give these by value, if they are meant.",
				out->own.where, out->own.guid[0], out->identity.guid[0]);
	rc = r->options->contradicted(r->user, &out->own, &out->identity, err);
	r->meant = rc == CX3_OK;
	return rc;
}

/* --- The search --- */

static int find(struct search *s, struct cx3_error *err)
{
	const struct cx3_burn_options *o = s->recovery->burn;
	const struct cx3_salvaged *sure;
	int rc = cx3_salvage(s->content, s->input->shadow->size, &s->found, err);

	if (rc != CX3_OK)
		return rc;
	sort_out(s);
	if (s->known.psid_checked)
		take_psid(s->out, s->known.psid, NULL);
	if (!clear_on_flash(s, CX3_SALVAGE_SIGNED))
		s->contradict = cx3_recover_backups(s->recovery, s->input, s->content, &s->known,
						    &s->own);
	sure = sure_one(s);
	if (o->guid_count || o->mac_count) {
		rc = take_given(s, sure, err);
		if (rc == CX3_OK)
			rc = check_contradiction(s, sure, err);
	} else if (sure) {
		take(s, sure);
	} else {
		rc = take_chosen(s, err);
	}
	/* an old image has no MACs */
	if (rc == CX3_OK)
		rc = cx3_identity_given(&s->out->identity, 0, NULL, 0, NULL, &s->out->identity,
					err);
	if (rc != CX3_OK)
		return rc;
	return cx3_identity_check_clone(s->input->shadow, s->input->backup_folder,
					sure ? &sure->identity : NULL, &s->out->identity, err);
}

int cx3_recover_identity(struct cx3_recovery *recovery, const struct cx3_input *input,
			 const uint8_t *content, struct cx3_recovered *out, struct cx3_error *err)
{
	struct search s = {.recovery = recovery, .input = input, .content = content, .out = out};

	memset(out, 0, sizeof(*out));
	return find(&s, err);
}
