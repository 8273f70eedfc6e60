/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupted jobs: see waiting_text.h. */
#include "waiting_text.h"

#include <stdlib.h>
#include <string.h>

#include "advice.h"
#include "printable.h"

void waiting_tell(const struct cli *cli, const struct cx3_waiting *waiting)
{
	char words[CX3_WAITING_REQUEST];
	size_t len;

	memcpy(words, waiting->request, sizeof(words));
	len = strlen(words);
	if (len)
		words[len - 1] = '\0';
	for (char *at = words; *at; at++) {
		if (*at == '\n')
			*at = ' ';
	}
	if (waiting->damaged) {
		say(cli, "Interrupted:           a job whose journal can't be read: %s\n",
		    shown(waiting->journal));
		say(cli,
		    "                       (if it was this card's, give its command again; then "
		    "delete that file)\n");
		return;
	}
	say(cli, "Interrupted:           %s of %s%s%s%s%s\n", shown(waiting->job),
	    waiting->date[0] ? shown(waiting->date) : "an unknown date",
	    waiting->certain ? "" : ", which may be this card's", words[0] ? " (" : "",
	    shown(words), words[0] ? ")" : "");
}

static void add_json(cJSON *array, const struct cx3_waiting *waiting)
{
	cJSON *item = json_append(array);

	json_text(item, "job", waiting->job[0] ? waiting->job : NULL);
	json_text(item, "date", waiting->date[0] ? waiting->date : NULL);
	json_text(item, "journal", waiting->journal);
	json_text(item, "backup", waiting->backup[0] ? waiting->backup : NULL);
	json_text(item, "owner", waiting->owner[0] ? waiting->owner : NULL);
	json_flag(item, "certain", waiting->certain);
	json_flag(item, "damaged", waiting->damaged);
}

void waiting_tell_line(const struct cli *cli, const char *words, const char *journal)
{
	struct advice advice;

	advice_begin(cli, &advice);
	if (cli->options.backup_dir) {
		advice_push(&advice, "--backup-dir");
		advice_push(&advice, cli->options.backup_dir);
	}
	advice_push(&advice, "resume");
	if (journal)
		advice_push(&advice, journal);
	advice_tell(cli, &advice, NULL, words);
}

int waiting_show(struct cli *cli)
{
	cJSON *array = json_array(cli->json, "interrupted");
	struct cx3_waiting *list;
	size_t count;
	int rc = cx3_waiting_jobs(cli->session.shadow, cli->options.backup_dir, &list, &count,
				  &cli->err);

	for (size_t i = 0; rc == CX3_OK && i < count; i++) {
		waiting_tell(cli, &list[i]);
		add_json(array, &list[i]);
		if (!list[i].damaged)
			waiting_tell_line(cli, "To go on",
					  count > 1 || !list[i].certain ? list[i].journal : NULL);
	}
	free(list);
	return rc;
}
