/* SPDX-License-Identifier: BSD-2-Clause */
/* Words that guides for mstflint use and that mean nothing here, with the reason. */
#ifndef CX3_CLI_FOREIGN_H
#define CX3_CLI_FOREIGN_H

/* Why mstflint's command `word` is not here; NULL if it is no command of mstflint. */
const char *foreign_command(const char *word);

/* What is meant by a device name that no adapter takes, and what to write instead, as
 * cause and advice with a newline between; NULL if nothing is known of such a name. */
const char *foreign_device(const char *device);

#endif
