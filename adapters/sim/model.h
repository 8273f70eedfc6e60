/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the simulated card, shared by the files of this folder. */
#ifndef CX3_SIM_MODEL_H
#define CX3_SIM_MODEL_H

/* The parts of the simulated card, as its .c files share them. */

#include <cjson/cJSON.h>
#include <stdio.h>

#include "habits.h"
#include "parts.h"
#include "simcard.h"

#define SIM_LOCKED_WORD 0xbad0cafeu
#define SIM_PAGE 256u
#define SIM_SECTOR 0x1000u    /* opcode 20 */
#define SIM_BLOCK 0x10000u    /* opcode d8 */
#define SIM_DRIVE_NONE_LOW 2u /* no register 3, and what nobody drives reads 0 */
#define SIM_DRIVE_OF_PART 3u
#define SIM_SIGNATURE 16u /* bytes at the start of an image */

/* --- SPI flash (nor.c, nor_commands.c, protect.c) --- */

enum nor_job { NOR_IDLE, NOR_PROGRAM, NOR_ERASE, NOR_WRITE_STATUS };

struct nor {
	const struct sim_part *part;
	uint8_t *data; /* FILE, mapped: the flash outlives the process as a real one does */
	uint32_t size;
	uint8_t status[3]; /* register 1 without WIP and WEL; registers 2 and 3 */
	bool wel;
	bool ewsr;  /* 50 was the last command: the next one may write the status
		     * register, on W25Q until power-off */
	bool brief; /* W25Q: such a write has been: `kept` comes back at power-off */
	uint8_t kept[3];
	bool blocks_unlocked; /* WPS: opened since power-on */
	bool wp_low;	      /* WP# pin asserted: wp=1 */
	bool quad_1_6;	      /* qe=6: a chip of this id that has its quad enable bit there */
	bool quad_fixed;      /* qe=fixed: it is set for good */
	bool torn_status;     /* torn-status=1 */
	uint64_t drive;	      /* drv=; SIM_DRIVE_OF_PART: as its part */
	uint64_t config;      /* nvcr=: N25Q's nonvolatile configuration register */
	bool deaf;	      /* ... was so at power-on that one data line is not heard */
	bool asleep;	      /* in deep power-down: it hears nothing but opcode ab */
	uint8_t failed;	      /* S25FL-P: E_ERR (20) or P_ERR (40) of the status; busy until CLSR */
	uint64_t jedec;	      /* jedec=; 0: the part's own */
	bool no_jedec;	      /* made before JEDEC ids: opcode 9f means nothing to it */

	/* the command in progress, from chip select to chip select */
	bool selected;
	bool ignored; /* the rest of this command has no effect */
	uint8_t opcode;
	unsigned bytes; /* clocked since chip select */
	uint32_t addr;
	uint8_t page[SIM_PAGE]; /* what a program command has loaded */
	bool loaded[SIM_PAGE];
	unsigned loaded_count;

	/* what runs after chip select went up */
	enum nor_job job;
	uint8_t job_opcode; /* of NOR_WRITE_STATUS */
	uint64_t began_ns, busy_until_ns;
	uint32_t job_addr, job_len;
	uint8_t before[SIM_PAGE]; /* a program's page as it was */
};

/* --- Gateway (gateway.c) --- */

/* Bits of the command register that habits.c needs as well. */
#define CMD_READ (1u << 0)
#define CMD_OPCODE (1u << 2)
#define CMD_ADDRESS (1u << 3)
#define CMD_DATA (1u << 4)
#define CMD_HOLD (1u << 5)
#define CMD_BUSY (1u << 30)

struct gateway {
	uint32_t command, address;
	uint32_t data[4];
	uint32_t arriving[4];		    /* read from the flash, not in the registers yet */
	uint32_t from[4], arriving_from[4]; /* flash address that the word was read at, or ... */
	bool has_arriving;
	bool held;		/* chip select stays low after the last command */
	bool inherited;		/* ... since a process that was killed */
	uint64_t spi_until_ns;	/* when the SPI side is done */
	uint64_t busy_until_ns; /* when the busy bit falls: later with slow-gw= */
	uint64_t commands;	/* since open, for gateway-stuck= */
	bool stuck;
	bool cut_in; /* the firmware's own command has ended the tool's held one */
};

#define SIM_NOWHERE 0xffffffffu /* ... where no flash word is in the register */

/* --- Order and place of changes (order.c) --- */

#define SIM_HOMES 16u /* places where an image may start: 0, 64 KiB, 128 KiB, ... */

/* A place with a signature that the chip would boot. */
struct sim_home {
	uint32_t start;
	uint32_t chunk; /* 0: contiguous */
};

struct order {
	bool *unread;  /* of each byte: touched by a program or an erase, not fetched since */
	bool *allowed; /* of each byte: simcard_limit lets it change; NULL: of none */
	bool limited;  /* simcard_limit was called */
	bool asked;    /* order=: false for a tool that does not read back all that it writes */
	struct sim_home home[SIM_HOMES];
	unsigned homes; /* before the command that is carried out now */
};

/* --- Semaphore (semaphore.c) --- */

/* SIM_LEFT: a process that took it was killed; nobody frees it by himself. */
enum sim_holder { SIM_FREE, SIM_TOOL, SIM_LEFT, SIM_FIRMWARE };

struct semaphore {
	enum sim_holder holder;
	bool stuck;		     /* sem=stuck */
	uint64_t every, tries;	     /* sem=every:N */
	uint64_t busy_ns, period_ns; /* sem=BUSY/PERIOD */
	uint64_t firmware_until_ns;  /* firmware's hold under sem=every:N */
	uint64_t taken_ns;	     /* when the tool took it */
	bool lost;		     /* ... and a reset has freed it: the tool can't know yet */
};

/* 0xf03a0, by which flash tools keep each other out. */
struct tools_semaphore {
	bool taken;		 /* by the tool that is tested */
	uint64_t other_until_ns; /* another tool has it; UINT64_MAX: until 0 is written */
	uint64_t word;		 /* it reads this each time; 0: it is a semaphore */
};

/* --- The firmware's command interface (hcr.c) --- */

#define SIM_HCR_WORDS 7u

enum sim_hcr_state {
	SIM_HCR_WORKS,
	SIM_HCR_NONE,
	SIM_HCR_BUSY,
	SIM_HCR_HANGS,
	SIM_HCR_HELD,
	SIM_HCR_SHUT,
	SIM_HCR_DEAF
};

struct hcr {
	enum sim_hcr_state state; /* hcr= */
	uint32_t word[SIM_HCR_WORDS];
	uint64_t done_ns; /* when the command that was started is done */
};

/* --- I2C slave (slave.c) --- */

enum slave_phase { SLAVE_IDLE, SLAVE_DEAF, SLAVE_WRITE, SLAVE_READ };

struct slave {
	enum slave_phase phase;
	uint32_t addr;		   /* address pointer */
	unsigned count;		   /* bytes in this message */
	bool addressed;		   /* four address bytes came since START: a read may follow */
	uint32_t word;		   /* being written or read, first byte in [31:24] */
	bool started;		   /* a transfer is open: STOP has something to end */
	bool fault;		   /* this message was hit by a fault: not the master's doing */
	bool missed;		   /* a message of this transfer was not acknowledged while busy */
	bool cut;		   /* the next data word is cut in its middle */
	uint64_t byte_hz, byte_ns; /* what a byte takes at this clock */
};

/* --- The firmware and a host's driver (others.c) --- */

struct others {
	uint64_t intrusions;  /* of the firmware at the gateway */
	uint64_t intruded_ns; /* when the last one was */
	uint64_t reset_ns;    /* reset-every=: the last one */
	uint64_t wanted_ns;   /* when the driver began to wait for the semaphore */
	bool waits;	      /* it still does */
	uint64_t reset_at_ns; /* it has the semaphore and resets the chip then; 0: it has not */
};

/* --- Faults (faults.c); 0: never. All count from 1. --- */

struct faults {
	uint64_t nack, nack_burst, nack_burst_count, nack_from;
	uint64_t flip_read, flip_write, flip_rate; /* rate: wrong bits in a million */
	uint64_t noisy_above;			   /* Hz: no flip_rate up to this clock */
	uint64_t flip_word, flip_word_bit;	   /* of the n-th register word that is read */
	uint64_t noise;				   /* wrong bits in 10^9, of all on the wire */
	uint64_t cut, power_cut, order_cut, reset_at, gone, gateway_stuck, flash_lost, arbitration,
		bus_stuck;
	uint64_t arbitration_from, timeout, timeout_from;
	uint64_t read_bytes, written_bytes; /* on the wire, for flip-read= and flip-write= */
	uint64_t erased_cut;
	uint64_t since_order; /* register writes, for order-cut= */
	uint64_t random;      /* state of the generator, seed= */
};

/* What the bus makes of a message that a fault has hit. */
enum sim_trouble {
	SIM_NO_TROUBLE,
	SIM_NACK,
	SIM_CUT,
	SIM_GONE,
	SIM_POWER_CUT,
	SIM_ARBITRATION,
	SIM_TIMEOUT,
	SIM_BUS_STUCK
};

/* --- The card --- */

struct sim_boot {
	bool livefish;
	bool locked;	  /* each register but the command interface's reads 0xbad0cafe */
	uint32_t address; /* register 0xf0000: image start << 8 */
	uint16_t fw[3];
	uint64_t key; /* the image's hardware access key when it was started; 0: none */
};

struct simcard {
	struct nor nor;
	struct gateway gateway;
	struct semaphore semaphore;
	struct tools_semaphore tools;
	struct hcr hcr;
	struct slave slave;
	struct faults faults;
	struct order order;
	struct habits habits;
	struct others others;
	struct simcard_counts counts;

	uint64_t now_ns;
	uint64_t clock_hz;
	uint64_t opened_real_ns; /* realtime=1, pace=: CLOCK_MONOTONIC at open */
	uint64_t pace;		 /* model time runs at most so many times as fast; 0: any */
	uint64_t last_write_ns;	 /* end of the last register write, for power-cut= */
	enum sim_trouble trouble;
	bool auto_clock; /* clock=auto: for the adapter */
	bool realtime;
	bool dead; /* power cut or adapter gone */
	bool power_lost;

	FILE *trace; /* trace=; or NULL */
	bool trace_open;

	uint16_t hw_id;
	uint8_t hw_rev;
	bool locked, no_registers;
	uint64_t key_option;  /* key=; 0: the image's */
	uint64_t boot_option; /* boot=; 0: not given */
	int force_livefish;   /* 1, 0, or -1: as the flash's content says */
	bool has_fw;	      /* fw= was given */
	uint16_t forced_fw[3];
	struct sim_boot boot;
	uint64_t other_semaphores; /* one bit each, registers 0xf0300 to 0xf03f8 */
	uint32_t pcie_word;	   /* register 0xf3834 */
	bool stream;		   /* a held chip select survives between commands */
	bool split_read;	   /* a read may come as a transfer of its own */
	uint64_t slow_gw_us;

	/* for the adapter */
	uint64_t max_read, max_write; /* what it refuses to go beyond; 0: nothing */
	uint64_t stretch_limit_us;    /* it waits so long for SCL */
	bool exact;		      /* failed batches are told to the transfer */

	uint64_t told;	   /* violations that FILE.state has */
	int status_option; /* status=, -1: not given */
	bool power_cycle;
	char first_violation[200];
	char path[300];
	int fd;
	cJSON *state; /* FILE.state: options, and what we keep in it */
	int state_fd; /* FILE.state as last saved, -1: not yet */
	long live_at; /* offset in it of the digits that sim_state_live writes */
};

/* as_report.c: a report's card as options; an empty one of what it does not say. */
struct cx3_devname;
int sim_report_read(const char *path, struct cx3_devname *name, struct cx3_error *err);

/* trace.c: what the slave takes and gives, into a file. Nothing without one. */
int sim_trace_open(struct simcard *card, const char *path, struct cx3_error *err);
void sim_trace_start(struct simcard *card, bool reads);
void sim_trace_byte(struct simcard *card, uint8_t byte);
void sim_trace_stop(struct simcard *card);
void sim_trace_close(struct simcard *card);

/* The model's own complaint: counted, the first one kept in words. */
void sim_violation(struct simcard *card, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* nor.c: one SPI transaction, byte by byte. */
void sim_nor_select(struct simcard *card);
uint8_t sim_nor_byte(struct simcard *card, uint8_t in);
/* The flash address whose content the next byte carries; SIM_NOWHERE if none. */
uint32_t sim_nor_reads_at(const struct simcard *card);
void sim_nor_deselect(struct simcard *card);
bool sim_nor_busy(const struct simcard *card);
void sim_nor_power_on(struct simcard *card);
/* Power fails: what an erase or a program had in work becomes undefined. */
void sim_nor_power_off(struct simcard *card);

/* nor_commands.c: what a command does once chip select goes up. */
void sim_nor_execute(struct simcard *card);

/* protect.c: the area that the status bits protect; false if none. */
bool sim_protected_area(const struct nor *nor, uint32_t *start, uint32_t *len);
uint8_t sim_status_writable(const struct nor *nor);
/* This chip has status register 3 with the drive strength. */
bool sim_has_drive(const struct nor *nor);
/* The quad enable bit of status 1 and 2, and whether it is set: then there is no WP# pin. */
void sim_quad_mask(const struct nor *nor, uint8_t mask[2]);
bool sim_quad_on(const struct nor *nor);
void sim_quad_fix(struct nor *nor);

/* gateway.c: registers 0xf0400 to 0xf041c. */
uint32_t sim_gateway_read(struct simcard *card, uint32_t reg);
void sim_gateway_write(struct simcard *card, uint32_t reg, uint32_t value);
void sim_gateway_reset(struct simcard *card);
/* The firmware used the gateway: the registers hold what it left there. */
void sim_gateway_scribble(struct simcard *card);
/* The firmware sends a command of its own without asking: a status, or a read at `addr`. False:
 * the gateway is busy. */
bool sim_gateway_intrude(struct simcard *card, bool status, uint32_t addr);
/* A killed process left chip select low: the command register still says so, and
 * what comes next is data to a command that the flash is in the middle of: lost. */
void sim_gateway_inherit(struct simcard *card);

/* semaphore.c: register 0xf03fc. */
uint32_t sim_semaphore_read(struct simcard *card);
void sim_semaphore_write(struct simcard *card, uint32_t value);
uint32_t sim_tools_read(struct simcard *card);
void sim_tools_write(struct simcard *card, uint32_t value);

/* hcr.c: is `reg` the command interface's or its semaphore, while firmware runs; and does it
 * answer on a card that is shut? */
bool sim_hcr_is(const struct simcard *card, uint32_t reg);
bool sim_hcr_passes(const struct simcard *card, uint32_t reg);
uint32_t sim_hcr_read(struct simcard *card, uint32_t reg);
void sim_hcr_write(struct simcard *card, uint32_t reg, uint32_t value);
void sim_hcr_reset(struct simcard *card);
int sim_hcr_take(struct simcard *card, struct cx3_devname *name, struct cx3_error *err);

/* registers.c: without the time that a wire takes. */
uint32_t sim_reg_read(struct simcard *card, uint32_t reg);
void sim_reg_write(struct simcard *card, uint32_t reg, uint32_t value);

/* order.c. `before` and `after` stand around each program and erase; `touched` tells in
 * between of those bytes of [addr, addr + len) that `which` marks (NULL: all), `fetched`
 * of a word that the tool has read over I2C. */
int sim_order_open(struct simcard *card);
void sim_order_close(struct simcard *card);
void sim_order_before(struct simcard *card);
void sim_order_touched(struct simcard *card, const char *what, uint32_t addr, uint32_t len,
		       const bool *which);
void sim_order_after(struct simcard *card);
void sim_order_fetched(struct simcard *card, uint32_t addr);

/* boot.c: whether an image that the chip would boot starts here; flash address of an
 * image's byte `addr`. */
bool sim_bootable(const struct nor *nor, uint32_t start, struct sim_home *home);
uint32_t sim_phys(const struct sim_home *home, uint32_t addr);

/* boot.c: what the chip does at power-on, and at a reset through 0xf0010. */
void sim_boot_power_on(struct simcard *card);
void sim_boot_reset(struct simcard *card);
void sim_boot_reset_by_host(struct simcard *card);

/* faults.c */
enum sim_trouble sim_fault_message(struct simcard *card);
uint8_t sim_fault_read_byte(struct simcard *card, uint8_t byte);
uint8_t sim_fault_write_byte(struct simcard *card, uint8_t byte);
uint32_t sim_fault_word(struct simcard *card, uint32_t word);
/* noise=: `bits` (8 at most) of a byte, of an address or of an ACK, as they arrive. */
uint8_t sim_fault_noise(struct simcard *card, uint8_t sent, unsigned bits);
void sim_fault_power_off(struct simcard *card);
/* True if this register write is the one that the power fails at. */
bool sim_fault_power(struct simcard *card);
uint64_t sim_random(struct simcard *card);

/* options.c: the device's options, those of FILE.state first. */
int sim_options_apply(struct simcard *card, struct cx3_devname *name, struct cx3_error *err);

/* habits.c: its options. */
int sim_habits_take(struct simcard *card, struct cx3_devname *name, struct cx3_error *err);
/* A command that this card does not carry out. */
bool sim_habit_ignores(const struct simcard *card, uint32_t command);
/* A held chip select has risen by itself before the command that comes now. */
bool sim_habit_ends_hold(const struct simcard *card);
/* Chip select stays low after this command. */
bool sim_habit_holds(struct simcard *card, uint32_t command, bool held_before);
/* What the two registers read that hold `word`. */
uint32_t sim_habit_command(const struct simcard *card, uint32_t word, bool busy);
uint32_t sim_habit_address(const struct simcard *card, uint32_t word);
/* One byte to and from the flash on chip select 1. */
uint8_t sim_habit_second_chip(struct simcard *card, uint8_t in);
/* A gateway command starts. How much longer it takes than the flash, in us. */
void sim_habit_started(struct simcard *card);
uint64_t sim_habit_slow_us(const struct simcard *card);
/* The adapter's longest message, `given` by max-read= or max-write=; 0: no limit. */
uint64_t sim_habit_longest(const struct simcard *card, uint64_t given);
/* NAME=0 is a position of a switch: one of the tool's ways. */
bool sim_habit_can_lack(const char *name);
/* Time has moved on. */
void sim_habit_tick(struct simcard *card);
/* A register write has arrived; a message ends, by STOP or by a repeated START; what is still to
 * be done is carried out. */
void sim_habit_write(struct simcard *card, uint32_t reg, uint32_t value);
void sim_habit_message_end(struct simcard *card, bool stop);
void sim_habit_carry_out(struct simcard *card);

/* others.c: the firmware and a host's driver, beside the tool. Time has moved on; the tool is
 * about to use a gateway register. */
void sim_others_tick(struct simcard *card);
void sim_others_gateway(struct simcard *card);
/* A driver has the flash semaphore. */
bool sim_others_hold(const struct simcard *card);
/* The chip was reset. */
void sim_others_reset(struct simcard *card);

/* numbers.c: exactly `count` decimal numbers; a firmware version A.B.C */
bool sim_numbers(const char *text, char separator, uint64_t *numbers, unsigned count);
bool sim_version(const char *text, uint16_t version[3]);

/* state.c: FILE.state */
int sim_state_load(struct simcard *card, struct cx3_error *err);
int sim_state_save(struct simcard *card, struct cx3_error *err);
/* Brings back the running card of the last process; false if there was none. */
bool sim_state_resume(struct simcard *card);
/* ... and then what its status registers hold until power-off. */
void sim_state_resume_brief(struct simcard *card);
/* Semaphore or chip select changed hands: in the file at once, since a process may be killed. */
void sim_state_live(struct simcard *card);

/* help.c: what each option does, for people; lines, NULL behind the last. */
extern const char *const simcard_help[];

#endif
