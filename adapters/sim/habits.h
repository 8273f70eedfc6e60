/* SPDX-License-Identifier: BSD-2-Clause */
/* What may differ from card to card, as switches of the simulated card: see habits.c. */
#ifndef CX3_SIM_HABITS_H
#define CX3_SIM_HABITS_H

#include <stdbool.h>
#include <stdint.h>

struct simcard;

/* How a register reads back. */
enum sim_echo { SIM_ECHO_WHOLE, SIM_ECHO_NONE, SIM_ECHO_PART, SIM_ECHO_OTHER };
/* What a command of opcode and address alone does to chip select. */
enum sim_bare { SIM_BARE_HOLDS, SIM_BARE_DROPS, SIM_BARE_CLOCKS };
/* Which commands without opcode and address are carried out. */
enum sim_data_only { SIM_DATA_ALL, SIM_DATA_NONE, SIM_DATA_READS };

/* Register writes that have arrived and are not carried out yet. */
#define SIM_PENDING 1024u
struct sim_pending {
	uint32_t reg, value;
};

struct habits {
	/* chip select */
	uint64_t hold_blocks, hold_ms; /* it rises by itself after so much; 0: never */
	uint64_t held_since_ns, held_blocks;
	enum sim_bare bare;
	enum sim_data_only data_only;

	/* registers */
	enum sim_echo command_echo, address_echo;
	uint64_t sem_word; /* what a taken semaphore reads; 0: 1 */

	/* messages */
	uint64_t wrap;	     /* bytes within which the register address counts up; 0: no limit */
	uint64_t read_ff;    /* a read message answers ff behind so many bytes; 0: never */
	uint64_t write_nack; /* a write message's further bytes are not acknowledged; 0: never */

	/* time */
	uint64_t busy_nack_us; /* nothing is acknowledged so long after a command's start */
	uint64_t boot_ms;      /* ... and after power-on */
	uint64_t nack_until_ns;
	uint64_t wrsr_ms;      /* a status write takes so long; 0: as the model has it */
	uint64_t wip_late_us;  /* WIP shows so late */
	uint64_t slow_pages;   /* from this page program on each takes SLOW_PAGE_US */
	uint64_t self_reset_s; /* livefish: a reset each so often until 0xf3834 is set */
	uint64_t last_reset_ns;

	uint64_t second; /* JEDEC id of a flash on chip select 1; 0: none */
	unsigned second_bytes;
	uint32_t command_before;	       /* for command-echo=stale */
	unsigned pending_count, message_begin; /* of the message that is being written */
	struct sim_pending pending[SIM_PENDING];

	bool no_held_program; /* chip select is held for reads only */
	bool locked_but_id, no_id, no_livefish_word;
	bool at_stop;	  /* writes are carried out at STOP */
	bool need_stop;	  /* a write that a repeated START ends is dropped */
	bool late_writes; /* the first read after a write sees what was before */
	bool slow_spi;	  /* livefish: the SPI clock is a hundredth */
	bool byte_low;	  /* a read of one byte lands in [7:0] */
	bool status_once; /* the status byte is sent once, ff after it */
	bool second_answers;
};

#endif
