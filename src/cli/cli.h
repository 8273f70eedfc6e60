/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line: words, questions, progress; text for people, one JSON
 * document for programs. What is done to a card is the library's work; the order of a station's
 * steps is here (provision_card.c).
 */
#ifndef CX3_CLI_H
#define CX3_CLI_H

#include <cjson/cJSON.h>

#include "cx3flash/identity.h"
#include "cx3flash/jobs.h"
#include "options.h"
#include "progress.h"

/* What a command works on. */
enum cli_target {
	TARGET_NONE,
	TARGET_DEVICE,	   /* -d */
	TARGET_EITHER,	   /* -d or -i, not both */
	TARGET_BOTH,	   /* -d and -i */
	TARGET_CARD_IMAGE, /* -d, and -i or not */
	TARGET_OWN	   /* the command looks itself */
};

/* Where --help lists it. */
enum cli_group { GROUP_LOOK, GROUP_KEEP, GROUP_CHANGE, GROUP_BENCH, GROUP_COUNT };

/* "Look (nothing is written)" */
extern const char *const cli_group_names[GROUP_COUNT];

struct cli;

struct command {
	const char *name;
	const char *alias; /* mstflint's short word, or NULL */
	const char *args;  /* as the help shows them */
	const char *summary;
	const char *help; /* more lines for `COMMAND --help`, or NULL */
	const char *example;
	enum cli_group group;
	enum cli_target target;
	unsigned min_args, max_args;
	unsigned files; /* of a change: so many of its arguments, the first ones, name files */
	bool secret;	/* its arguments are kept in no journal, and no line to copy has them ... */
	unsigned told;	/* ... but so many, the first ones */
	bool side_by_side; /* it may be given several devices */
	bool locked_too;   /* it opens a card whose registers are locked as well */
	unsigned scope;	   /* its bit in struct option_spec's scope */
	int (*run)(struct cli *cli);
};

/* The card, opened as far as a command needs it: what is not open is NULL. */
struct session {
	struct cx3_device *device;
	struct cx3_adapter *adapter;
	struct cx3_card *card;
	struct cx3_flash *flash;
	struct cx3_shadow *shadow;
};

struct fleet_worker;

struct cli {
	struct cli_options options;
	const struct command *command;
	char **words; /* the normalised command line, options before `first` */
	int first;
	int argc; /* the command's own arguments */
	char **argv;
	char **request;		      /* for a job's journal; see request.h */
	char **resumed_words;	      /* the command line that resume has made of a journal */
	const char *resumes;	      /* resume: the journal; only its job may go on */
	struct cx3_identity identity; /* of --identity and --identity-from */
	cJSON *json;		      /* the document under construction; NULL without --json */
	struct session session;
	struct progress progress;
	struct fleet_worker *worker; /* the thread that this is run by, beside others; or NULL */
	FILE *text[2];		     /* its standard output and standard error: see cli_out */
	bool counting; /* source.c counts the reads: the library's own progress is not shown */
	struct cx3_watch watch;
	struct cx3_log log;
	enum cx3_log_level log_shown; /* what of it goes to standard error */
	FILE *log_file;		      /* --log; NULL: none */
	int log_error;		      /* errno of a line that could not be written there */
	bool settings_damaged;	      /* recover: its plan has said so */
	bool other_psid;	      /* recover: its plan has told of a way back */
	bool file_lost;		      /* resume: the job's file is gone, or another one now */
	bool other_identity; /* --identity was given --identity-from's file, or the reverse */
	bool contradicted;   /* recover: a file's identity is not the card's */
	int answer;	     /* the exit code where nothing failed; 0: EXIT_DONE */
	const char *ww[2];   /* what to give ww instead of this write without an erase; or NULL */
	bool diagnosed;	     /* status has said what to do next: no other advice is printed */
	bool error_told;     /* err is printed already */
	struct cx3_error err;
};

/* --- Commands (commands.c) --- */

extern const struct command *const cli_commands[]; /* NULL-terminated */
/* By name or alias; NULL if there is none. */
const struct command *cli_find_command(const char *word);
/* The closest of `words` (`count` of them), or NULL if none is close. */
const char *cli_nearest(const char *word, const char *const *words, size_t count);
/* Takes argv apart, runs the command, reports. Answers the exit code. */
int cli_main(int argc, char **argv);
/* Runs the command of a line that is in order, and closes the card. For one device. */
int cli_run(struct cli *cli);
/* CX3_E_USAGE if cli->options does not name what cli->command works on. */
int cli_check_target(struct cli *cli);
/* How many of its arguments a journal and a line to copy may have. */
unsigned cli_told_args(const struct cli *cli);
/* CX3_E_USAGE if it has too few or too many arguments. */
int cli_check_args(struct cli *cli);
/* All that a command line must be: these two, and no option that the command would ignore.
 * `scopes` is from options_parse. CX3_E_USAGE. */
int cli_check_line(struct cli *cli, const unsigned *scopes);
/* Of one command, or of the whole tool with NULL. */
void cli_help(struct cli *cli, const struct command *command);

/* --- Session (session.c) --- */

/* Opens cli->options.device down to `depth`. What was opened stays open on an error. */
int session_open(struct cli *cli, enum cx3_device_depth depth);
/* How this command line wants the flash to be opened. */
struct cx3_flash_options session_flash_options(const struct cli *cli);
void session_close(struct cli *cli);
/* Prints the adapter's own words with --verbose. */
void session_log(void *user, enum cx3_log_level level, const char *line);

/* --- Source: an image file or a card, for commands that take either (source.c) --- */

struct cli_source {
	struct cx3_fs2_source src;   /* what the fs2 functions read from */
	struct cx3_fs2_source inner; /* the same, without the bar */
	enum cx3_fs2_layout layout;
	struct cli *cli;
	uint8_t *file;		    /* the image file's bytes, or NULL for a card */
	uint32_t missing;	    /* bytes of the flash that were not known when the bar began */
	uint64_t started_us, total; /* bytes; total 0: no progress is shown */
	unsigned holds;		    /* that were passed on */
};

int source_open(struct cli *cli, struct cli_source *source);
void source_close(struct cli_source *source);
/* A verdict on the flash's content, as cx3_shadow_verdict; and over wires that the link test
 * found noisy it is none: CX3_E_NOISE. */
int card_verdict(struct cli *cli, int rc, struct cx3_error *err);
/*
 * After a failure `rc` of a command that reads an image. Of a file: its name comes before
 * the place, since the image functions know offsets only. Of a card: card_verdict,
 * which jobs have asked themselves.
 */
int source_verdict(struct cli *cli, int rc);
/* Shows a bar for the reads that follow, about `total` bytes. Nothing for a file. */
void source_progress(struct cli_source *source, uint64_t total);
/* The whole image, verified and contiguous; *image is malloc'd. Shows a bar. */
int source_read_image(struct cli_source *source, struct cx3_fs2_info *info, uint8_t **image,
		      uint32_t *len);

/* --- Output (output.c, report.c) --- */

/* Where this run prints to: the screen's streams, or those of its own that a run beside others has,
 * whose text is printed when it ends (fleet.h). */
FILE *cli_out(const struct cli *cli);
FILE *cli_err(const struct cli *cli);
/* Standard output, for people; silent with --json. */
void say(const struct cli *cli, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Text of many lines from an image or a card, with what could move a terminal escaped. */
void say_text(const struct cli *cli, const char *text);
/* "\033[1m" and "\033[0m" on a terminal, "" otherwise or with NO_COLOR. */
const char *bold(void);
const char *plain(void);
/* "3 min 20 s", "0.4 s". */
void format_time(char *buf, size_t size, uint64_t us);
/* "784 KiB", "2.0 MiB", "100 bytes". */
void format_bytes(char *buf, size_t size, uint64_t bytes);
/* "100 kHz", or "an unknown clock" for 0. */
void format_clock(char *buf, size_t size, unsigned hz);

/* Prints what is in cli->err now, before what leads on from it. Nothing with --json. */
void report_error(struct cli *cli);
/* Prints what is in cli->err (or the JSON document) and answers the exit code. */
int report_end(struct cli *cli, int rc);
/* The same of a run beside others: into its own streams and its own document. */
int report_part(struct cli *cli, int rc);

/* --- JSON (json.c); all take a NULL object and do nothing then --- */

void json_text(cJSON *object, const char *key, const char *value); /* NULL value: null */
/* Any text as a JSON string; NULL without memory. The caller's until it is put somewhere. */
cJSON *json_string(const char *value);
void json_number(cJSON *object, const char *key, uint64_t value);
void json_flag(cJSON *object, const char *key, bool value);
void json_hex(cJSON *object, const char *key, unsigned digits, uint64_t value);
cJSON *json_object(cJSON *object, const char *key);
cJSON *json_array(cJSON *object, const char *key);
cJSON *json_append(cJSON *array); /* a new object at its end */

/* --- Questions, files, numbers (ask.c) --- */

/* mstflint's question. CX3_OK for yes; CX3_E_REFUSED, CX3_E_INTERRUPTED. */
int ask_continue(struct cli *cli, struct cx3_error *err);
/* The same, with a third answer: *steps is set where each step is to be asked about. */
int ask_continue_or_steps(struct cli *cli, bool *steps, struct cx3_error *err);
/* One of those steps, on a terminal. CX3_OK for yes and for no; anything else is
 * CX3_E_REFUSED. CX3_E_INTERRUPTED. */
int ask_step(const char *question, bool *yes, struct cx3_error *err);
/* A question that -y does not answer, on a terminal: CX3_OK for yes. As ask_continue. */
int ask_person(const char *question, struct cx3_error *err);
/* A number from 1 to `most`, asked for on a terminal. CX3_E_REFUSED for any other answer;
 * CX3_E_INTERRUPTED. */
int ask_number(const char *question, unsigned most, unsigned *number, struct cx3_error *err);
/* CX3_E_EXISTS if an output file is there already and -y was not given. */
int output_allowed(struct cli *cli, const char *path);

/* --- Signals (signals.c) --- */

/* From now on SIGINT, SIGQUIT, SIGTERM, SIGHUP and SIGTSTP only set a flag. */
void signals_catch(void);
/* One that ends the job has come. For struct cx3_watch; `user` is not used. */
bool signals_seen(void *user);
/* SIGTSTP (Ctrl-Z) has come and was not followed yet. Likewise. */
bool signals_pause_wanted(void *user);
/* Waits until `fd` can be read, or has ended: true; or until one of these two is true. */
bool signals_await_input(int fd);
/* Stops the process, and returns when it is continued. Only with the semaphore free. */
void signals_pause(void);
/* The card is closed: SIGTSTP stops at once again, and one that came late is followed. */
void signals_release(void);

/* --- Pieces that several commands share --- */

void query_print(struct cli *cli, struct cli_source *source, const struct cx3_fs2_info *info,
		 bool full);
void query_json(cJSON *object, const struct cx3_fs2_info *info);
/* Puts cli->err, which says why an image did not verify, into the words of mstflint's
 * verify. Answers `rc`; leaves errors of other kinds as they are. */
int verify_sentence(struct cli *cli, int rc);
void version_text(char *buf, size_t size, const uint16_t version[3]);
void backup_tell(struct cli *cli, const struct cx3_backup *backup);

#endif
