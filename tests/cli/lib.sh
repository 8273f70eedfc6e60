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

# way_back FILE: the printed line, as printed, brings this content back onto card.bin
way_back() {
	line=$(sed -n 's/^-I- The way back: cx3flash //p' out)
	[ -n "$line" ] || bad "no way back is printed"
	# shellcheck disable=SC2086
	expect 0 -s -y $line
	cmp -s card.bin "$1" || bad "the way back has left something else"
}

# in_own_group WORDS...: runs them as a shell with job control does, and leaves their process
# id in the file "pid". The kernel does not stop a group that has no parent in its session
# (POSIX: an orphaned process group), and this test may itself run in one.
in_own_group() {
	exec perl -e '
		defined(my $child = fork) or die;
		if (!$child) {
			setpgrp;
			open(my $file, ">", "pid") or die;
			print $file $$;
			close $file;
			$SIG{TSTP} = "DEFAULT";
			exec @ARGV or die;
		}
		waitpid $child, 0;
		exit($? >> 8 | $? & 127);' "$@"
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
