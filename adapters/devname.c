/* SPDX-License-Identifier: BSD-2-Clause */
/* Device names, taken apart: the scheme, the head and the key=value options. */
#include "cx3flash/adapterops.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int copy_text(char *to, size_t size, const char *from, size_t len, const char *what,
		     struct cx3_error *err)
{
	if (len >= size)
		return cx3_fail(err, CX3_E_USAGE, from,
				"The %s of this device name is longer than %zu characters.\n"
				"Give a shorter one.",
				what, size - 1);
	memcpy(to, from, len);
	to[len] = '\0';
	return CX3_OK;
}

static int add_option(struct cx3_devname *name, const char *item, size_t len, struct cx3_error *err)
{
	const char *equals = memchr(item, '=', len);
	int rc;

	if (!equals || equals == item)
		return cx3_fail(err, CX3_E_USAGE, item,
				"\"%.*s\" is no device option.\n"
				"Write key=value.",
				(int)len, item);
	if (name->count == CX3_DEVNAME_OPTIONS)
		return cx3_fail(err, CX3_E_USAGE, item,
				"There are more than %d device options.\nGive fewer.",
				CX3_DEVNAME_OPTIONS);
	rc = copy_text(name->option[name->count].key, sizeof(name->option[0].key), item,
		       (size_t)(equals - item), "option's key", err);
	if (rc == CX3_OK)
		rc = copy_text(name->option[name->count].value, sizeof(name->option[0].value),
			       equals + 1, len - (size_t)(equals - item) - 1, "option's value",
			       err);
	if (rc == CX3_OK)
		name->count++;
	return rc;
}

/* A scheme ends at the first ':' of the first item, unless the item is a path. */
static int take_scheme(struct cx3_devname *name, const char **text, struct cx3_error *err)
{
	size_t first = strcspn(*text, ",");
	const char *colon = memchr(*text, ':', first);
	int rc;

	if (**text == '/' || !colon)
		return CX3_OK;
	rc = copy_text(name->scheme, sizeof(name->scheme), *text, (size_t)(colon - *text), "scheme",
		       err);
	*text = colon + 1;
	return rc;
}

int cx3_devname_parse(const char *text, struct cx3_devname *name, struct cx3_error *err)
{
	int rc;
	size_t len;

	memset(name, 0, sizeof(*name));
	if (!text || !*text)
		return cx3_fail(err, CX3_E_USAGE, "device name",
				"The device name is empty.\n"
				"Use /dev/i2c-N, ft232h or sim:FILE.");
	rc = take_scheme(name, &text, err);
	if (rc != CX3_OK)
		return rc;
	len = strcspn(text, ",");
	if (!memchr(text, '=', len) || !name->scheme[0]) {
		rc = copy_text(name->head, sizeof(name->head), text, len, "first part", err);
		text += len + (text[len] == ',');
	}
	while (rc == CX3_OK && *text) {
		len = strcspn(text, ",");
		rc = add_option(name, text, len, err);
		text += len + (text[len] == ',');
	}
	return rc;
}

const char *cx3_devname_take(struct cx3_devname *name, const char *key)
{
	for (unsigned i = 0; i < name->count; i++) {
		if (strcmp(name->option[i].key, key) == 0) {
			name->option[i].taken = true;
			return name->option[i].value;
		}
	}
	return NULL;
}

int cx3_devname_take_uint(struct cx3_devname *name, const char *key, uint64_t min, uint64_t max,
			  uint64_t *value, struct cx3_error *err)
{
	const char *text = cx3_devname_take(name, key);
	unsigned long long number;
	bool hex;
	char *end;

	if (!text)
		return CX3_OK;
	hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	/* octal to some programs, decimal to others */
	if (!hex && text[0] == '0' && text[1])
		return cx3_fail(err, CX3_E_USAGE, key,
				"%s=%s begins with a 0, so it could be octal or decimal.\n"
				"Write it in decimal without the 0, or as 0x...",
				key, text);
	errno = 0;
	number = strtoull(hex ? text + 2 : text, &end, hex ? 16 : 10);
	if (errno || !isxdigit((unsigned char)text[hex ? 2 : 0]) || *end || number < min ||
	    number > max)
		return cx3_fail(err, CX3_E_USAGE, key,
				"%s=%s is no number from %llu to %llu.\nGive one that is.", key,
				text, (unsigned long long)min, (unsigned long long)max);
	*value = number;
	return CX3_OK;
}

static int parse_rate(const char *key, const char *text, unsigned *hz, struct cx3_error *err)
{
	double number;
	char *end;

	/* strtod also takes blanks, signs, "inf" and hexadecimal fractions */
	number = strtod(text, &end);
	if (strspn(text, "0123456789.") != strcspn(text, "kKM"))
		end = (char *)text;
	if (*end == 'k' || *end == 'K') {
		number *= 1e3;
		end++;
	} else if (*end == 'M') {
		number *= 1e6;
		end++;
	}
	if (end == text || *end || !(number >= 1000) || number > 5e6)
		return cx3_fail(err, CX3_E_USAGE, key,
				"%s=%s is no bus clock from 1k to 5M.\n"
				"Usual ones are 100k and 400k.",
				key, text);
	*hz = (unsigned)number;
	return CX3_OK;
}

int cx3_devname_take_rate(struct cx3_devname *name, const char *key, unsigned *hz,
			  struct cx3_error *err)
{
	const char *text = cx3_devname_take(name, key);

	return text ? parse_rate(key, text, hz, err) : CX3_OK;
}

int cx3_devname_take_clock(struct cx3_devname *name, unsigned *hz, bool *automatic,
			   struct cx3_error *err)
{
	const char *text = cx3_devname_take(name, "clock");

	if (!text)
		return CX3_OK;
	*automatic = strcmp(text, "auto") == 0;
	return *automatic ? CX3_OK : parse_rate("clock", text, hz, err);
}

int cx3_adapter_take_common(struct cx3_adapter *a, struct cx3_devname *name, struct cx3_error *err)
{
	uint64_t addr = CX3_CARD_ADDRESS;
	uint64_t retries = CX3_DEFAULT_RETRIES;
	int rc = cx3_devname_take_uint(name, "addr", 0x08, 0x77, &addr, err);

	if (rc == CX3_OK)
		rc = cx3_devname_take_uint(name, "retries", 0, 1000, &retries, err);
	a->addr = (unsigned)addr;
	a->retries = (unsigned)retries;
	return rc;
}
