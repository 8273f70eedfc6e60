/* SPDX-License-Identifier: BSD-2-Clause */
/* The program run on sick cards, in this process: for test_cli_sick.c. */
#ifndef CX3_SICK_RUN_H
#define CX3_SICK_RUN_H

#include <cjson/cJSON.h>

#include "cli/exit_code.h"
#include "cx3flash/diagnose.h"
#include "sick.h"

extern char sick_output[1 << 17];    /* what the last run has printed */
extern struct sick_own sick_own_now; /* of the card at hand */

/* What is on the card's label: its own, or where it never had any, some. */
uint64_t sick_label_guid(void);
uint64_t sick_label_mac(void);

/* A line of words; those in capitals get what a user would put there. Answers the exit code. */
int sick_run_words(const char *device, const char *words);

/* "sim:card.bin", with these options of the simulated card (may be NULL) */
void sick_device_name(char *device, size_t size, const char *options);

/* Of a file: a sum that another content has not. */
uint64_t sick_sum_of(const char *path);

/* The content of card.bin; the caller's to free. */
uint8_t *sick_load(uint32_t *size);

/* A text of the document, or NULL. */
const char *sick_text_of(const cJSON *object, const char *key);

#endif
