/* SPDX-License-Identifier: BSD-2-Clause */
#include "cx3flash/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const code_names[] = {
	[-CX3_OK] = "ok",
	[-CX3_E_USAGE] = "usage",
	[-CX3_E_NO_MEMORY] = "no-memory",
	[-CX3_E_NOT_MINE] = "not-mine",
	[-CX3_E_NO_DEVICE] = "no-device",
	[-CX3_E_PERMISSION] = "permission",
	[-CX3_E_UNSUPPORTED] = "unsupported",
	[-CX3_E_GONE] = "gone",
	[-CX3_E_NO_ACK] = "no-ack",
	[-CX3_E_NACK_DATA] = "nack-data",
	[-CX3_E_BUS] = "bus",
	[-CX3_E_ARBITRATION] = "arbitration",
	[-CX3_E_TIMEOUT] = "timeout",
	[-CX3_E_TOO_LONG] = "too-long",
	[-CX3_E_IO] = "io",
	[-CX3_E_WRONG_ID] = "wrong-id",
	[-CX3_E_LOCKED] = "locked",
	[-CX3_E_SEMAPHORE] = "semaphore",
	[-CX3_E_GATEWAY] = "gateway",
	[-CX3_E_NO_FLASH] = "no-flash",
	[-CX3_E_UNKNOWN_PART] = "unknown-part",
	[-CX3_E_PROTECTED] = "protected",
	[-CX3_E_VERIFY] = "verify",
	[-CX3_E_IMAGE] = "image",
	[-CX3_E_NO_IMAGE] = "no-image",
	[-CX3_E_WRONG_CARD] = "wrong-card",
	[-CX3_E_PSID] = "psid",
	[-CX3_E_TOO_BIG] = "too-big",
	[-CX3_E_IDENTITY] = "identity",
	[-CX3_E_FILE] = "file",
	[-CX3_E_EXISTS] = "exists",
	[-CX3_E_DISK_FULL] = "disk-full",
	[-CX3_E_REFUSED] = "refused",
	[-CX3_E_INTERRUPTED] = "interrupted",
	[-CX3_E_INTERNAL] = "internal",
};

const char *cx3_code_name(enum cx3_code code)
{
	size_t index = (size_t) - (long)code;

	if (code > 0 || index >= sizeof(code_names) / sizeof(code_names[0]))
		return "unknown";
	return code_names[index];
}

bool cx3_code_may_pass(int code)
{
	switch (code) {
	case CX3_E_NO_ACK:
	case CX3_E_NACK_DATA:
	case CX3_E_BUS:
	case CX3_E_ARBITRATION:
	case CX3_E_TIMEOUT:
	case CX3_E_IO:
		return true;
	default:
		return false;
	}
}

int cx3_fail(struct cx3_error *err, enum cx3_code code, const char *place, const char *fmt, ...)
{
	va_list args;

	if (!err)
		return code;
	err->code = code;
	snprintf(err->place, sizeof(err->place), "%s", place ? place : "");
	va_start(args, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	return code;
}
