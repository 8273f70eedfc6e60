/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * burn DEVICE IMAGE: burns an image after a question. All that makes a burn safe (backup, journal,
 * order, reading back) is the library's; the program shows what changes and asks.
 *
 *   cc burn.c -o burn $(pkg-config --cflags --libs cx3flash)
 *   ./burn ft232h fw-ConnectX3Pro.bin
 */
#include <stdio.h>

#include <cx3flash/jobs.h>

static void show(void *user, const struct cx3_job_view *view, bool again)
{
	(void)user;
	if (again)
		return;
	for (unsigned i = 0; i < view->change_count; i++) {
		const struct cx3_change *change = &view->change[i];

		printf("%c %-20s %-24s %s\n", change->differs ? '*' : ' ', change->what,
		       change->before, change->after);
	}
	for (unsigned i = 0; i < view->note_count; i++)
		printf("%s\n", view->note[i].text);
}

/* Asked once, and again if the full reading shows something worse: then `worse` says what. */
static int confirm(void *user, const struct cx3_job_view *view, struct cx3_error *err)
{
	char answer[8] = "";

	(void)user;
	printf("%s%sBurn it? (y/n) ", view->worse ? view->worse : "", view->worse ? "\n" : "");
	fflush(stdout);
	if (fgets(answer, sizeof(answer), stdin) && answer[0] == 'y')
		return CX3_OK;
	return cx3_fail(err, CX3_E_REFUSED, "burn", "The answer was no; nothing was written.");
}

static void backed_up(void *user, const struct cx3_backup *backup)
{
	(void)user;
	printf("The old content is in %s\n", backup->path);
}

int main(int argc, char **argv)
{
	const struct cx3_job_caller caller = {
		.show = show, .confirm = confirm, .backed_up = backed_up};
	const struct cx3_burn_options what = {0};
	const struct cx3_job_options options = {0};
	struct cx3_job_result result = {.size = sizeof(result)};
	struct cx3_device *device = NULL;
	struct cx3_image *image = NULL;
	struct cx3_error err;
	char text[1200];
	int rc;

	if (argc != 3) {
		fputs("usage: burn DEVICE IMAGE\n", stderr);
		return 2;
	}
	rc = cx3_image_open(argv[2], NULL, false, &image, &err);
	if (rc == CX3_OK)
		rc = cx3_device_open(argv[1], NULL, &device, &err);
	if (rc == CX3_OK)
		rc = cx3_job_burn(device, image, &what, &options, &caller, &result, &err);
	cx3_device_close(device);
	cx3_image_free(image);
	if (rc != CX3_OK) {
		fprintf(stderr, "%s: %s\n", err.place, cx3_error_text(&err, text, sizeof(text)));
		return 1;
	}
	puts(result.unchanged ? "The card holds exactly this already."
			      : "Burnt and read back. Switch the power off and on.");
	return 0;
}
