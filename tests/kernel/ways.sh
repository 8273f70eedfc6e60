# SPDX-License-Identifier: BSD-2-Clause
# Sourced by the guests of both benches, which define cx and fresh_card: jobs on a card in
# one position of the simulated card's switches (adapters/sim/habits.c). What they come to is
# judged by the bytes of the flash, without a word of the tool.

# expect WHAT [STEP]: the card's flash is judged as the host said of WHAT: old, burnt or set. And
# each byte is what the step of steps.sh has left on the kind card, where no image is as well.
expect() {
	judge_flash $CARD >$W/judged
	grep -qxF "$1 $(cat $W/judged)" /cases/ways_judged || return
	[ -z "$2" ] || grep -qx "ways_$2 $(sha256sum <$CARD | cut -d' ' -f1)" /cases/sums
}

untouched() {
	cmp -s $CARD /cards/ways.bin
}

way_query() {
	cx query >$W/out && grep -q "FW Version: *2.36.5000" $W/out && untouched
}

way_verify() {
	cx -s verify >$W/out && untouched
}

# Something may have to be done, as with a card in recovery.
way_status() {
	cx -s status >$W/out
	[ $? -eq 0 -o $? -eq 11 ] && grep -q "2.36.5000" $W/out && untouched
}

way_backup() {
	rm -f $W/backup.bin*
	cx -s backup $W/backup.bin >$W/out && cmp -s $W/backup.bin /cards/ways.bin && untouched
}

way_burn() {
	cx -s -y -i /cards/ways_new.bin --no-backup burn >$W/out && expect burnt burn
}

way_sg() {
	cx -s -y --no-backup --guid 0002c90300445566 --mac 0002c9445566 sg >$W/out && expect set sg
}

# Of what way_backup has made.
way_restore() {
	cx -s -y --no-backup --allow-identity-change restore $W/backup.bin >$W/out && untouched
}

# way OPTIONS JOB...: one after the other on one card.
way() {
	local options=$1 job begin done=
	shift
	fresh_card ways ,$options
	expect old || bad "the card is not what it should be: $(cat $W/judged)"
	for job in "$@"; do
		echo "# $ADAPTER, $options: $job" # progress, for who looks at the console
		begin=$(cut -d' ' -f1 /proc/uptime)
		if ! way_$job; then
			bad "$ADAPTER, $options: $job: $(cat $W/judged)"
			return
		fi
		done="$done $job $(cut -d' ' -f1 /proc/uptime | awk "{ printf \"%.1f\", \$1 - $begin }")"
	done
	ok "$ADAPTER, $options${LIMIT:+ at most $LIMIT bytes a message}: right after each of (s):$done"
}

all_jobs='query verify status backup burn sg restore'

# way_refused OPTIONS EXIT-CODE WORDS: by each job, and nothing is changed.
way_refused() {
	local options=$1 code=$2 words=$3 job
	fresh_card ways ,$options
	cp $CARD $W/backup.bin
	for job in query "-s verify" "-s status" "-s backup $W/no.bin" \
		"-s -y -i /cards/ways_new.bin --no-backup burn" \
		"-s -y --no-backup --guid 0002c90300445566 sg" \
		"-s -y --no-backup restore $W/backup.bin"; do
		fails "$ADAPTER, $options: $job" $code "$words" cx $job
		untouched || bad "$ADAPTER, $options: $job has changed the flash"
	done
}
