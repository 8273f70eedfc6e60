/* SPDX-License-Identifier: BSD-2-Clause */
/* What one thread of several devices has of its own: command line, streams, progress, document. */
#include <stdlib.h>
#include <string.h>

#include "fleet_priv.h"
#include "request.h"

/* Of the progress that its library calls tell; drawn by the starter. */
static void note(void *user, const struct progress_mark *mark)
{
	struct fleet_worker *w = user;

	pthread_mutex_lock(&w->fleet->lock);
	w->mark = *mark;
	snprintf(w->phase, sizeof(w->phase), "%s", mark->now.phase ? mark->now.phase : "working");
	w->mark.now.phase = w->phase;
	pthread_mutex_unlock(&w->fleet->lock);
}

/* "backup FOLDER" is "--backup-dir=FOLDER backup": names of their own for files of several cards.
 */
static bool take_folder(struct fleet_worker *w)
{
	struct cli *cli = &w->cli;
	const char option[] = "--backup-dir=";
	size_t size;

	if (strcmp(cli->command->name, "backup") != 0 || cli->argc == 0)
		return true;
	size = sizeof(option) + strlen(cli->argv[0]);
	w->folder = malloc(size);
	if (!w->folder)
		return false;
	snprintf(w->folder, size, "%s%s", option, cli->argv[0]);
	cli->options.backup_dir = cli->argv[0];
	cli->argc = 0;
	return true;
}

/*
 * The command line as it would be for this device alone: it goes into the journal, and into lines
 * to copy.
 */
static bool make_words(struct fleet_worker *w, const struct cli *all)
{
	struct option_word option;
	int count = 0, rest = 0;

	if (!take_folder(w))
		return false;
	while (all->words[all->first + rest])
		rest++;
	/* the program, -d DEVICE, the folder, the other options, command and arguments, NULL */
	w->words = calloc((size_t)(all->first + rest) + 5, sizeof(*w->words));
	if (!w->words)
		return false;
	w->words[count++] = all->words[0];
	w->words[count++] = (char *)"-d";
	w->words[count++] = w->device;
	if (w->folder)
		w->words[count++] = w->folder;
	for (int i = 1; option_next(all->words, all->first, &i, &option);) {
		if (option.spec && option.spec->letter == 'd')
			continue;
		w->words[count++] = (char *)option.word;
		if (option.value)
			w->words[count++] = (char *)option.value;
	}
	w->cli.words = w->words;
	w->cli.first = count;
	w->words[count++] = all->words[all->first];
	w->cli.argv = w->words + count;
	for (int i = 0; i < w->cli.argc; i++)
		w->words[count++] = all->argv[i];
	return true;
}

static bool open_streams(struct fleet_worker *w)
{
	for (unsigned i = 0; i < 2; i++) {
		w->cli.text[i] = open_memstream(&w->text[i], &w->text_len[i]);
		if (!w->cli.text[i])
			return false;
	}
	return true;
}

static bool make_document(struct fleet_worker *w, const struct cli *all)
{
	w->cli.json = all->json ? cJSON_CreateObject() : NULL;
	json_text(w->cli.json, "device", w->device);
	json_number(w->cli.json, "exit_code", 0);
	json_flag(w->cli.json, "ok", true);
	json_text(w->cli.json, "command", all->command->name);
	return !all->json || w->cli.json;
}

int fleet_worker_init(struct fleet_worker *w, struct fleet *fleet, char *device)
{
	const struct cli *all = fleet->cli;
	struct cli *cli = &w->cli;

	w->fleet = fleet;
	w->device = device;
	*cli = *all;
	cli->json = NULL;
	cli->worker = w;
	cli->options.device = device;
	cli->options.devices[0] = device;
	cli->options.device_count = 1;
	cli->watch.user = cli;
	cli->log.user = cli;
	progress_init(&cli->progress, NULL, false);
	cli->progress.note = note;
	cli->progress.user = w;
	if (make_words(w, all) && open_streams(w) && make_document(w, all))
		return CX3_OK;
	return CX3_E_NO_MEMORY;
}

void fleet_worker_free(struct fleet_worker *w)
{
	for (unsigned i = 0; i < 2; i++) {
		if (w->cli.text[i])
			fclose(w->cli.text[i]);
		free(w->text[i]);
		free(w->said[i]);
	}
	request_free(w->cli.request);
	cJSON_Delete(w->cli.json);
	free(w->words);
	free(w->folder);
	free(w->device);
}

/* Behind what the starter has not printed yet. Without memory it is lost, as on a full screen. */
static void append(char **said, const char *text, size_t len)
{
	size_t have = *said ? strlen(*said) : 0;
	char *more = realloc(*said, have + len + 1);

	if (!more)
		return;
	memcpy(more + have, text, len);
	more[have + len] = '\0';
	*said = more;
}

void fleet_hand_over(struct fleet_worker *w)
{
	for (unsigned i = 0; i < 2; i++) {
		fflush(w->cli.text[i]);
		if (w->text_len[i] == 0)
			continue;
		pthread_mutex_lock(&w->fleet->lock);
		append(&w->said[i], w->text[i], w->text_len[i]);
		pthread_mutex_unlock(&w->fleet->lock);
		/* what follows is written over it; what of it then stays behind is not counted */
		rewind(w->cli.text[i]);
	}
}
