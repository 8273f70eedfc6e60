/* SPDX-License-Identifier: BSD-2-Clause */
/* Structs that begin with their size: cx3flash/version.h has the rule. */
#include "sized.h"

#include <string.h>

#include "cx3flash/version.h"

/* How many bytes of it are the program's. Its size may be anywhere in an array of bytes. */
static int size_of(struct cx3_sized of, const void *theirs, size_t *size, struct cx3_error *err)
{
	memcpy(size, theirs, sizeof(*size));
	if (*size == 0)
		*size = of.first;
	if (*size >= sizeof(*size) && *size <= CX3_SIZE_MOST)
		return CX3_OK;
	return cx3_fail(err, CX3_E_USAGE, of.name,
			"The program passes this struct with `size` %zu, which no version of it "
			"has.\n"
			"This is a fault of the program: it has to set the whole struct to 0 "
			"first, or `size` to its sizeof.",
			*size);
}

int cx3_sized_check(struct cx3_sized of, const void *theirs, struct cx3_error *err)
{
	size_t size;

	return size_of(of, theirs, &size, err);
}

int cx3_sized_take(struct cx3_sized of, void *own, const void *theirs, struct cx3_error *err)
{
	const unsigned char *byte = theirs;
	size_t size = 0;
	int rc = theirs ? size_of(of, theirs, &size, err) : CX3_OK;

	memset(own, 0, of.whole);
	if (rc != CX3_OK)
		return rc;
	for (size_t i = of.whole; i < size; i++) {
		if (byte[i] != 0)
			return cx3_fail(err, CX3_E_USAGE, of.name,
					"The program asks for something that this library, "
					"version %s, is too old to know: byte %zu of the struct is "
					"set.\n"
					"Install the version of the library that the program was "
					"built for, or a newer one.",
					cx3_version_text(), i);
	}
	if (theirs)
		memcpy(own, theirs, size < of.whole ? size : of.whole);
	memcpy(own, &of.whole, sizeof(of.whole));
	return CX3_OK;
}

void cx3_sized_give(struct cx3_sized of, void *theirs, const void *own)
{
	const size_t head = sizeof(size_t);
	size_t size, known;

	if (size_of(of, theirs, &size, NULL) != CX3_OK)
		return;
	known = size < of.whole ? size : of.whole;
	memcpy((char *)theirs + head, (const char *)own + head, known - head);
	memset((char *)theirs + known, 0, size - known);
}
