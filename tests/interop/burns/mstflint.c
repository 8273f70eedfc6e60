/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs Debian's mstflint on a simulated card. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "burns.h"

int run_mstflint(const char *flash, const char *card, const char *arguments, char *output,
		 size_t size)
{
	char command[2000];
	size_t have;
	FILE *pipe;
	int status;

	setenv("CX3FLASH_SIM_PRELOAD", PRELOAD, 0);
	snprintf(command, sizeof(command), "%s '%s%s%s' %s 2>&1 </dev/null", RUN_MSTFLINT, flash,
		 *card ? "," : "", card, arguments);
	pipe = popen(command, "r");
	if (!pipe)
		return 77;
	have = fread(output, 1, size - 1, pipe);
	output[have] = '\0';
	while (fgetc(pipe) != EOF)
		;
	status = pclose(pipe);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
