/* SPDX-License-Identifier: BSD-2-Clause */
/* The manual page and the completions, each printed from the tables that make the help. */
#ifndef CX3_PAGES_H
#define CX3_PAGES_H

#include "cli.h"
#include "cx3flash/adapterops.h"

/* What a word of the command line stands for: what a completion offers there. */
enum page_values {
	VALUES_NONE,	/* nothing that could be listed: a number, a GUID */
	VALUES_FILES,	/* any file */
	VALUES_FOLDERS, /* any folder */
	VALUES_DEVICES, /* the adapters of this machine */
	VALUES_PARTS,	/* the kinds of flash */
	VALUES_WAYS	/* the behaviours that --assume knows, with =no and =yes */
};

/* What the value of this option is. */
enum page_values page_option_values(const struct option_spec *spec);
/* An option that does nothing is taken, and not offered. */
bool page_offers(const struct option_spec *spec);
/* The option can be given with this command. */
bool page_takes(const struct command *command, const struct option_spec *spec);
/* A file may stand among the command's arguments. */
bool page_takes_files(const struct command *command);
/* The words that may: "query", "off" and "on" of "[query|off|on [A N]]". `next` is called for each;
 * the word is its own for as long as the call lasts. */
void page_words(const struct command *command, void (*next)(void *user, const char *word),
		void *user);

/* Names of devices that may stand as they are: "ft232h", "all:ft232h". As page_words. */
void page_devices(void (*next)(void *user, const char *word), void *user);

/* Prints what a value of PARTS or WAYS may be, with spaces between. */
void page_list(enum page_values values);

/* Each to standard output. */
void page_man(void);
void page_bash(void);
void page_zsh(void);
void page_fish(void);

#endif
