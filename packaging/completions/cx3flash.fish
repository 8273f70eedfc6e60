# fish completion for cx3flash. Made from the program's tables by packaging/update: change those.
set -l commands scan query q verify v status map diff checksum cs dc dh qrom rb rw backup identity ri rrom burn b sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase e ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog help
complete -c cx3flash -f
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a scan -d 'lists the I2C buses and the cards on them; reads ids only'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a query -d 'versions, PSID, GUIDs, MACs, ROM'
complete -c cx3flash -n '__fish_seen_subcommand_from query q; and not __fish_seen_subcommand_from full' -a full
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a verify -d 'check every CRC of the image'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a status -d 'what the card is, what state it is in, what to do next'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a map -d 'the flash as a picture: images, settings, blank, damaged'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a diff -d 'where a card, a backup or an image differs from FILE'
complete -c cx3flash -n '__fish_seen_subcommand_from diff' -F
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a checksum -d 'MD5 of the firmware without its identity'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a dc -d 'the image\'s configuration (INI text)'
complete -c cx3flash -n '__fish_seen_subcommand_from dc' -F
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a dh -d 'the image\'s hash file, where it has one'
complete -c cx3flash -n '__fish_seen_subcommand_from dh' -F
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a qrom -d 'versions in a ROM file, or of the ROM in an image'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a rb -d 'raw bytes, as words or into a file'
complete -c cx3flash -n '__fish_seen_subcommand_from rb' -F
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a rw -d 'one word of 32 bits'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a backup -d 'the whole flash, with a manifest beside it'
complete -c cx3flash -n '__fish_seen_subcommand_from backup' -F
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a identity -d 'GUIDs, MACs, VSD and PSID, shown or saved to a file'
complete -c cx3flash -n '__fish_seen_subcommand_from identity; and not __fish_seen_subcommand_from save' -a save
complete -c cx3flash -n '__fish_seen_subcommand_from identity' -F
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a ri -d 'the firmware image, contiguous and verified'
complete -c cx3flash -n '__fish_seen_subcommand_from ri' -F
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a rrom -d 'the expansion ROM (PXE, UEFI)'
complete -c cx3flash -n '__fish_seen_subcommand_from rrom' -F
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a burn -d 'write an image, keeping GUIDs, MACs and VSD'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a sg -d 'set GUIDs and MACs, on a card or in an image file'
complete -c cx3flash -n '__fish_seen_subcommand_from sg; and not __fish_seen_subcommand_from nocrc' -a nocrc
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a sv -d 'set the VSD, on a card or in an image file'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a set_config -d 'put this configuration text in (dc), on a card or in a file'
complete -c cx3flash -n '__fish_seen_subcommand_from set_config' -F
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a brom -d 'put this expansion ROM in, on a card or in an image file'
complete -c cx3flash -n '__fish_seen_subcommand_from brom' -F
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a drom -d 'take the expansion ROM out, on a card or in an image file'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a set_key -d 'set the hardware access key (secure host), in card or image'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a fix_crc -d 'make an edited image file\'s CRCs right'
complete -c cx3flash -n '__fish_seen_subcommand_from fix_crc' -F
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a recover -d 'an image for a card that does not boot (-i IMAGE)'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a restore -d 'put a backup back, byte for byte'
complete -c cx3flash -n '__fish_seen_subcommand_from restore' -F
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a reset_config -d 'erase the card\'s settings, which a burn keeps'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a wp -d 'the flash chip\'s write protection'
complete -c cx3flash -n '__fish_seen_subcommand_from wp; and not __fish_seen_subcommand_from query off on ranges' -a query
complete -c cx3flash -n '__fish_seen_subcommand_from wp; and not __fish_seen_subcommand_from query off on ranges' -a off
complete -c cx3flash -n '__fish_seen_subcommand_from wp; and not __fish_seen_subcommand_from query off on ranges' -a on
complete -c cx3flash -n '__fish_seen_subcommand_from wp; and not __fish_seen_subcommand_from query off on ranges' -a ranges
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a hw -d 'chip and flash, as mstflint tells and sets them'
complete -c cx3flash -n '__fish_seen_subcommand_from hw; and not __fish_seen_subcommand_from query set' -a query
complete -c cx3flash -n '__fish_seen_subcommand_from hw; and not __fish_seen_subcommand_from query set' -a set
complete -c cx3flash -n '__fish_seen_subcommand_from hw; and __fish_seen_subcommand_from set' -a QuadEn=
complete -c cx3flash -n '__fish_seen_subcommand_from hw; and __fish_seen_subcommand_from set' -a DriverStrength=
complete -c cx3flash -n '__fish_seen_subcommand_from hw; and __fish_seen_subcommand_from set' -a DummyCycles=
complete -c cx3flash -n '__fish_seen_subcommand_from hw; and __fish_seen_subcommand_from set' -a WriteProtected=
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a erase -d 'erase the sector that ADDR is in'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a ww -d 'write one word of 32 bits'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a wwne -d 'write one word, never with an erase'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a wb -d 'write a file\'s bytes at ADDR'
complete -c cx3flash -n '__fish_seen_subcommand_from wb' -F
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a wbne -d 'write words, never with an erase'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a bb -d 'burn block: a file from address 0 on, as it is'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a provision -d 'a bench full of cards: each its identity and the image'
complete -c cx3flash -n '__fish_seen_subcommand_from provision; and not __fish_seen_subcommand_from import range report export merge release retire replaced' -a import
complete -c cx3flash -n '__fish_seen_subcommand_from provision; and not __fish_seen_subcommand_from import range report export merge release retire replaced' -a range
complete -c cx3flash -n '__fish_seen_subcommand_from provision; and not __fish_seen_subcommand_from import range report export merge release retire replaced' -a report
complete -c cx3flash -n '__fish_seen_subcommand_from provision; and not __fish_seen_subcommand_from import range report export merge release retire replaced' -a export
complete -c cx3flash -n '__fish_seen_subcommand_from provision; and not __fish_seen_subcommand_from import range report export merge release retire replaced' -a merge
complete -c cx3flash -n '__fish_seen_subcommand_from provision; and not __fish_seen_subcommand_from import range report export merge release retire replaced' -a release
complete -c cx3flash -n '__fish_seen_subcommand_from provision; and not __fish_seen_subcommand_from import range report export merge release retire replaced' -a retire
complete -c cx3flash -n '__fish_seen_subcommand_from provision; and not __fish_seen_subcommand_from import range report export merge release retire replaced' -a replaced
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a resume -d 'go on with an interrupted job that writes'
complete -c cx3flash -n '__fish_seen_subcommand_from resume' -F
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a clear_semaphore -d 'free a flash semaphore that stays held'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a swreset -d 'reset the chip (a power-off is surer)'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a hw_access -d 'open or shut the card\'s registers (secure host)'
complete -c cx3flash -n '__fish_seen_subcommand_from hw_access; and not __fish_seen_subcommand_from enable disable' -a enable
complete -c cx3flash -n '__fish_seen_subcommand_from hw_access; and not __fish_seen_subcommand_from enable disable' -a disable
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a bench -d 'measure how fast the card reads here (64 KiB)'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a selftest -d 'test the adapter, its wiring and the bus'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a report -d 'all that can be told of a card, in a file to send in'
complete -c cx3flash -n '__fish_seen_subcommand_from report' -F
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a serprog -d 'let flashrom read and write the card\'s flash'
complete -c cx3flash -n "not __fish_seen_subcommand_from $commands" -a help -d 'this text, a command\'s, or boards, parts, devices, sim'
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a boards
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a parts
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a devices
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a sim
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a scan
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a query
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a verify
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a status
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a map
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a diff
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a checksum
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a dc
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a dh
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a qrom
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a rb
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a rw
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a backup
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a identity
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a ri
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a rrom
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a burn
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a sg
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a sv
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a set_config
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a brom
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a drom
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a set_key
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a fix_crc
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a recover
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a restore
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a reset_config
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a wp
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a hw
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a erase
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a ww
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a wwne
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a wb
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a wbne
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a bb
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a provision
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a resume
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a clear_semaphore
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a swreset
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a hw_access
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a bench
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a selftest
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a report
complete -c cx3flash -n '__fish_seen_subcommand_from help; and not __fish_seen_subcommand_from boards parts devices sim scan query verify status map diff checksum dc dh qrom rb rw backup identity ri rrom burn sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase ww wwne wb wbne bb provision resume clear_semaphore swreset hw_access bench selftest report serprog' -a serprog
complete -c cx3flash -s d -l device -xa 'sim: ft232h all:ft232h mtusb1 all:mtusb1 (path filter /dev/i2c-*)' -d 'the adapter and the card behind it; may be given more than once'
complete -c cx3flash -s i -l image -rF -d 'image file, bare or the published .zip; - is a pipe'
complete -c cx3flash -n '__fish_seen_subcommand_from query q verify v checksum cs dc dh qrom ri rrom burn b recover provision' -l psid -x -d 'of an archive\'s images (.mfa, .zip) the one with this PSID'
complete -c cx3flash -s y -l yes -d 'answer yes to every question; overwrite output files'
complete -c cx3flash -l no -d 'answer no to every question'
complete -c cx3flash -s s -l silent -d 'no progress'
complete -c cx3flash -l json -d 'one JSON document on standard output'
complete -c cx3flash -l progress -xa 'json' -d 'progress as JSON on standard error, one object a line'
complete -c cx3flash -l verbose -d 'tell more; up to three times (-v is the version)'
complete -c cx3flash -l flash-params -xa 'M25PXxx, M25Pxx, N25Q0XX, SST25VFxx, W25QxxBV, W25Qxxx, W25Xxx, AT25DFxxx, S25FLXXXP, S25FL11xx, S25FLxxx, MX25L16xxx, MX25Lxxx, IS25LPxxx,' -d 'an unknown flash is of kind T (W25Qxxx) with 2^N bytes'
complete -c cx3flash -l log -rF -d 'all that --verbose can tell goes into this file'
complete -c cx3flash -l clear-semaphore -d 'take the flash semaphore even if it stays held (also --force-sem)'
complete -c cx3flash -l plain-read -d 'never stream reads: slower, asks least of the card'
complete -c cx3flash -l assume -xa 'join=no join=yes read-after-write=no read-after-write=yes block-read=no block-read=yes block-write=no block-write=yes long-messages=no long-messages=yes ack-busy=no ack-busy=yes no-poll=no no-poll=yes held-read=no held-read=yes bare-head=no bare-head=yes held-program=no held-program=yes command-echo=no command-echo=yes address-echo=no address-echo=yes top-byte=no top-byte=yes status-word=no status-word=yes livefish-link=no livefish-link=yes' -d 'a behaviour that status lists is not tried out'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b sg sv set_config brom drom set_key fix_crc recover restore reset_config wp hw erase e ww wwne wb wbne bb resume' -l dry-run -d 'show the plan, write nothing'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b sg sv set_config brom drom set_key recover restore erase e ww wwne wb wbne bb' -l no-backup -d 'do not keep the old content first'
complete -c cx3flash -n '__fish_seen_subcommand_from scan backup burn b sg sv set_config brom drom set_key restore reset_config erase e ww wwne wb wbne bb serprog' -l once -d 'one reading, for a faster backup; scan, serprog: one round'
complete -c cx3flash -n '__fish_seen_subcommand_from status backup burn b sg sv set_config brom drom set_key recover restore reset_config erase e ww wwne wb wbne bb provision resume report' -l backup-dir -xa '(__fish_complete_directories)' -d 'backups are kept in this folder'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b sg sv set_config brom drom set_key recover restore reset_config erase e ww wwne wb wbne bb provision' -l unprotect -d 'lift the flash\'s write protection, and put it back at the end'
complete -c cx3flash -n '__fish_seen_subcommand_from recover' -l leave-unprotected -d 'do not put back the write protection that was lifted'
complete -c cx3flash -n '__fish_seen_subcommand_from recover' -l leave-boot-address -d 'do not set the boot address to the new image'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b sg sv set_config brom drom set_key recover restore reset_config erase e ww wwne wb wbne bb' -l allow-unbootable -d 'go on though the image that was to stay bootable is damaged'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b sg recover' -l guid -x -d 'base GUID: node, +1 port 1, +2 port 2, +3 system image'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b sg recover' -l guids -x -d 'node, port 1, port 2 and system image GUID'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b sg recover' -l mac -x -d 'base MAC: port 1, +1 port 2'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b sg recover' -l macs -x -d 'MACs of port 1 and port 2'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b sg recover' -l identity -rF -d 'GUIDs, MACs and VSD from a file that identity has saved'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b sg recover' -l identity-from -rF -d 'GUIDs, MACs and VSD from a backup, or its manifest'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b sv recover provision' -l vsd -x -d 'write this vendor specific data (VSD)'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b recover restore provision' -l allow-psid-change -d 'another PSID than the card\'s may be written'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b recover provision' -l allow-other-board -d 'the image may be one that was seen not to work on such a board'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b recover provision' -l allow-access-key -d 'the image may have a hardware access key (secure host)'
complete -c cx3flash -n '__fish_seen_subcommand_from brom drom' -l allow-rom-change -d 'change the ROM of an image with a product version'
complete -c cx3flash -n '__fish_seen_subcommand_from restore' -l allow-identity-change -d 'the backup may have other GUIDs and MACs than the card'
complete -c cx3flash -n '__fish_seen_subcommand_from restore' -l allow-other-card -d 'the backup may be of another chip, revision or flash part'
complete -c cx3flash -n '__fish_seen_subcommand_from restore' -l allow-bad-backup -d 'the backup may be damaged, or not what its manifest says'
complete -c cx3flash -n '__fish_seen_subcommand_from restore' -l allow-no-image -d 'the backup may hold no image: the card will not boot'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b' -l nofs -d 'without the fail-safe order: for a card with no valid image'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b' -l blank-guids -d 'leave GUIDs and MACs blank, for sg later'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b' -l use-image-guids -d 'GUIDs and MACs from the image'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b provision' -l use-image-ps -d 'VSD from the image'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b' -l use-image-rom -d 'ROM from the image, also if it has none'
complete -c cx3flash -n '__fish_seen_subcommand_from burn b' -l use-dev-rom -d 'the card\'s ROM, also if the image has one'
complete -c cx3flash -n '__fish_seen_subcommand_from query q verify v checksum cs dc dh qrom ri rrom' -l striped-image -d 'the file is a raw read of a flash'
complete -c cx3flash -n '__fish_seen_subcommand_from map' -l svg -rF -d 'draw the map into this file'
complete -c cx3flash -n '__fish_seen_subcommand_from query q status report' -l qq -d 'quick: check no CRCs (query: of a file), leave the ROM unread'
complete -c cx3flash -n '__fish_seen_subcommand_from scan' -l ask -d 'ask behind USB boards too, whoever uses them'
complete -c cx3flash -n '__fish_seen_subcommand_from scan' -l watch -d 'wait for cards to come; with --once for the first'
complete -c cx3flash -n '__fish_seen_subcommand_from serprog' -l pty -d 'serve on a pseudo terminal'
complete -c cx3flash -n '__fish_seen_subcommand_from serprog' -l i-know -d 'let the client write to a running card'
complete -c cx3flash -n '__fish_seen_subcommand_from provision' -l ledger -rF -d 'identities, cards and results of a station'
complete -c cx3flash -n '__fish_seen_subcommand_from provision' -l keep-identity -d 'a card with GUIDs and MACs of its own keeps them'
complete -c cx3flash -n '__fish_seen_subcommand_from provision' -l burn-again -d 'a card that was done with another image gets this one'
complete -c cx3flash -n '__fish_seen_subcommand_from provision' -l only-psid -x -d 'cards with another PSID fail'
complete -c cx3flash -n '__fish_seen_subcommand_from provision' -l cards -x -d 'end after N cards on each device'
complete -c cx3flash -s h -l help -d 'help, also COMMAND --help'
complete -c cx3flash -s v -l version -d 'the version'
