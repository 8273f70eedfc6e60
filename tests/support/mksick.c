/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mksick NAME CARD FACTS: writes a sick card's flash, and as shell assignments what a test must
 * know of it: its options, what status says, which line to copy. mksick alone lists the names.
 */
#include "sick.h"

#include <stdio.h>
#include <string.h>

static int list(void)
{
	for (size_t i = 0; i < sick_count; i++)
		printf("%-28s %s\n", sick_cards[i].name, sick_cards[i].story);
	return 0;
}

int main(int argc, char **argv)
{
	const struct sick_card *card = NULL;
	struct sick_own own;
	FILE *facts = argc == 4 ? fopen(argv[3], "w") : NULL;

	if (argc == 1)
		return list();
	for (size_t i = 0; facts && i < sick_count; i++) {
		if (strcmp(sick_cards[i].name, argv[1]) == 0)
			card = &sick_cards[i];
	}
	if (!card) {
		fprintf(stderr,
			"usage: mksick NAME CARD FACTS, or mksick alone, which lists the names\n");
		return 2;
	}
	sick_make(card, argv[2], NULL, &own);
	fprintf(facts, "options='%s'\nanswer=%d\nstate=%s\nnext='%s'\n",
		card->options ? card->options : "", card->answer, card->state,
		card->next ? card->next : "");
	return fclose(facts) == 0 ? 0 : 1;
}
