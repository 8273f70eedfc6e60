/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts about cards that no card tells: tables, each row with its source. */
#ifndef CX3FLASH_KNOWLEDGE_H
#define CX3FLASH_KNOWLEDGE_H

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* How sure a row is. */
enum cx3_grade {
	CX3_GRADE_DOCUMENTED, /* its maker says so */
	CX3_GRADE_REPORTED,   /* seen in a log or a report of somebody's card */
	CX3_GRADE_INFERENCE,  /* concluded, from the letters for one */
	CX3_GRADE_UNKNOWN     /* assumed; nothing was found for or against it */
};

/* "documented", "reported", "inference", "unknown" */
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

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
