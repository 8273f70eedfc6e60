# SPDX-License-Identifier: BSD-2-Clause
# Every job, or those in $jobs, through i2c-dev, in positions that differ most for it. The fifth
# is in cases_nack.sh.
. /cases/ways.sh
jobs=${jobs:-$all_jobs}
on_small_card tiny-usb 0
# a repeated START ends a write: the kernel joins what one ioctl carries
way join=0 $jobs
way stream=0 $jobs
# the kernel refuses longer messages; the driver does not say so before
export CX3_IOCTL_LIMIT=12
LIMIT=12
way stream=1 $jobs
unset CX3_IOCTL_LIMIT LIMIT
way_refused locked-but-id=1 5 "secure host"
ADAPTER=diolan
way wrap=4 $jobs
