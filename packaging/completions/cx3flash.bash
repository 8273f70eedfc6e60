# bash completion for cx3flash. Made from the program's tables by packaging/update: change those.
_cx3flash()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command='' words='' options='' files=0 first='' more='' i
	COMPREPLY=()
	case $prev in
	-d|--device)
		local devices=sim:\ ft232h\ all:ft232h\ mtusb1\ all:mtusb1\  bus
		for bus in /dev/i2c-*; do [[ -e $bus ]] && devices+=" $bus"; done
		COMPREPLY=($(compgen -W "$devices" -- "$cur")); return ;;
	-i|--image|--log|--identity|--identity-from|--svg|--ledger) COMPREPLY=($(compgen -f -- "$cur")); return ;;
	--backup-dir) COMPREPLY=($(compgen -d -- "$cur")); return ;;
	--flash-params) COMPREPLY=($(compgen -W "M25PXxx, M25Pxx, N25Q0XX, SST25VFxx, W25QxxBV, W25Qxxx, W25Xxx, AT25DFxxx, S25FLXXXP, S25FL11xx, S25FLxxx, MX25L16xxx, MX25Lxxx, IS25LPxxx," -- "$cur")); return ;;
	--assume) COMPREPLY=($(compgen -W "join=no join=yes read-after-write=no read-after-write=yes block-read=no block-read=yes block-write=no block-write=yes long-messages=no long-messages=yes ack-busy=no ack-busy=yes no-poll=no no-poll=yes held-read=no held-read=yes bare-head=no bare-head=yes held-program=no held-program=yes command-echo=no command-echo=yes address-echo=no address-echo=yes top-byte=no top-byte=yes status-word=no status-word=yes livefish-link=no livefish-link=yes" -- "$cur")); return ;;
	--progress) COMPREPLY=($(compgen -W "json" -- "$cur")); return ;;
	--psid|--guid|--guids|--mac|--macs|--vsd|--only-psid|--cards|--banks) COMPREPLY=($(compgen -W '' -- "$cur")); return ;;
	esac
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--psid|--guid|--guids|--mac|--macs|--vsd|--only-psid|--cards|--banks|-i|--image|--log|--identity|--identity-from|--svg|--ledger|--backup-dir|-d|--device|--flash-params|--assume|--progress) i=$((i + 1)) ;;
		-*) ;;
		*) if [[ ! $command ]]; then command=${COMP_WORDS[i]}
			elif [[ ! $first ]]; then first=${COMP_WORDS[i]}
			else more=1; fi ;;
		esac
	done
	case $command in
	scan) words="" options=" --once --ask --watch" files=0 ;;
	query|q) words=" full" options=" --psid --striped-image --qq" files=0 ;;
	verify|v) words="" options=" --psid --striped-image" files=0 ;;
	status) words="" options=" --backup-dir --qq" files=0 ;;
	map) words="" options=" --svg" files=0 ;;
	diff) words="" options="" files=1 ;;
	checksum|cs) words="" options=" --psid --striped-image" files=0 ;;
	dc) words="" options=" --psid --striped-image" files=1 ;;
	dh) words="" options=" --psid --striped-image" files=1 ;;
	qrom) words="" options=" --psid --striped-image" files=0 ;;
	rb) words="" options="" files=1 ;;
	rw) words="" options="" files=0 ;;
	backup) words="" options=" --once --backup-dir" files=1 ;;
	identity) words=" save" options="" files=1 ;;
	ri) words="" options=" --psid --striped-image" files=1 ;;
	rrom) words="" options=" --psid --striped-image" files=1 ;;
	burn|b) words="" options=" --psid --dry-run --no-backup --once --backup-dir --unprotect --allow-unbootable --guid --guids --mac --macs --identity --identity-from --vsd --allow-psid-change --allow-other-board --allow-access-key --nofs --blank-guids --use-image-guids --use-image-ps --use-image-rom --use-dev-rom" files=0 ;;
	sg) words=" nocrc" options=" --dry-run --no-backup --once --backup-dir --unprotect --allow-unbootable --guid --guids --mac --macs --identity --identity-from" files=0 ;;
	sv) words="" options=" --dry-run --no-backup --once --backup-dir --unprotect --allow-unbootable --vsd" files=0 ;;
	set_config) words="" options=" --dry-run --no-backup --once --backup-dir --unprotect --allow-unbootable" files=1 ;;
	brom) words="" options=" --dry-run --no-backup --once --backup-dir --unprotect --allow-unbootable --allow-rom-change" files=1 ;;
	drom) words="" options=" --dry-run --no-backup --once --backup-dir --unprotect --allow-unbootable --allow-rom-change" files=0 ;;
	set_key) words="" options=" --dry-run --no-backup --once --backup-dir --unprotect --allow-unbootable" files=0 ;;
	fix_crc) words="" options=" --dry-run" files=1 ;;
	recover) words="" options=" --psid --dry-run --no-backup --backup-dir --unprotect --leave-unprotected --leave-boot-address --allow-unbootable --guid --guids --mac --macs --identity --identity-from --vsd --allow-psid-change --allow-other-board --allow-access-key" files=0 ;;
	restore) words="" options=" --dry-run --no-backup --once --backup-dir --unprotect --allow-unbootable --allow-psid-change --allow-identity-change --allow-other-card --allow-bad-backup --allow-no-image" files=1 ;;
	reset_config) words="" options=" --dry-run --once --backup-dir --unprotect --allow-unbootable" files=0 ;;
	wp) words=" query off on ranges" options=" --dry-run" files=0 ;;
	hw) words=" query set" options=" --dry-run" files=0 ;;
	erase|e) words="" options=" --dry-run --no-backup --once --backup-dir --unprotect --allow-unbootable" files=0 ;;
	ww) words="" options=" --dry-run --no-backup --once --backup-dir --unprotect --allow-unbootable" files=0 ;;
	wwne) words="" options=" --dry-run --no-backup --once --backup-dir --unprotect --allow-unbootable" files=0 ;;
	wb) words="" options=" --dry-run --no-backup --once --backup-dir --unprotect --allow-unbootable" files=1 ;;
	wbne) words="" options=" --dry-run --no-backup --once --backup-dir --unprotect --allow-unbootable" files=0 ;;
	bb) words="" options=" --dry-run --no-backup --once --backup-dir --unprotect --allow-unbootable" files=0 ;;
	provision) words=" import range report export merge release retire replaced" options=" --psid --backup-dir --unprotect --vsd --allow-psid-change --allow-other-board --allow-access-key --use-image-ps --ledger --keep-identity --burn-again --only-psid --cards" files=0 ;;
	resume) words="" options=" --dry-run --backup-dir" files=1 ;;
	clear_semaphore) words="" options="" files=0 ;;
	swreset) words="" options="" files=0 ;;
	hw_access) words=" enable disable" options="" files=0 ;;
	bench) words="" options="" files=0 ;;
	selftest) words="" options="" files=0 ;;
	report) words="" options=" --backup-dir --qq" files=1 ;;
	serprog) words="" options=" --once --pty --i-know" files=0 ;;
	help) words=" boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog" options="" files=0 ;;
	esac
	[[ ! $first ]] || words=''
	case "$command $first ${more:-}" in
	'hw set ') words+=" QuadEn=" ;;&
	'hw set ') words+=" DriverStrength=" ;;&
	'hw set ') words+=" DummyCycles=" ;;&
	'hw set ') words+=" WriteProtected=" ;;&
	esac
	if [[ $cur == -* ]]; then
		options+=" --device --image --yes --no --silent --json --progress --verbose --flash-params --log --clear-semaphore --plain-read --assume --help --version"
		COMPREPLY=($(compgen -W "$options" -- "$cur"))
	elif [[ ! $command ]]; then
		COMPREPLY=($(compgen -W "scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog help" -- "$cur"))
	else
		COMPREPLY=($(compgen -W "$words" -- "$cur"))
		[[ ${COMPREPLY[0]:-} != *= ]] || compopt -o nospace 2>/dev/null
		((!files)) || COMPREPLY+=($(compgen -f -- "$cur"))
	fi
}
complete -o filenames -F _cx3flash cx3flash
