/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who takes which semaphore when: the flash's for each use of the gateway, that of the flash
 * tools before it by whoever is going to write. What is left is freed at close.
 */
#include <assert.h>

#include "semaphore.h"

/* To ask whether a tool works, in passing; and before its semaphore is cleared. */
#define SHORT_LOOK_US 200000u
/* For another flash tool to end its work: the vendor's waits as long for ours. */
#define TOOLS_PATIENCE_US 20000000u

void cx3_card_semaphores_init(struct cx3_card *card)
{
	card->flash_sem = (struct semaphore){
		.reg = REG_SEMAPHORE, .name = "The flash semaphore", .patience_us = PATIENCE_US};
	card->tools_sem = (struct semaphore){.reg = REG_TOOLS_SEMAPHORE,
					     .name = "The semaphore of the flash tools (0xf03a0)",
					     .patience_us = TOOLS_PATIENCE_US,
					     .may_be_none = true,
					     .tells_none = true};
	card->command_sem = (struct semaphore){
		.reg = REG_COMMAND_SEMAPHORE,
		.name = "The semaphore of the firmware's command interface (0xf03bc)",
		.patience_us = PATIENCE_US,
		.may_be_none = true};
}

/* True if the tools' semaphore is ours, or can be had: then no other tool works. */
static bool no_other_tool(struct cx3_card *card)
{
	struct semaphore *tools = &card->tools_sem;

	if (tools->depth > 0)
		return !tools->none;
	if (tools->none || cx3_semaphore_take(card, tools, SHORT_LOOK_US, NULL) != CX3_OK ||
	    tools->none)
		return false;
	tools->depth = 1;
	return cx3_semaphore_unlock(card, tools, NULL) == CX3_OK;
}

int cx3_card_ask_tools(struct cx3_card *card, bool *held, struct cx3_error *err)
{
	struct semaphore *tools = &card->tools_sem;
	int rc = CX3_OK;

	*held = false;
	if (tools->depth > 0 || tools->none)
		return CX3_OK;
	rc = cx3_semaphore_take(card, tools, SHORT_LOOK_US, err);
	*held = rc == CX3_E_SEMAPHORE;
	if (rc || tools->none)
		return *held ? CX3_OK : rc;
	tools->depth = 1;
	return cx3_semaphore_unlock(card, tools, err);
}

int cx3_card_ask_semaphores(struct cx3_card *card, struct cx3_cleared *held, struct cx3_error *err)
{
	int rc = cx3_card_lock(card, err);

	*held = (struct cx3_cleared){.flash = rc == CX3_E_SEMAPHORE || rc == CX3_E_SEMAPHORE_OURS};
	if (rc == CX3_OK)
		rc = cx3_card_unlock(card, err);
	if (rc != CX3_OK && !held->flash)
		return rc;
	return cx3_card_ask_tools(card, &held->tools, err);
}

static int take_for_caller(struct cx3_card *card, struct semaphore *sem, struct cx3_error *err)
{
	int rc = cx3_semaphore_take(card, sem, sem->patience_us, err);

	/* The firmware does not hold it as long as that. */
	if (rc == CX3_E_SEMAPHORE && sem == &card->flash_sem && (sem->maybe_ours || sem->freed) &&
	    no_other_tool(card))
		rc = CX3_OK;
	if (rc == CX3_E_SEMAPHORE)
		return cx3_semaphore_stuck(card, sem, err);
	if (rc)
		return rc;
	sem->maybe_ours = false;
	sem->depth = 1;
	return CX3_OK;
}

static int lock(struct cx3_card *card, struct semaphore *sem, struct cx3_error *err)
{
	if (sem->depth > 0 || sem->none) {
		sem->depth++;
		return CX3_OK;
	}
	return take_for_caller(card, sem, err);
}

int cx3_card_lock(struct cx3_card *card, struct cx3_error *err)
{
	int rc = lock(card, &card->flash_sem, err);

	card->id.semaphore_taken = card->flash_sem.met_taken;
	return rc;
}

int cx3_card_unlock(struct cx3_card *card, struct cx3_error *err)
{
	return cx3_semaphore_unlock(card, &card->flash_sem, err);
}

void cx3_card_set_cancelled(struct cx3_card *card, bool (*cancelled)(void *user), void *user)
{
	card->cancelled = cancelled;
	card->cancelled_user = user;
}

bool cx3_card_may_take_over(const struct cx3_card *card)
{
	return card->options.break_semaphore;
}

void cx3_card_allow_take_over(struct cx3_card *card)
{
	card->options.break_semaphore = true;
}

int cx3_card_take_over(struct cx3_card *card, struct cx3_error *err)
{
	int rc;

	assert(card->flash_sem.depth == 0);
	rc = cx3_semaphore_break(card, &card->flash_sem, err);
	card->id.semaphore_freed = card->id.semaphore_freed || rc == CX3_OK;
	return rc ? rc : take_for_caller(card, &card->flash_sem, err);
}

static void tell_break(const struct cx3_card *card, const struct semaphore *sem)
{
	cx3_log(card->adapter->log, CX3_LOG_WARN, "%s: %s is held; it is freed now",
		card->adapter->label, sem->name);
}

int cx3_card_lock_tools(struct cx3_card *card, struct cx3_error *err)
{
	struct semaphore *tools = &card->tools_sem;
	int rc = lock(card, tools, err);

	if ((rc != CX3_E_OTHER_TOOL && rc != CX3_E_SEMAPHORE_OURS) || !cx3_card_may_take_over(card))
		return rc;
	tell_break(card, tools);
	rc = cx3_semaphore_break(card, tools, err);
	return rc ? rc : take_for_caller(card, tools, err);
}

int cx3_card_unlock_tools(struct cx3_card *card, struct cx3_error *err)
{
	return cx3_semaphore_unlock(card, &card->tools_sem, err);
}

int cx3_card_lock_command(struct cx3_card *card, struct cx3_error *err)
{
	struct semaphore *sem = &card->command_sem;
	int rc = cx3_semaphore_take(card, sem, sem->patience_us, err);

	/* No tool has it for more than a command, and the firmware has no use for it. So where an
	 * answer was lost, it is this tool that has it. */
	if (rc == CX3_E_SEMAPHORE && sem->maybe_ours)
		rc = CX3_OK;
	if (rc == CX3_E_SEMAPHORE)
		return cx3_fail(err, CX3_E_COMMAND, cx3_card_place(card, sem->reg).text,
				"%s stayed taken for 5 s: another tool gives the firmware "
				"commands, or one that was stopped has left it taken. No command "
				"was given.\n"
				"Try again when no other tool is at work. If it stays so, switch "
				"the card's power off and on.",
				sem->name);
	if (rc != CX3_OK)
		return rc;
	sem->maybe_ours = false;
	sem->depth = 1;
	return CX3_OK;
}

int cx3_card_unlock_command(struct cx3_card *card, struct cx3_error *err)
{
	return cx3_semaphore_unlock(card, &card->command_sem, err);
}

int cx3_card_suspend_tools(struct cx3_card *card, struct cx3_error *err)
{
	struct semaphore *tools = &card->tools_sem;

	card->tools_depth = tools->depth;
	if (tools->depth == 0)
		return CX3_OK;
	tools->depth = 1;
	return cx3_semaphore_unlock(card, tools, err);
}

int cx3_card_resume_tools(struct cx3_card *card, struct cx3_error *err)
{
	int rc = card->tools_depth ? cx3_card_lock_tools(card, err) : CX3_OK;

	if (rc == CX3_OK)
		card->tools_sem.depth = card->tools_depth;
	return rc;
}

int cx3_card_clear_tools(struct cx3_card *card, bool *was_taken, struct cx3_error *err)
{
	struct semaphore *tools = &card->tools_sem;
	int rc = cx3_semaphore_take(card, tools, SHORT_LOOK_US, err);

	*was_taken = rc == CX3_E_SEMAPHORE;
	if (*was_taken) {
		tell_break(card, tools);
		rc = cx3_semaphore_break(card, tools, err);
	}
	if (*was_taken && rc == CX3_OK)
		rc = cx3_semaphore_take(card, tools, SHORT_LOOK_US, err);
	if (rc == CX3_E_SEMAPHORE)
		return cx3_semaphore_stuck(card, tools, err);
	if (rc || tools->none)
		return rc;
	tools->depth = 1;
	return cx3_semaphore_unlock(card, tools, err);
}

static void abandon(struct cx3_card *card, struct semaphore *sem)
{
	/* After a lost answer in livefish nobody else can hold it: it is freed. On a
	 * functional card that is for the user to decide, who must know of it. */
	if (sem->depth == 0 && !sem->owed && sem->maybe_ours && !cx3_card_in_livefish(card))
		cx3_log(card->adapter->log, CX3_LOG_WARN,
			"%s: %s: the answer to taking it was lost, so this tool may have left it "
			"taken",
			card->adapter->label, sem->name);
	if (sem->none ||
	    (sem->depth == 0 && !sem->owed && !(sem->maybe_ours && cx3_card_in_livefish(card))))
		return;
	/* An earlier attempt to free it may have arrived: see semaphore.c. */
	if (sem->owed && !cx3_card_in_livefish(card))
		(void)cx3_semaphore_take(card, sem, FIRMWARE_HOLD_US, NULL);
	sem->owed = false;
	sem->depth = 0;
	sem->maybe_ours = false;
	if (cx3_semaphore_release(card, sem, NULL) != CX3_OK)
		cx3_log(card->adapter->log, CX3_LOG_WARN,
			"%s: %s could not be freed; free it, or switch the card's power off and "
			"on",
			card->adapter->label, sem->name);
}

void cx3_card_abandon_lock(struct cx3_card *card)
{
	abandon(card, &card->flash_sem);
	abandon(card, &card->tools_sem);
	abandon(card, &card->command_sem);
}
