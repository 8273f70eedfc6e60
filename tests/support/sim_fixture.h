/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_SIM_FIXTURE_H
#define CX3_SIM_FIXTURE_H

/* A simulated card in a folder of its own, and the plain way to use its gateway. */

#include <stddef.h>

#include "sim/simcard.h"

#define FIXTURE_SIZE 0x200000u

#define GW_COMMAND 0xf0400u
#define GW_ADDRESS 0xf0404u
#define GW_DATA 0xf0410u
#define GW_READ (1u << 0)
#define GW_OPCODE(op) (1u << 2 | (uint32_t)(op) << 16)
#define GW_ADDR (1u << 3)
#define GW_BYTES(log2) (1u << 4 | (uint32_t)(log2) << 8)
#define GW_HOLD (1u << 5)
#define GW_CHIP (1u << 11)
#define GW_ENABLE (1u << 13)
#define GW_ADDR4 (1u << 14)
#define GW_BUSY (1u << 30)
#define REG_SEMAPHORE 0xf03fcu
#define REG_BOOT 0xf0000u
#define REG_RESET 0xf0010u
#define REG_ID 0xf0014u

struct fixture {
	char folder[64];
	char file[80];
	char device[300]; /* "sim:FILE,options" as last opened */
	struct simcard *card;
};

/* Makes a blank flash file of `size` bytes. Aborts the test if that fails. */
void fixture_make(struct fixture *f, uint32_t size);
/* Opens the card with these options ("" for none); it must open. */
void fixture_open(struct fixture *f, const char *options);
void fixture_close(struct fixture *f);
/* Closes the card if it is open, and removes the folder. */
void fixture_remove(struct fixture *f);

/* Writes bytes into the flash file, and the smallest bootable image at `start`. */
void fixture_poke(const struct fixture *f, uint32_t addr, const void *data, size_t len);
void fixture_peek(const struct fixture *f, uint32_t addr, void *data, size_t len);
void fixture_image(const struct fixture *f, uint32_t start, unsigned subminor);
/* The text of FILE.state, "" if there is none; the caller frees it. */
char *fixture_state(const struct fixture *f);

/* Takes and frees the semaphore. */
void gw_take(struct simcard *card);
void gw_free(struct simcard *card);
/* Issues a command (flash enable and busy are added) and polls until it is done. */
void gw_run(struct simcard *card, uint32_t command);
/* Reads a status register by its opcode. */
uint8_t gw_status(struct simcard *card, uint8_t opcode);
/* Write enable; erase; program up to 16 bytes; each as a careful tool does it. */
void gw_write_enable(struct simcard *card);
void gw_erase(struct simcard *card, uint8_t opcode, uint32_t addr);
void gw_program(struct simcard *card, uint32_t addr, const void *data, unsigned log2);
/* Polls status register 1 until WIP has gone; returns the model time that took. */
uint64_t gw_wait(struct simcard *card);
void gw_read(struct simcard *card, uint32_t addr, void *data, unsigned log2);

#endif
