# SPDX-License-Identifier: BSD-2-Clause
# Every job, or those in $jobs, on a card that does not acknowledge for 0.3 ms after each command.
# A guest of its own: it waits more than it works.
. /cases/ways.sh
jobs=${jobs:-$all_jobs}
on_small_card tiny-usb 0
way busy-nack=300 $jobs
