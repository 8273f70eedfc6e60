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
	VALUES_WAYS,	/* the behaviours that --assume knows, with =no and =yes */
	VALUES_PROGRESS /* the forms of --progress */
};

/* What the value of this option is. */
enum page_values page_option_values(const struct option_spec *spec);
/* An option that does nothing is taken, and not offered. */
bool page_offers(const struct option_spec *spec);
/* The option can be given with this command. */
bool page_takes(const struct command *command, const struct option_spec *spec);
/* A file may stand among the command's arguments. */
bool page_takes_files(const struct command *command);
/* A line of a list in a command's help: "  import FILE   identities from a list". */
struct page_list_line {
	const char *head; /* "import FILE", head_len bytes */
	size_t head_len;
	const char *text, *end; /* what is said of it, to the end of the line */
};

/* False if the line is none of a list. The pointers are into `line`. */
bool page_list_line(const char *line, struct page_list_line *parts);

/* The words that may stand first: "query", "off" and "on" of "[query|off|on [A N]]", and those that
 * the help lists. `next` is called for each; the word is its own for as long as the call lasts. */
void page_words(const struct command *command, void (*next)(void *user, const char *word),
		void *user);

/* What may stand second: "set" and "QuadEn=", where the help lists "  set QuadEn=0|1   ...". */
void page_settings(const struct command *command,
		   void (*next)(void *user, const char *first, const char *setting), void *user);

/* Names of devices that may stand as they are: "ft232h", "all:ft232h". As page_words. */
void page_devices(void (*next)(void *user, const char *word), void *user);

/* Prints what a value of PARTS, WAYS or PROGRESS may be, with spaces between. */
void page_list(enum page_values values);

/* Each to standard output. */
void page_man(void);
void page_bash(void);
void page_zsh(void);
void page_fish(void);

#endif
