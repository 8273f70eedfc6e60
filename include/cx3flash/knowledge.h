/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts about cards that no card tells: tables, each row with its source. */
#ifndef CX3FLASH_KNOWLEDGE_H
#define CX3FLASH_KNOWLEDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* How sure a row is. */
enum cx3_grade {
	CX3_GRADE_DOCUMENTED, /* its maker says so */
	CX3_GRADE_SOURCE,     /* read in published source code or a published list of files */
	CX3_GRADE_REPORTED,   /* seen in a log or a report of somebody's card */
	CX3_GRADE_INFERENCE,  /* concluded, from the letters for one */
	CX3_GRADE_UNKNOWN     /* assumed; nothing was found for or against it */
};

/* "documented", "source code", "reported", "inference", "unknown" */
const char *cx3_grade_name(enum cx3_grade grade);

/* Whose cards have PSIDs that begin with `prefix`, three characters. */
struct cx3_owner {
	const char *prefix;
	const char *name;    /* "HP" */
	const char *note;    /* more about the owner; NULL if there is none */
	const char *example; /* a PSID that was seen; NULL if none was */
	const char *source;
	enum cx3_grade grade;
};

/* The row for a PSID; NULL if there is none. The table is static. */
const struct cx3_owner *cx3_owner_of_psid(const char *psid);

/* The owner's name; NULL if it is not known, or no better than assumed. */
const char *cx3_psid_owner(const char *psid);

/* A board: what is known of it. NULL and 0: not known. src/knowledge/boards.def says how to
 * read a row. */
struct cx3_board {
	const char *psid;	   /* "MT_1090120019" */
	const char *vendor;	   /* "HP/HPE" */
	const char *part_number;   /* "649281-B21 (656089-001; assembly 661685-001)" */
	const char *name;	   /* "ConnectX-3 VPI FDR/40GbE" */
	uint16_t hw_id;		   /* 0x1f5 ConnectX-3, 0x1f7 ConnectX-3 Pro */
	unsigned ports;		   /* 1 or 2 */
	const char *connector;	   /* "SFP+", "QSFP", "KR/backplane" */
	const char *protocol;	   /* "Ethernet", "VPI", "InfiniBand" */
	const char *form_factor;   /* "PCIe HHHL x8", "FlexibleLOM" */
	const char *pci_subsystem; /* "103c:22f4" */
	const char *image;	   /* its name in images: "MCX354A-FCB_A2-A5"; several: "A; B" */
	const char *source;
	enum cx3_grade grade; /* of the whole row */
};

/* The table of boards, `*count` rows. It is static. */
const struct cx3_board *cx3_boards(size_t *count);

/* The row of a PSID; NULL if there is none. */
const struct cx3_board *cx3_board_by_psid(const char *psid);

/*
 * The first row after `after` (NULL: of all) of a part number as it is on a sticker
 * ("MCX354A-FCBT", "656089-001"; upper or lower case), or of a board's name in an image's INI
 * ("649283-B21_Cx-Dx"). NULL if there is none. Several rows may have the same part number.
 */
const struct cx3_board *cx3_board_by_part(const char *part, const struct cx3_board *after);

/*
 * The board's name in an image's INI, taken apart: "MCX354A-FCB_A2-A5" is of the part
 * "MCX354A-FCB" and of its board revisions A2 to A5; "..._Ax" is of all from A0 to A9.
 */
struct cx3_board_name {
	char part[48];
	char first[4], last[4]; /* "A2", "A5"; "Ax", "Ax"; empty: the name tells no revision */
};
void cx3_board_name_parse(const char *name, struct cx3_board_name *out);

/* True if two names tell board revisions that share none: "A2-A5" and "Cx-Dx". */
bool cx3_board_revisions_apart(const struct cx3_board_name *a, const struct cx3_board_name *b);

/* What became of an image on a board that it was not made for, as somebody told it. */
enum cx3_pair_result {
	CX3_PAIR_GOOD,
	CX3_PAIR_NO_VERDICT, /* it was done; how it ended is not told */
	CX3_PAIR_PARTLY_BAD, /* it runs, and something is lost */
	CX3_PAIR_REFUSED,    /* by the vendor's tool */
	CX3_PAIR_BAD,	     /* it does not work, or left something wrong */
	CX3_PAIR_BRICK	     /* the card did not come up any more */
};

/* "good", "no verdict", "partly bad", "refused", "bad", "brick" */
const char *cx3_pair_result_name(enum cx3_pair_result result);

/* src/knowledge/pairs.def says how to read a row. NULL: not told. */
struct cx3_pair {
	const char *from_psid, *from_board;
	const char *to_psid, *to_image;
	enum cx3_pair_result result;
	enum cx3_grade grade;
	const char *story;
	const char *source;
};

/* The table of pairs, `*count` rows. It is static. */
const struct cx3_pair *cx3_pairs(size_t *count);

/* The row from one PSID to another, the worst if there are several; NULL if there is none. */
const struct cx3_pair *cx3_pair_of(const char *from_psid, const char *to_psid);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
