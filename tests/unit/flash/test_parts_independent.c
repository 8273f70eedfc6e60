/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parts table, held against a second list that was typed from a public table of
 * parts (flashrom at b946ca13 and the data sheets) and not from src/flash/parts.c, and
 * against the list of the simulated card. A part without a row here fails. And a table
 * with one wrong bit in a row is noticed: tried with each bit of five rows.
 */
#include "flash_fixture.h"
#include "sim/parts.h"

#define WPS CX3_QUIRK_WPS
#define LOCKS CX3_QUIRK_HIDDEN_LOCKS
#define S3 CX3_QUIRK_STATUS3 /* with WPS in it; or with locks that are not read */
#define S3W (WPS | S3)
#define S3L (LOCKS | S3)
#define TB CX3_QUIRK_HIDDEN_TB
#define EWSR CX3_QUIRK_EWSR
#define FAIL CX3_QUIRK_FAIL_FLAGS

struct row {
	const char *name;
	uint8_t jedec[3];
	uint32_t kib;
	unsigned erases; /* KiB, or-ed: of 4 and 64 */
	enum cx3_flash_protect_scheme protect;
	unsigned quirks;
	unsigned times[3]; /* page program in us; 4 KiB, 64 KiB erase in ms */
};

/*
 * Where the source's protection bits are a guess by its own words (M25P and S25FL-K:
 * "BP0..3"), or have one bit less (N25Q032: no BP3 in bit 6; W25Q64JV-M: no SEC), the
 * row has the data sheets' bits. SST25VF: opcode 20 is there and not used, as in the
 * vendor's tool.
 */
static const struct row rows[] = {
	{"S25FL004A", {0x01, 0x02, 0x12}, 512, 64, CX3_PROTECT_BP3, 0, {1500, 0, 500}},
	{"S25FL008A", {0x01, 0x02, 0x13}, 1024, 64, CX3_PROTECT_BP3, 0, {1500, 0, 500}},
	{"S25FL016A", {0x01, 0x02, 0x14}, 2048, 64, CX3_PROTECT_BP3, 0, {1500, 0, 500}},
	{"S25FL032P", {0x01, 0x02, 0x15}, 4096, 64, CX3_PROTECT_BP3, TB | FAIL, {1500, 0, 500}},
	{"S25FL064P", {0x01, 0x02, 0x16}, 8192, 64, CX3_PROTECT_BP3, TB | FAIL, {1500, 0, 500}},
	{"S25FL116K", {0x01, 0x40, 0x15}, 2048, 4 | 64, CX3_PROTECT_BP3_TB_SEC, 0, {700, 50, 500}},
	{"S25FL132K", {0x01, 0x40, 0x16}, 4096, 4 | 64, CX3_PROTECT_BP3_TB_SEC, 0, {700, 50, 500}},
	{"S25FL164K", {0x01, 0x40, 0x17}, 8192, 4 | 64, CX3_PROTECT_BP3_TB_SEC, 0, {700, 50, 500}},
	{"AT25DF041A", {0x1f, 0x44, 0x01}, 512, 4 | 64, CX3_PROTECT_GLOBAL, 0, {1200, 50, 400}},
	{"AT25DF081A", {0x1f, 0x45, 0x01}, 1024, 4 | 64, CX3_PROTECT_GLOBAL, 0, {1000, 50, 400}},
	{"AT25DF161", {0x1f, 0x46, 0x02}, 2048, 4 | 64, CX3_PROTECT_GLOBAL, 0, {1000, 50, 400}},
	{"AT25DF321", {0x1f, 0x47, 0x00}, 4096, 4 | 64, CX3_PROTECT_GLOBAL, 0, {1500, 50, 400}},
	{"AT25DF321A", {0x1f, 0x47, 0x01}, 4096, 4 | 64, CX3_PROTECT_GLOBAL, 0, {1000, 50, 400}},
	{"AT25DF641", {0x1f, 0x48, 0x00}, 8192, 4 | 64, CX3_PROTECT_GLOBAL, 0, {1000, 50, 400}},
	{"M25P40", {0x20, 0x20, 0x13}, 512, 64, CX3_PROTECT_BP3, 0, {800, 0, 600}},
	{"M25P80", {0x20, 0x20, 0x14}, 1024, 64, CX3_PROTECT_BP3, 0, {640, 0, 600}},
	{"M25P16", {0x20, 0x20, 0x15}, 2048, 64, CX3_PROTECT_BP3, 0, {640, 0, 600}},
	{"M25P32", {0x20, 0x20, 0x16}, 4096, 64, CX3_PROTECT_BP3, 0, {640, 0, 600}},
	{"M25P64", {0x20, 0x20, 0x17}, 8192, 64, CX3_PROTECT_BP3, 0, {1400, 0, 1000}},
	{"M25PX80", {0x20, 0x71, 0x14}, 1024, 4 | 64, CX3_PROTECT_BP3_TB, 0, {800, 70, 600}},
	{"M25PX16", {0x20, 0x71, 0x15}, 2048, 4 | 64, CX3_PROTECT_BP3_TB, 0, {800, 70, 600}},
	{"M25PX32", {0x20, 0x71, 0x16}, 4096, 4 | 64, CX3_PROTECT_BP3_TB, 0, {800, 70, 700}},
	{"M25PX64", {0x20, 0x71, 0x17}, 8192, 4 | 64, CX3_PROTECT_BP3_TB, 0, {800, 70, 700}},
	{"N25Q032A", {0x20, 0xba, 0x16}, 4096, 4 | 64, CX3_PROTECT_BP4_TB, 0, {500, 300, 700}},
	{"N25Q064A", {0x20, 0xba, 0x17}, 8192, 4 | 64, CX3_PROTECT_BP4_TB, 0, {500, 250, 700}},
	{"N25Q128A", {0x20, 0xba, 0x18}, 16384, 4 | 64, CX3_PROTECT_BP4_TB, 0, {500, 250, 700}},
	{"IS25LP080", {0x9d, 0x60, 0x14}, 1024, 4 | 64, CX3_PROTECT_BP4, TB, {200, 70, 160}},
	{"IS25LP016", {0x9d, 0x60, 0x15}, 2048, 4 | 64, CX3_PROTECT_BP4, TB, {200, 70, 160}},
	{"IS25LP032", {0x9d, 0x60, 0x16}, 4096, 4 | 64, CX3_PROTECT_BP4, TB, {200, 70, 160}},
	{"IS25LP064", {0x9d, 0x60, 0x17}, 8192, 4 | 64, CX3_PROTECT_BP4, TB, {200, 70, 160}},
	{"IS25LP128", {0x9d, 0x60, 0x18}, 16384, 4 | 64, CX3_PROTECT_BP4, TB, {200, 70, 160}},
	{"SST25VF016B", {0xbf, 0x25, 0x41}, 2048, 4 | 64, CX3_PROTECT_SST, EWSR, {7, 0, 18}},
	{"SST25VF032B", {0xbf, 0x25, 0x4a}, 4096, 4 | 64, CX3_PROTECT_SST, EWSR, {7, 0, 18}},
	{"SST25VF040B", {0xbf, 0x25, 0x8d}, 512, 4 | 64, CX3_PROTECT_SST, EWSR, {7, 0, 18}},
	{"SST25VF080B", {0xbf, 0x25, 0x8e}, 1024, 4 | 64, CX3_PROTECT_SST, EWSR, {7, 0, 18}},
	{"MX25L4005", {0xc2, 0x20, 0x13}, 512, 4 | 64, CX3_PROTECT_BP3, 0, {1400, 60, 1000}},
	{"MX25L8005", {0xc2, 0x20, 0x14}, 1024, 4 | 64, CX3_PROTECT_BP3, 0, {1400, 60, 1000}},
	{"MX25L1606E", {0xc2, 0x20, 0x15}, 2048, 4 | 64, CX3_PROTECT_BP4, 0, {600, 40, 400}},
	{"MX25L3206E", {0xc2, 0x20, 0x16}, 4096, 4 | 64, CX3_PROTECT_BP4, 0, {1400, 60, 700}},
	{"MX25L6406E",
	 {0xc2, 0x20, 0x17},
	 8192,
	 4 | 64,
	 CX3_PROTECT_BP4,
	 TB | LOCKS,
	 {1400, 60, 700}},
	{"MX25L12805D",
	 {0xc2, 0x20, 0x18},
	 16384,
	 4 | 64,
	 CX3_PROTECT_BP4,
	 TB | LOCKS,
	 {1400, 60, 700}},
	{"W25X40", {0xef, 0x30, 0x13}, 512, 4 | 64, CX3_PROTECT_BP3_TB, 0, {1500, 150, 1000}},
	{"W25X80", {0xef, 0x30, 0x14}, 1024, 4 | 64, CX3_PROTECT_BP3_TB, 0, {1500, 150, 1000}},
	{"W25X16", {0xef, 0x30, 0x15}, 2048, 4 | 64, CX3_PROTECT_BP3_TB, 0, {1500, 150, 1000}},
	{"W25X32", {0xef, 0x30, 0x16}, 4096, 4 | 64, CX3_PROTECT_BP3_TB, 0, {1500, 150, 1000}},
	{"W25X64", {0xef, 0x30, 0x17}, 8192, 4 | 64, CX3_PROTECT_BP3_TB, 0, {1500, 150, 1000}},
	{"W25Q40", {0xef, 0x40, 0x13}, 512, 4 | 64, CX3_PROTECT_BP3_TB_SEC, S3, {700, 30, 150}},
	{"W25Q80", {0xef, 0x40, 0x14}, 1024, 4 | 64, CX3_PROTECT_BP3_TB_SEC, S3, {700, 30, 150}},
	{"W25Q16", {0xef, 0x40, 0x15}, 2048, 4 | 64, CX3_PROTECT_BP3_TB_SEC, S3, {700, 30, 150}},
	{"W25Q32", {0xef, 0x40, 0x16}, 4096, 4 | 64, CX3_PROTECT_BP3_TB_SEC, S3W, {700, 30, 150}},
	{"W25Q64", {0xef, 0x40, 0x17}, 8192, 4 | 64, CX3_PROTECT_BP3_TB_SEC, S3W, {700, 30, 150}},
	{"W25Q128", {0xef, 0x40, 0x18}, 16384, 4 | 64, CX3_PROTECT_BP3_TB_SEC, S3W, {700, 45, 150}},
	{"W25Q16JV-M",
	 {0xef, 0x70, 0x15},
	 2048,
	 4 | 64,
	 CX3_PROTECT_BP3_TB_SEC,
	 S3W,
	 {400, 45, 150}},
	{"W25Q32JV-M",
	 {0xef, 0x70, 0x16},
	 4096,
	 4 | 64,
	 CX3_PROTECT_BP3_TB_SEC,
	 S3W,
	 {400, 45, 150}},
	{"W25Q64JV-M",
	 {0xef, 0x70, 0x17},
	 8192,
	 4 | 64,
	 CX3_PROTECT_BP3_TB_SEC,
	 S3L,
	 {400, 45, 150}},
	{"W25Q128JV-M",
	 {0xef, 0x70, 0x18},
	 16384,
	 4 | 64,
	 CX3_PROTECT_BP3_TB_SEC,
	 S3L,
	 {400, 45, 150}},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static const struct row *row_of(const char *name)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	}
	return NULL;
}

/* The data sheets' place of QE, by maker and family. */
static enum cx3_flash_quad quad_of(const struct row *r)
{
	if (strncmp(r->name, "W25Q", 4) == 0 || strncmp(r->name, "S25FL1", 6) == 0)
		return CX3_QUAD_STATUS2;
	if (strncmp(r->name, "N25Q", 4) == 0)
		return CX3_QUAD_CONFIG;
	if (r->jedec[0] == 0x9d || (r->jedec[0] == 0xc2 && r->kib >= 2048))
		return CX3_QUAD_STATUS1;
	return CX3_QUAD_NONE;
}

/* What of the part is not as this list has it; NULL if all is. */
static const char *wrong_by_row(const struct cx3_flash_part *p)
{
	const struct row *r = row_of(p->name);
	bool sst = r && r->protect == CX3_PROTECT_SST;

	if (!r)
		return "has no row in this test";
	if (memcmp(p->jedec, r->jedec, 3) != 0)
		return "has another JEDEC id";
	if (p->size != r->kib * 1024u)
		return "has another size";
	if (p->quad != quad_of(r))
		return "has its quad enable bit elsewhere";
	if (!(r->erases & 64) || p->sector_erase != ((r->erases & 4) && !sst))
		return "has other erase sizes";
	if (p->protect != r->protect || p->quirks != r->quirks)
		return "has other protection";
	if (p->byte_program != sst)
		return "has another way to program";
	if (p->page_program_us != r->times[0] || p->sector_erase_ms != r->times[1] ||
	    p->block_erase_ms != r->times[2])
		return "has other times";
	return NULL;
}

/* The bits that the model must have for a scheme. */
static bool same_bits(const struct cx3_flash_part *p, enum sim_bits bits)
{
	bool hidden_tb = (p->quirks & TB) != 0;

	switch (p->protect) {
	case CX3_PROTECT_BP3:
		return bits == (hidden_tb ? SIM_OPEN3 : SIM_TOP);
	case CX3_PROTECT_BP3_TB:
		return bits == SIM_TOP_BOTTOM && !hidden_tb;
	case CX3_PROTECT_BP3_TB_SEC:
		return bits == SIM_WINBOND && !hidden_tb;
	case CX3_PROTECT_BP4_TB:
		return bits == SIM_MICRON && !hidden_tb;
	case CX3_PROTECT_BP4:
		return bits == (hidden_tb ? SIM_OPEN4 : SIM_MACRONIX);
	case CX3_PROTECT_GLOBAL:
		return bits == SIM_ATMEL && !hidden_tb;
	case CX3_PROTECT_SST:
		return bits == SIM_SST && !hidden_tb;
	}
	return false;
}

/* The same against the model's list, which has no LOCKS and FAIL. */
static const char *wrong_by_model(const struct cx3_flash_part *p)
{
	const struct sim_part *s = sim_part_named(p->name);

	if (!s)
		return "is not known to the model";
	if (memcmp(p->jedec, s->id, 3) != 0 || p->size != s->size)
		return "has another id or size in the model";
	if ((p->quad == CX3_QUAD_STATUS2) != (sim_quad_of(s) == SIM_QUAD_2_1))
		return "has another quad enable bit in the model";
	if (((p->quirks & S3) != 0) != sim_family_has_drive(s))
		return "has another status register 3 in the model";
	if (p->byte_program != s->one_byte || p->sector_erase != (s->erase_4k_ms > 0))
		return "is programmed or erased otherwise in the model";
	if (p->page_program_us != s->program_us || p->sector_erase_ms != s->erase_4k_ms ||
	    p->block_erase_ms != s->erase_64k_ms)
		return "has other times in the model";
	if (((p->quirks & WPS) != 0) != s->wps ||
	    ((p->quirks & EWSR) != 0) != (s->status_enable != SIM_WREN) || !same_bits(p, s->bits))
		return "has other locks in the model";
	return NULL;
}

typedef const char *judge_fn(const struct cx3_flash_part *p);

/* True if the judge finds no fault with any part; `why` (100 bytes) gets the first one. */
static bool all_right(const struct cx3_flash_part *parts, size_t count, judge_fn *wrong, char *why)
{
	for (size_t i = 0; i < count; i++) {
		const char *what = wrong(&parts[i]);

		if (what) {
			snprintf(why, 100, "%s %s", parts[i].name, what);
			return false;
		}
	}
	return true;
}

static void must_be_right(judge_fn *wrong, size_t rows_there)
{
	char why[100];
	size_t count;
	const struct cx3_flash_part *parts = cx3_flash_parts(&count);

	assert_int_equal(count, rows_there);
	if (!all_right(parts, count, wrong, why))
		fail_msg("%s", why);
}

static void every_part_has_its_row(void **state)
{
	(void)state;
	must_be_right(wrong_by_row, ROWS);
}

static void the_model_agrees(void **state)
{
	size_t count;

	(void)state;
	(void)sim_parts(&count);
	must_be_right(wrong_by_model, count);
}

/* --- a wrong row is noticed --- */

#define FIELD(member)                                                                              \
	{                                                                                          \
#member, offsetof(struct cx3_flash_part, member),                                  \
			sizeof(((struct cx3_flash_part *)0)->member)                               \
	}

/* Behind the name. A bool has one bit that may be wrong. */
static const struct field {
	const char *name;
	size_t at, len;
} fields[] = {
	FIELD(jedec),		FIELD(size),	       FIELD(sector_erase), FIELD(byte_program),
	FIELD(protect),		FIELD(quad),	       FIELD(quirks),	    FIELD(page_program_us),
	FIELD(sector_erase_ms), FIELD(block_erase_ms),
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

/* One of each kind: blocks only, with sectors, with block locks, SST, with a hidden TB. */
static const char *const tried[] = {"M25P40", "M25PX16", "W25Q32", "SST25VF016B", "S25FL032P"};
#define TRIED (sizeof(tried) / sizeof(tried[0]))

/* A field that was added to the struct and not to the list leaves a gap. */
static void no_field_is_left_out(void)
{
	size_t end = sizeof(const char *);

	for (size_t i = 0; i < FIELDS; i++) {
		assert_in_range(fields[i].at, end, end + 3);
		end = fields[i].at + fields[i].len;
	}
	assert_in_range(sizeof(struct cx3_flash_part), end, end + sizeof(void *) - 1);
}

static unsigned noticed_by_model, wrong_rows;

/* The table with one row wrong: this list must notice it, and the model's may. */
static void must_be_noticed(const struct cx3_flash_part *table, size_t count, const char *part,
			    const char *field)
{
	char why[100];

	if (all_right(table, count, wrong_by_row, why))
		fail_msg("a wrong %s of the %s is not noticed", field, part);
	noticed_by_model += !all_right(table, count, wrong_by_model, why);
	wrong_rows++;
}

/* Each bit of each field, and each letter of the name. */
static void spoil(struct cx3_flash_part *table, size_t count, struct cx3_flash_part *row)
{
	const struct cx3_flash_part right = *row;
	char name[24];

	for (size_t i = 0; right.name[i]; i++) {
		snprintf(name, sizeof(name), "%s", right.name);
		name[i] ^= 1;
		row->name = name;
		must_be_noticed(table, count, right.name, "name");
	}
	for (size_t f = 0; f < FIELDS; f++) {
		size_t bits = fields[f].len == sizeof(bool) ? 1 : 8 * fields[f].len;

		for (size_t bit = 0; bit < bits; bit++) {
			*row = right;
			((uint8_t *)row)[fields[f].at + bit / 8] ^= (uint8_t)(1u << bit % 8);
			must_be_noticed(table, count, right.name, fields[f].name);
		}
	}
	*row = right;
}

static void a_wrong_row_is_noticed(void **state)
{
	size_t count;
	const struct cx3_flash_part *parts = cx3_flash_parts(&count);
	struct cx3_flash_part *table = malloc(count * sizeof(*table));
	char why[100];

	(void)state;
	no_field_is_left_out();
	assert_non_null(table);
	memcpy(table, parts, count * sizeof(*table));
	for (size_t t = 0; t < TRIED; t++) {
		size_t i = 0;

		while (i < count && strcmp(table[i].name, tried[t]) != 0)
			i++;
		assert_true(i < count);
		spoil(table, count, &table[i]);
	}
	assert_true(all_right(table, count, wrong_by_row, why));
	print_message("%u wrong rows: all noticed here, %u by the model's list\n", wrong_rows,
		      noticed_by_model);
	/* but for two quirks, bits that no quirk has, and a quad enable bit that the model's chip
	 * lacks or that is in a register which it has not: 29 and 31 of a row */
	assert_true(noticed_by_model >= wrong_rows - TRIED * (29 + 31));
	free(table);
}

/* --- the same against the table itself, where it is at hand --- */

/* The next field of a CSV line, without its quotes; *line moves on. */
static char *field(char **line)
{
	char *at = *line, *end;

	if (*at == '"') {
		end = strchr(++at, '"');
		assert_non_null(end);
		*end++ = '\0';
	} else {
		end = at + strcspn(at, ",\n");
	}
	*line = *end ? end + 1 : end;
	*end = '\0';
	return at;
}

/* part, jedec_id, in_project, in_vendor_table, size_kib, page, erase, ... */
static bool check_line(char *line)
{
	unsigned id[3];
	const struct row *row;
	char *f[7];

	for (unsigned i = 0; i < 7; i++)
		f[i] = field(&line);
	if (strcmp(f[2], "no") == 0 || strcmp(f[2], "in_project") == 0)
		return false;
	row = row_of(f[2]);
	if (!row)
		fail_msg("%s is in the table and has no row", f[2]);
	assert_int_equal(sscanf(f[1], "%x %x %x", &id[0], &id[1], &id[2]), 3);
	if (id[0] != row->jedec[0] || id[1] != row->jedec[1] || id[2] != row->jedec[2])
		fail_msg("%s: id %s", f[2], f[1]);
	assert_int_equal(strtoul(f[4], NULL, 10), row->kib);
	if (*f[6] && !strstr(f[6], "D8=64K"))
		fail_msg("%s: erases %s", f[2], f[6]);
	/* old chips of some Macronix ids erase 64 KiB by opcode 20: see the row's others */
	if (strstr(f[6], "20=4K") && !(row->erases & 4))
		fail_msg("%s: erases %s", f[2], f[6]);
	return true;
}

static void the_published_table_agrees(void **state)
{
	const char *folder = getenv("CX3FLASH_FACTS");
	char path[512], line[1024];
	unsigned checked = 0;
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/spi-parts.csv",
		 folder ? folder : CX3_ROOT "/../shared/facts/oem");
	file = fopen(path, "r");
	if (!file) {
		print_message("skipped: %s is not there\n", path);
		skip();
	}
	while (fgets(line, sizeof(line), file))
		checked += check_line(line);
	fclose(file);
	assert_true(checked >= ROWS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_has_its_row),
		cmocka_unit_test(the_model_agrees),
		cmocka_unit_test(a_wrong_row_is_noticed),
		cmocka_unit_test(the_published_table_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
