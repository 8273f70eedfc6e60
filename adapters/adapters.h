/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_ADAPTERS_H
#define CX3_ADAPTERS_H

#include "cx3flash/adapter.h"

extern const struct cx3_adapter_ops cx3_i2cdev_ops;
extern const struct cx3_adapter_ops cx3_ft232h_ops;
extern const struct cx3_adapter_ops cx3_sim_ops;

#endif
