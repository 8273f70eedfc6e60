/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The owners of PSIDs. The first three characters of a PSID are its vendor's symbol
 * (MFT manual, "Assigning PSID"); there is no public list of these symbols.
 */
#include "cx3flash/knowledge.h"

#include <stddef.h>
#include <string.h>

#define PREFIX 3u

static const struct cx3_owner owners[] = {
	{"MT_", "Mellanox", "now NVIDIA", "MT_1090120019", "MFT manual, \"Assigning PSID\"",
	 CX3_GRADE_DOCUMENTED},
	{"HP_", "HP", "HP and HPE", "HP_1380110017", "mlxfwmanager logs", CX3_GRADE_REPORTED},
	{"HPE", "HPE", "newer cards", "HPE0000000009",
	 "forums.servethehome.com threads 32379, 33630", CX3_GRADE_REPORTED},
	{"DEL", "Dell", NULL, "DEL1100001019",
	 "a public log, whose description says Dell PowerEdge", CX3_GRADE_REPORTED},
	{"IBM", "IBM", "also on its cards that Lenovo sold on", "IBM1080111023",
	 "forums.servethehome.com thread 8689", CX3_GRADE_REPORTED},
	{"LNV", "Lenovo", NULL, "LNV0000000025",
	 "github.com/mwrnd/innova2_flex_xcku15p_notes issue 8, a ConnectX-5; the owner by the "
	 "letters",
	 CX3_GRADE_INFERENCE},
	{"EMC", "EMC", "Dell EMC", NULL, "the letters", CX3_GRADE_INFERENCE},
	{"ISL", "Isilon", "EMC, later Dell; not Inspur", "ISL1090110018",
	 "public logs, \"OEM Isilon MCX354A-QCBT\"", CX3_GRADE_REPORTED},
	{"ORC", "Oracle", NULL, "ORC1090120019", "an mlxup log", CX3_GRADE_REPORTED},
	{"GGL", "Google", NULL, "GGL0000000001",
	 "github.com/Mellanox/mstflint pull request 1138; the owner by the letters",
	 CX3_GRADE_INFERENCE},
	{"SM_", "Supermicro", NULL, NULL, "the letters; one user writes \"SMC*\"",
	 CX3_GRADE_UNKNOWN},
	{"FJT", "Fujitsu", NULL, NULL, "the letters", CX3_GRADE_UNKNOWN},
	{"CIS", "Cisco", NULL, NULL, "the letters", CX3_GRADE_UNKNOWN},
	{"SUN", "Sun", NULL, NULL, "the letters", CX3_GRADE_UNKNOWN},
	{"SGI", "SGI", NULL, NULL, "the letters", CX3_GRADE_UNKNOWN},
	{"VLT", "Voltaire", NULL, NULL, "the letters", CX3_GRADE_UNKNOWN},
	{"CX_", "cx3flash (made up, for tests)", NULL, "CX_0000000001",
	 "this project's own test images", CX3_GRADE_DOCUMENTED},
};

const char *cx3_grade_name(enum cx3_grade grade)
{
	static const char *const names[] = {
		[CX3_GRADE_DOCUMENTED] = "documented", [CX3_GRADE_SOURCE] = "source code",
		[CX3_GRADE_REPORTED] = "reported",     [CX3_GRADE_INFERENCE] = "inference",
		[CX3_GRADE_UNKNOWN] = "unknown",
	};

	return names[grade];
}

const struct cx3_owner *cx3_owner_of_psid(const char *psid)
{
	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++)
		if (strncmp(psid, owners[i].prefix, PREFIX) == 0)
			return &owners[i];
	return NULL;
}

const char *cx3_psid_owner(const char *psid)
{
	const struct cx3_owner *owner = cx3_owner_of_psid(psid);

	return owner && owner->grade != CX3_GRADE_UNKNOWN ? owner->name : NULL;
}
