/* SPDX-License-Identifier: BSD-2-Clause */
/* The facts of a look at a card, in words and in the document, layer by layer. */
#ifndef CX3_CLI_FACTS_TEXT_H
#define CX3_CLI_FACTS_TEXT_H

#include "cli.h"
#include "cx3flash/diagnose.h"

void facts_show_card(struct cli *cli, const struct cx3_facts *facts);
/* facts_holder.c: the semaphores, however the look at the flash has ended: taken for how long, and
 * by whom as far as that is known. */
void facts_show_semaphores(struct cli *cli, const struct cx3_facts *facts);
/* The flash chip, its protection. */
void facts_show_flash(struct cli *cli, const struct cx3_facts *facts);
/* Images, what boots next, identity, key, configuration, backups. */
void facts_show_content(struct cli *cli, const struct cx3_facts *facts);
/* "secure_host_key" of the document, however far the look came: null where it is not known. */
void facts_secure_host_json(struct cli *cli, const struct cx3_facts *facts);

#endif
