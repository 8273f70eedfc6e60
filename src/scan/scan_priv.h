/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_SCAN_PRIV_H
#define CX3_SCAN_PRIV_H

#include "i2cdev/i2cdev_priv.h"

/* What kind of bus it is, by where it hangs and what it is called (scan_kind.c). */
bool scan_is_display(const struct i2cdev_bus *bus);
bool scan_is_mainboard(const struct i2cdev_bus *bus);

/* How to raise the clock of this kind of adapter, or NULL. */
const char *scan_clock_words(const struct i2cdev_bus *bus);

#endif
