#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# real.sh PROGRAM SOURCES: each published image (zip or bin) in $CX3FLASH_IMAGES,
# or beside the sources, held against mstflint.
set -eu
folder=${CX3FLASH_IMAGES:-$2/../shared/data}
found=
for file in "$folder"/*.zip "$folder"/*.bin; do
	[ -f "$file" ] || continue
	found=1
	"$1" real "$file"
done
if [ -z "$found" ]; then
	echo "skipped: no published image in $folder"
	exit 77
fi
