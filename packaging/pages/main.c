/* SPDX-License-Identifier: BSD-2-Clause */
/* pages man|bash|zsh|fish: see pages.h. `packaging/update` puts what it prints into the tree. */
#include <stdio.h>
#include <string.h>

#include "pages.h"

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*print)(void);
	} pages[] = {
		{"man", page_man}, {"bash", page_bash}, {"zsh", page_zsh}, {"fish", page_fish}};

	for (size_t i = 0; argc == 2 && i < sizeof(pages) / sizeof(pages[0]); i++) {
		if (strcmp(argv[1], pages[i].name) == 0) {
			pages[i].print();
			return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
		}
	}
	fputs("usage: pages man|bash|zsh|fish\n", stderr);
	return 2;
}
