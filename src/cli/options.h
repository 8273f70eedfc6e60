/* SPDX-License-Identifier: BSD-2-Clause */
/* What a command line's options are parsed into, and which command takes which. */
#ifndef CX3_CLI_OPTIONS_H
#define CX3_CLI_OPTIONS_H

#include "cx3flash/jobs.h"

/* Devices that one command line may name: all a bench has, and one line each on a terminal. */
#define MOST_DEVICES 64u

struct cli_options {
	const char *device; /* the first -d */
	const char *devices[MOST_DEVICES];
	unsigned device_count;
	const char *image;
	const char *psid; /* of the image in an archive */
	bool yes, no, silent, json, help, version;
	bool progress_json; /* --progress=json */
	bool pty, i_know;   /* serprog */
	bool ask, watch;    /* scan */
	/* provision */
	const char *ledger, *only_psid;
	bool keep_identity, burn_again;
	unsigned cards; /* 0: no end */
	bool dry_run, no_backup, once, unprotect, allow_unbootable;
	bool leave_unprotected, leave_boot_address; /* recover */
	bool allow_identity_change, allow_other_card, allow_bad_backup,
		allow_no_image; /* restore */
	bool allow_rom_change;	/* brom, drom */
	const char *backup_dir;
	const char *identity, *identity_from; /* files */
	const char *svg;		      /* map */
	const char *log;		      /* a file */
	bool quick, striped, plain_read, clear_semaphore;
	struct cx3_assumptions assume;
	const struct cx3_flash_part *part; /* -flash_params */
	unsigned verbose;
	struct cx3_burn_options burn;
};

/* Which commands an option is for: one bit a command that has options of its own. */
enum option_scope {
	SCOPE_BURN = 1,
	SCOPE_SG = 2,
	SCOPE_RESTORE = 4,
	SCOPE_QUERY = 8,
	SCOPE_READ = 16, /* commands that read an image: query, verify, dc, ri, rrom */
	SCOPE_BACKUP = 32,
	SCOPE_RESUME = 64,
	SCOPE_STATUS = 128,
	SCOPE_RECOVER = 256,
	SCOPE_RESET = 512,
	SCOPE_WP = 1024,
	SCOPE_MAP = 2048,
	SCOPE_ROM = 4096,	/* brom, drom */
	SCOPE_VSD = 8192,	/* sv */
	SCOPE_FILE = 16384,	/* fix_crc */
	SCOPE_RAW = 32768,	/* erase, ww, wwne, wb, wbne, bb */
	SCOPE_KEY = 65536,	/* set_key */
	SCOPE_CONFIG = 1 << 20, /* set_config */
	SCOPE_SERPROG = 1 << 21,
	SCOPE_SCAN = 1 << 22,
	SCOPE_PROVISION = 1 << 23,
	SCOPE_EDIT = SCOPE_ROM | SCOPE_VSD | SCOPE_CONFIG | SCOPE_KEY,
	SCOPE_CARD = 1 << 27,	 /* how the card is opened: each line to copy for it has them */
	SCOPE_IGNORED = 1 << 28, /* of mstflint, for any command: taken, and said to do nothing */
	SCOPE_REPEATS = 1 << 29, /* may be given more than once */
	SCOPE_ALL = 1 << 30,
	SCOPE_CHANGE = SCOPE_BURN | SCOPE_SG | SCOPE_RESTORE | SCOPE_RECOVER | SCOPE_RESET |
		       SCOPE_EDIT | SCOPE_RAW
};

struct option_spec {
	const char *name; /* canonical, with hyphens */
	char letter;	  /* 0: none */
	unsigned values;  /* how many words it takes; more than one are joined by commas */
	unsigned scope;	  /* enum option_scope bits */
	const char *arg;  /* as the help shows it */
	const char *help; /* with SCOPE_IGNORED: why it does nothing */
	size_t flag;	  /* offset of its bool in struct cli_options; used if `take` is NULL */
	int (*take)(struct cli_options *options, const char *value, struct cx3_error *err);
};

extern const struct option_spec cli_option_specs[];
extern const size_t cli_option_count;
#define MAX_OPTIONS 64 /* at most */

/* A GUID as a word of the line: with 0x its leading zeros may be missing. CX3_E_IDENTITY. */
int parse_guid_text(const char *text, uint64_t *guid, struct cx3_error *err);
/* Likewise; multicast addresses and longer ones are refused. */
int parse_mac_text(const char *text, uint64_t *mac, struct cx3_error *err);
/* A number from an argument, 0x.. or decimal (ask.c). CX3_E_USAGE. */
int parse_number(const char *text, const char *what, uint64_t max, uint64_t *value,
		 struct cx3_error *err);

/* options_flash.c: values of -flash_params and -banks. CX3_E_USAGE. */
int options_take_flash_params(struct cli_options *options, const char *value,
			      struct cx3_error *err);
int options_take_banks(struct cli_options *options, const char *value, struct cx3_error *err);

/* By canonical name (hyphens; `len` characters of it), or NULL. */
const struct option_spec *option_find(const char *name, size_t len);

/*
 * Rewrites argv for getopt_long: "-allow_psid_change", "--allow_psid_change" and
 * "--allow-psid-change" become the last form; "-guids A B C D" becomes
 * "--guids=A,B,C,D". *out is malloc'd and NULL-terminated; its strings are
 * malloc'd too: argv_free. CX3_E_USAGE names what is unknown, and the nearest.
 */
int argv_normalise(int argc, char **argv, char ***out, int *count, struct cx3_error *err);
void argv_free(char **argv);
/* One option of a normalised argv, as it stands there. */
struct option_word {
	const struct option_spec *spec; /* NULL: not known */
	const char *word;		/* "-d", "--yes", "--image=fw.bin" */
	const char *value;		/* the next word, where that is its value; else NULL */
};
/* The option at words[*i], which becomes the index behind it. False where the options end:
 * at `end` or "--". */
bool option_next(char **words, int end, int *i, struct option_word *option);

/*
 * Reads the options of a normalised argv. The words that are no options are
 * moved to its end, *first is the first of them.
 */
int options_parse(int argc, char **argv, struct cli_options *options, unsigned *scopes, int *first,
		  struct cx3_error *err);

#endif
