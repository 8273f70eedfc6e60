/* SPDX-License-Identifier: BSD-2-Clause */
/* The version of the library that is linked. */
#include "cx3flash/version.h"

#define TEXT(major, minor, patch) #major "." #minor "." #patch
#define TEXT_OF(major, minor, patch) TEXT(major, minor, patch)

unsigned cx3_version(void)
{
	return CX3_VERSION;
}

const char *cx3_version_text(void)
{
	return TEXT_OF(CX3_VERSION_MAJOR, CX3_VERSION_MINOR, CX3_VERSION_PATCH);
}
