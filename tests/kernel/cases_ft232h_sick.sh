# SPDX-License-Identifier: BSD-2-Clause
# Sick cards behind an FT232H.
. /cases/ft232h_lib.sh
. /cases/sick.sh
sick one-bit-in-livefish
sick erased-under-it
sick killed-tool-in-livefish
