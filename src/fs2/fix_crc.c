/* SPDX-License-Identifier: BSD-2-Clause */
/* CRCs made right again after somebody has edited an image's bytes. */
#include "bytes.h"
#include "cx3flash/fs2.h"
#include "fs2/walk.h"

struct fixing {
	uint8_t *image;
	uint32_t len;
	unsigned fixed;
	bool whole; /* the sections are right: the header's CRC is next */
	cx3_fs2_section_fn fn;
	void *user;
};

static void fix(void *user, const struct cx3_fs2_section *section)
{
	struct fixing *f = user;

	if (section->check != CX3_FS2_CHECK_BAD_CRC || section->whole_image != f->whole)
		return;
	f->fixed++;
	if (f->fn)
		f->fn(f->user, section);
	if (section->whole_image)
		(void)cx3_fs2_set_full_crc(f->image, section->size, false, NULL);
	else if (section->size <= f->len - section->addr)
		put_be32(f->image + section->addr + section->size - FS2_CRC_SIZE,
			 section->crc_computed);
}

int cx3_fs2_fix_crcs(uint8_t *image, uint32_t len, cx3_fs2_section_fn fn, void *user,
		     unsigned *fixed, struct cx3_error *err)
{
	struct fixing f = {.image = image, .len = len, .fn = fn, .user = user};
	struct cx3_fs2_source src = cx3_fs2_memory(image, len);
	struct cx3_fs2_info info;

	*fixed = 0;
	/* the image's CRC covers those of its sections */
	(void)cx3_fs2_verify(&src, CX3_FS2_CONTIGUOUS, &info, fix, &f, NULL);
	f.whole = true;
	(void)cx3_fs2_verify(&src, CX3_FS2_CONTIGUOUS, &info, fix, &f, NULL);
	*fixed = f.fixed;
	return cx3_fs2_verify(&src, CX3_FS2_CONTIGUOUS, &info, NULL, NULL, err);
}
