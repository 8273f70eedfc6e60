# SPDX-License-Identifier: BSD-2-Clause
# The jobs of a card's life, one after the other. Sourced twice: on the host,
# where `cx` runs them on sim:, and in the guest, where it runs them through the
# kernel. After each, `mark NAME FILE` notes the sum of a file: they must agree.

guid=0002c90300445566
mac=0002c9445566

# A query's text, without what may differ: nothing.
step_look() {
	cx --qq status >$W/status.txt && cx query full >$W/query.txt && mark query $W/query.txt
}

step_verify() {
	cx verify >$W/verify.txt && mark verify $W/verify.txt
}

step_backup() {
	rm -f $W/backup.bin*
	cx -s backup $W/backup.bin >$W/backup.txt && cmp $W/backup.bin $CARD && mark backup $W/backup.bin
}

step_burn() {
	cx -s -y -i $NEW --allow-psid-change --no-backup burn >$W/burn.txt && mark burn $CARD
}

step_sg() {
	cx -s -y --no-backup --guid $guid --mac $mac sg >$W/sg.txt && mark sg $CARD
}

# The steps before it have changed PSID, GUIDs and MACs.
step_restore() {
	cx -s -y --no-backup --allow-psid-change --allow-identity-change restore $W/backup.bin >$W/restore.txt && mark restore $CARD
}
