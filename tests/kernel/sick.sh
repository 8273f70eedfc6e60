# SPDX-License-Identifier: BSD-2-Clause
# Sourced by the guests of both benches, which define on_card and DEVICE: a sick card of
# tests/support/sick_cards.def is looked at; the lines that are printed are typed as they
# stand; then it boots with its identity, by the judgement of judge_flash.

# What a person puts for the capitals in a line: GUID and MAC are on the card's label.
filled_in() {
	echo "$1" | sed "s, IMAGE, /cards/sick_new.bin,; s, GUID, 0002c9030a0b0c00,
		s, MAC, 0002c90b0c00,; s, --dry-run,,; s/ TYPE,LOG2SIZE,/ W25Qxxx,19,/"
}

# The line to copy that the last run has printed, without the program's name.
line_printed() {
	cat $W/out $W/err | sed -n 's/^-I- \(Next[^:]*\|Try\): cx3flash //p' | head -1
}

# Types line after line, at most three, until one has done it.
follow_lines() {
	local tries=0 line
	while [ $tries -lt 3 ]; do
		line=$(line_printed)
		[ -n "$line" ] || return 1
		echo "@@ #   typed: cx3flash $line"
		eval "on_card -y $(filled_in "$line")" >$W/out </dev/null && return
		tries=$((tries + 1))
	done
	return 1
}

# sick NAME: as `status` and the lines say; what boots then is as the host said.
sick() {
	local options answer state next code
	. /cases/sick_$1.facts
	fresh_card sick_$1 ${options:+,$options}
	on_card -d $DEVICE -s status >$W/out
	code=$?
	[ $code -eq "$answer" ] || { bad "$1: status answered $code, not $answer"; return; }
	grep -q "\* $state" $W/out || { bad "$1: status does not say $state"; return; }
	[ "$(line_printed)" = "-d $DEVICE $next" ] || { bad "$1: the line is $(line_printed)"; return; }
	cmp -s $CARD /cards/sick_$1.bin || { bad "$1: a look has changed the flash"; return; }
	follow_lines || { bad "$1: the lines do not lead on"; return; }
	# off and on, the jumper off
	rm -f $CARD.state
	CARD_OPTIONS=
	judge_flash $CARD >$W/judged
	grep -qxF "$1 $(cat $W/judged)" /cases/sick_judged ||
		{ bad "$1: $(cat $W/judged)"; return; }
	on_card -d $DEVICE -s status >$W/out || { bad "$1: all is not well then"; return; }
	ok "$ADAPTER: $1: $state; then $(cat $W/judged)"
}
