# SPDX-License-Identifier: BSD-2-Clause
# Every job, or those in $jobs, through libftdi1 and libusb, in five positions that differ most for
# an FT232H; and in a sixth those that take few round trips.
. /cases/ft232h_lib.sh
. /cases/ways.sh
jobs=${jobs:-$all_jobs}
way stream=0 $jobs
way wrap=4 $jobs
# what has no ACK is seen only when the whole batch is back
way write-nack=12 $jobs
way read-after-write=0 $jobs
# chip select rises while USB is waited for: what is on its way then comes too late
FORGIVE="continues, but chip select is not held"
way hold-ms=5 $jobs
FORGIVE=
# each command is a round trip or more: not of the whole flash
way busy-nack=300 ${short_jobs:-query verify status burn sg}
way_refused locked-but-id=1 5 "secure host"
