/* test_base_error.c: sentences are whole, harmless and map to the exit status. */
#include "check.h"

#include "headroom/base.h"

static void error_fail_fills_kind_and_sentence(void **state)
{
    (void)state;
    struct hr_error err = {0};
    assert_false(hr_fail(&err, HR_EINPUT, "%s:%d: wrong", "a.log", 7));
    assert_int_equal(err.kind, HR_EINPUT);
    assert_string_equal(err.text, "a.log:7: wrong");
    assert_false(hr_fail(NULL, HR_EINPUT, "nobody asks"));
}

static void error_control_characters_are_made_visible(void **state)
{
    (void)state;
    struct hr_error err = {0};
    hr_fail(&err, HR_EINPUT, "name `%s`", "a\x1b[31mb\nc\x7f");
    assert_string_equal(err.text, "name `a\\x1B[31mb\\x0Ac\\x7F`");
}

static void error_may_quote_itself(void **state)
{
    (void)state;
    struct hr_error err = {0};
    hr_fail(&err, HR_EINPUT, "inner");
    hr_fail(&err, HR_EMODEL, "outer: %s", err.text);
    assert_string_equal(err.text, "outer: inner");
}

static void error_long_sentence_is_cut_and_terminated(void **state)
{
    (void)state;
    char longest[3 * HR_ERROR_TEXT_MAX];
    struct hr_error err = {0};
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    hr_fail(&err, HR_ELIMIT, "%s", longest);
    assert_int_equal(strlen(err.text), HR_ERROR_TEXT_MAX - 1);
}

static void error_kinds_have_the_exit_status_of_the_contract(void **state)
{
    (void)state;
    static const struct {
        enum hr_error_kind kind;
        int status;
    } cases[] = {{HR_ENONE, 0},    {HR_EUSAGE, 2}, {HR_EINPUT, 2}, {HR_EMODEL, 2}, {HR_EMISSING, 2},
                 {HR_EVERSION, 2}, {HR_ELIMIT, 2}, {HR_EIO, 3},    {HR_EBUSY, 3},  {HR_ENOMEM, 3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_error err = {.kind = cases[i].kind};
        assert_int_equal(hr_error_exit_status(&err), cases[i].status);
    }
    struct hr_error err = {0};
    assert_false(hr_fail_memory(&err));
    assert_int_equal(hr_error_exit_status(&err), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_fail_fills_kind_and_sentence),
        cmocka_unit_test(error_control_characters_are_made_visible),
        cmocka_unit_test(error_may_quote_itself),
        cmocka_unit_test(error_long_sentence_is_cut_and_terminated),
        cmocka_unit_test(error_kinds_have_the_exit_status_of_the_contract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
