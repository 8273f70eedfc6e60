# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# Sourced by the tests beside it and in interop/cli. Each works in a folder of its own.
set -u
: "${CX3FLASH:?the program}" "${MKIMAGE:?the image builder}"
here=$(cd "$(dirname "$0")" && pwd)
# In memory where there is room: a simulated card renames a file with each run.
room=$(df -k --output=avail /dev/shm 2>/dev/null | tail -1)
[ "${room:-0}" -lt 1000000 ] || TMPDIR=${TMPDIR:-/dev/shm}
work=$(TMPDIR=${TMPDIR:-/tmp} mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export XDG_STATE_HOME="$work/state"
unset NO_COLOR COLUMNS
failures=0
checks=0

# bad WORDS...: one check has failed
bad() {
	echo "FAILED: $*"
	failures=$((failures + 1))
}

# run ARGS...: the program; leaves its output in out and err, its answer in $answer
run() {
	"$CX3FLASH" "$@" >out 2>err </dev/null
	answer=$?
	checks=$((checks + 1))
}

# expect ANSWER ARGS...: runs, and wants this exit code
expect() {
	wanted=$1
	shift
	run "$@"
	[ "$answer" -eq "$wanted" ] ||
		bad "cx3flash $* answered $answer, not $wanted: $(cat err)"
}

# says FILE TEXT: FILE (out, err) holds this text
says() {
	grep -qF -- "$2" "$1" || bad "$1 lacks \"$2\": $(head -3 "$1")"
}

finish() {
	if [ "$failures" -gt 0 ]; then
		echo "$failures of $checks checks failed"
		exit 1
	fi
	echo "$checks checks passed"
}

skip() {
	echo "skipped: $*"
	exit 77
}
