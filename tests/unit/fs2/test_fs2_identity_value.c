/* SPDX-License-Identifier: BSD-2-Clause */
/* The identity as a value: where it comes from, what is refused, what an image gets. */
#include "cx3flash/identity.h"
#include "fixture.h"

#define GUID UINT64_C(0x0002c903000100d0)
#define MAC UINT64_C(0x0002c90100d0)

static const uint64_t guid = GUID, mac = MAC;

/* An image's own identity: GUIDs from `g`, MACs from `m`, with room for `count` entries. */
static struct cx3_identity identity_of(unsigned count, uint64_t g, uint64_t m)
{
	struct cx3_fs2_info info = {.uid_count = count, .start = 0x80000};
	struct cx3_identity out;

	for (unsigned i = 0; i < count; i++)
		info.uid[i] = i < 4 ? (g == UINT64_MAX ? g : g + i)
				    : (m == UINT64_MAX ? m : m + i - 4);
	cx3_identity_from_info(&info, CX3_IDENTITY_HOME, "the image at 0x80000", &out);
	return out;
}

static void test_from_info(void **state)
{
	struct image i;
	struct cx3_identity out;

	(void)state;
	image_default(&i);
	cx3_identity_from_info(&i.info, CX3_IDENTITY_FILE, "fw.bin", &out);
	assert_int_equal(out.guid_count, 4);
	assert_int_equal(out.mac_count, 2);
	assert_true(out.guid[3] == i.info.uid[3] && out.mac[1] == i.info.uid[5]);
	assert_true(out.has_vsd && out.has_psid && out.checked && !out.blank);
	assert_string_equal(out.psid, i.info.psid);
	assert_string_equal(out.vsd, i.info.vsd);
	assert_string_equal(out.where, "fw.bin");
	assert_int_equal(out.source, CX3_IDENTITY_FILE);
	image_free(&i);

	out = identity_of(4, GUID, 0);
	assert_int_equal(out.mac_count, 0);
	assert_int_equal(out.home, 0x80000);
	assert_false(out.has_psid);
	assert_int_equal(identity_of(3, GUID, 0).guid_count, 0);
}

static void test_halves_stay(void **state)
{
	const struct cx3_identity old = identity_of(6, GUID, MAC);
	const uint64_t new_guid = GUID + 0x100, new_mac = MAC + 0x100;
	struct cx3_identity out;

	(void)state;
	assert_int_equal(cx3_identity_given(&old, 1, &new_guid, 0, NULL, &out, NULL), CX3_OK);
	assert_true(out.guid[0] == new_guid && out.guid[3] == new_guid + 3);
	assert_true(out.mac[0] == MAC && out.mac[1] == MAC + 1);
	assert_int_equal(out.source, CX3_IDENTITY_GIVEN);
	assert_int_equal(cx3_identity_given(&old, 0, NULL, 1, &new_mac, &out, NULL), CX3_OK);
	assert_true(out.guid[0] == GUID && out.mac[0] == new_mac && out.mac[1] == new_mac + 1);
	assert_int_equal(cx3_identity_given(&old, 0, NULL, 0, NULL, &out, NULL), CX3_OK);
	assert_true(cx3_identity_equal(&out, &old));
	assert_int_equal(out.source, CX3_IDENTITY_HOME);
}

static void test_macs_are_derived(void **state)
{
	const struct cx3_identity four = identity_of(4, GUID, 0);
	const struct cx3_identity no_macs = identity_of(6, GUID, UINT64_MAX);
	struct cx3_identity blank = identity_of(6, UINT64_MAX, UINT64_MAX);
	struct cx3_identity out;

	(void)state;
	assert_int_equal(cx3_identity_given(NULL, 1, &guid, 0, NULL, &out, NULL), CX3_OK);
	assert_true(out.mac[0] == MAC + 1 && out.mac[1] == MAC + 2);
	assert_false(out.macs_given);
	assert_int_equal(cx3_identity_given(&four, 0, NULL, 0, NULL, &out, NULL), CX3_OK);
	assert_int_equal(out.mac_count, 2);
	assert_true(out.mac[0] == MAC + 1);
	assert_int_equal(cx3_identity_given(&no_macs, 0, NULL, 0, NULL, &out, NULL), CX3_OK);
	assert_true(out.mac[0] == MAC + 1);
	/* laid over, they are not; blank MACs stay only where all was blank */
	assert_int_equal(cx3_identity_overlay(&no_macs, 1, &guid, 0, NULL, &out, NULL),
			 CX3_E_IDENTITY);
	blank.blank = true;
	assert_int_equal(cx3_identity_overlay(&blank, 1, &guid, 0, NULL, &out, NULL), CX3_OK);
	assert_true(out.guid[0] == GUID && out.mac[0] == UINT64_MAX);
	assert_int_equal(cx3_identity_overlay(&blank, 0, NULL, 1, &mac, &out, NULL), CX3_OK);
	assert_true(out.guid[0] == UINT64_MAX && out.mac[0] == MAC);
}

static void test_ethernet_only(void **state)
{
	const struct cx3_identity old = identity_of(6, UINT64_MAX, MAC);
	struct cx3_identity out;

	(void)state;
	assert_int_equal(cx3_identity_given(NULL, 0, NULL, 1, &mac, &out, NULL), CX3_OK);
	assert_int_equal(out.guid_count, 4);
	assert_true(out.guid[0] == UINT64_MAX && out.guid[3] == UINT64_MAX);
	assert_false(cx3_identity_has_guids(&out));
	assert_int_equal(cx3_identity_given(&old, 0, NULL, 0, NULL, &out, NULL), CX3_OK);
	assert_true(cx3_identity_equal(&out, &old));
}

/* What the identity functions say to one base GUID and MAC (0 of them: count 0). */
static int give(unsigned guids, uint64_t g, unsigned macs, uint64_t m)
{
	const struct cx3_identity old = identity_of(6, GUID, MAC);
	uint64_t all[4] = {g, g, g, g}, both[2] = {m, m};
	struct cx3_identity out;
	int rc = cx3_identity_given(&old, guids, all, macs, both, &out, NULL);

	assert_int_equal(cx3_identity_overlay(&old, guids, all, macs, both, &out, NULL), rc);
	return rc;
}

static void test_refusals(void **state)
{
	struct cx3_identity out;
	struct cx3_identity bad = identity_of(6, GUID, UINT64_C(0x0102c90100d0));
	struct cx3_error err;

	(void)state;
	assert_int_equal(give(1, GUID, 1, MAC), CX3_OK);
	assert_int_equal(give(1, 0, 0, 0), CX3_E_IDENTITY);
	assert_int_equal(give(4, 0, 0, 0), CX3_E_IDENTITY);
	assert_int_equal(give(1, UINT64_MAX, 0, 0), CX3_E_IDENTITY);
	assert_int_equal(give(1, UINT64_C(0x0002c9fffffffffd), 0, 0), CX3_E_IDENTITY);
	assert_int_equal(give(1, UINT64_C(0x0002c9fffffffffc), 0, 0), CX3_OK);
	assert_int_equal(give(0, 0, 1, 0), CX3_E_IDENTITY);
	assert_int_equal(give(0, 0, 2, MAC), CX3_E_IDENTITY);
	assert_int_equal(give(0, 0, 1, UINT64_C(0x0002c9ffffff)), CX3_E_IDENTITY);
	assert_int_equal(give(0, 0, 1, UINT64_C(0x0002c9fffffe)), CX3_OK);
	assert_int_equal(give(0, 0, 1, UINT64_C(0x0102c90100d0)), CX3_E_IDENTITY);
	assert_int_equal(give(0, 0, 1, UINT64_C(0x10002c90100d0)), CX3_E_IDENTITY);
	assert_int_equal(give(2, GUID, 0, 0), CX3_E_USAGE);
	assert_int_equal(give(0, 0, 3, MAC), CX3_E_USAGE);
	/* nothing known, nothing given */
	assert_int_equal(cx3_identity_given(NULL, 0, NULL, 0, NULL, &out, &err), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&err), "No GUIDs and MACs are known"));
	/* a multicast MAC on the flash is not burnt again */
	assert_int_equal(cx3_identity_given(&bad, 0, NULL, 0, NULL, &out, &err), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&err), "multicast"));
}

static void test_equal_derived_macs(void **state)
{
	const uint64_t twice[4] = {GUID, GUID + 1, GUID + 1, GUID + 2};
	struct cx3_identity out;
	struct cx3_error err;

	(void)state;
	assert_int_equal(cx3_identity_given(NULL, 4, twice, 0, NULL, &out, &err), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&err), "Both ports"));
}

static void test_to_uids(void **state)
{
	struct cx3_identity identity;
	uint64_t uid[CX3_FS2_MAX_UIDS];
	struct cx3_error err;

	(void)state;
	memset(uid, 0xff, sizeof(uid));
	assert_int_equal(cx3_identity_given(NULL, 1, &guid, 0, NULL, &identity, NULL), CX3_OK);
	assert_int_equal(cx3_identity_to_uids(&identity, 6, uid, NULL), CX3_OK);
	assert_true(uid[0] == GUID && uid[3] == GUID + 3);
	assert_true(uid[4] == MAC + 1 && uid[5] == MAC + 2 && uid[6] == UINT64_MAX);
	/* derived MACs need no room */
	memset(uid, 0xff, sizeof(uid));
	assert_int_equal(cx3_identity_to_uids(&identity, 4, uid, NULL), CX3_OK);
	assert_true(uid[0] == GUID && uid[4] == UINT64_MAX);
	/* those that were given do */
	assert_int_equal(cx3_identity_given(NULL, 1, &guid, 1, &mac, &identity, NULL), CX3_OK);
	assert_int_equal(cx3_identity_to_uids(&identity, 4, uid, &err), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&err), "no room for MACs"));
	assert_int_equal(cx3_identity_to_uids(&identity, 3, uid, NULL), CX3_E_IDENTITY);
}

static void test_equal(void **state)
{
	const struct cx3_identity a = identity_of(6, GUID, MAC);
	struct cx3_identity b = a;

	(void)state;
	b.home = 0;
	b.psid[0] = 'X';
	assert_true(cx3_identity_equal(&a, &b));
	b.mac[1]++;
	assert_false(cx3_identity_equal(&a, &b));
	b = identity_of(4, GUID, 0);
	assert_false(cx3_identity_equal(&a, &b));
	b = a;
	b.guid[0]++;
	assert_false(cx3_identity_equal(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_info),	 cmocka_unit_test(test_halves_stay),
		cmocka_unit_test(test_macs_are_derived), cmocka_unit_test(test_ethernet_only),
		cmocka_unit_test(test_refusals),	 cmocka_unit_test(test_equal_derived_macs),
		cmocka_unit_test(test_to_uids),		 cmocka_unit_test(test_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
