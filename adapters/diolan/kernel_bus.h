/* SPDX-License-Identifier: BSD-2-Clause */
/* The I2C bus that the kernel's driver has made of a dongle. */
#ifndef CX3_KERNEL_BUS_H
#define CX3_KERNEL_BUS_H

#include "usb/usb.h"

/*
 * Does nobody use the bus /dev/i2c-N of the dongle? CX3_E_IN_USE if another program holds its
 * lock: taking the driver away would cut that program off in the middle of what it does. A dongle
 * without such a bus is free.
 */
int cx3_kernel_bus_is_free(const struct cx3_usb_system *system, const struct cx3_usb_board *board,
			   const char *label, const struct cx3_log *log, struct cx3_error *err);

#endif
