/* Price books: what a person may write, and the place of what is wrong. */
#include "check.h"

#include "headroom/price.h"

#define HEAD                                                                                       \
    "book: small\nprovider: us\nregion: here\ncurrency: USD\nas_of: 2026-11-01\n"                  \
    "items:\n  use: {service: S, unit: requests, price: 0.5}\n"

/* Writes the text to a file and opens it as a book. */
static bool open_text(const char *text, struct hr_book **ret, struct hr_error *err)
{
    char path[] = "/tmp/headroom-book-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    size_t len = strlen(text);
    assert_true(write(fd, text, len) == (ssize_t)len);
    close(fd);
    bool opened = hr_book_open_file(path, ret, err);
    unlink(path);
    return opened;
}

static void book_wrong_text_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {HEAD "  bad: {service: S, unit: GB, price: -1}\n", ":8:38: items.bad.price: expected"},
        {HEAD "  bad: {service: S, price: 1}\n", ":8:8: items.bad.unit: is missing"},
        {HEAD "  bad: {service: S, unit: GB}\n", ":8:8: items.bad: expected `price:` or `tiers:`"},
        {HEAD "  bad: {service: S, unit: GB, price: 1, tiers: [{price: 1}]}\n",
         ":8:38: items.bad: expected either"},
        {HEAD "  bad:\n    service: S\n    unit: GB\n    tiers:\n      - {up_to: 9, price: 1}\n"
              "      - {up_to: 9, price: 2}\n      - {price: 3}\n",
         ":13:9: items.bad.tiers: bands must rise: expected up_to above 9, found 9"},
        {HEAD "  bad: {service: S, unit: GB, tiers: [{up_to: 9, price: 1}]}\n",
         ":8:39: items.bad.tiers: the last band must be open"},
        {HEAD "  bad: {service: S, unit: GB, tiers: [{price: 1}, {price: 1}]}\n",
         "items.bad.tiers: bands must rise"},
        {HEAD "  bad: {service: S, unit: GB, tiers: [{price: -1}]}\n", "expected an amount"},
        {HEAD "  bad: {service: S, unit: GB, price: 1, cost: 3}\n", "items.bad.cost: unknown key"},
        {HEAD "services:\n  s: {items: [{item: use, meter: smiles}]}\n",
         ":9:34: unknown meter `smiles`; known: requests, gb_seconds"},
        {HEAD "services:\n  s: {items: [{item: us, meter: requests}]}\n",
         ":9:22: there is no item `us` under `items:`"},
        {HEAD "services:\n  s: {items: [{item: use, meter: log_gb}]}\n",
         "item `use` is priced per `requests`, its meter log_gb counts `GB`"},
        {HEAD "schemes:\n  s: {items: [{item: use, meter: requests}]}\n",
         ":9:6: schemes.s.metering: is missing"},
        {HEAD "schemes:\n  s: {metering: {span: forever}}\n", "expected one of invocation, active"},
        {HEAD "schemes:\n  s: {metering: {span: life}, instances: {a.b: none}}\n",
         "there is no item `none`"},
        {HEAD "services:\n  s: {metering: {span: life}}\n", "services.s.metering: unknown key"},
        {"book: b\nprovider: p\nregion: r\ncurrency: EUR\nas_of: 2026-11-01\nitems: {}\n",
         ":4:11: currency: expected `USD`, found `EUR`"},
        {"book: b\nprovider: p\nregion: r\ncurrency: USD\nas_of: soon\nitems: {}\n",
         ":5:8: as_of: expected a date"},
        {"book: b\nprovider: p\nregion: r\ncurrency: USD\nas_of: 2026-11-01\nitems: {}\n",
         "items: expected a map of items"},
        {"book: b\nprovider: p\nregion: r\ncurrency: USD\nas_of: 2026-11-01\n",
         "items: is missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_book *book = NULL;
        struct hr_error err = {0};
        assert_false(open_text(cases[i].text, &book, &err));
        assert_int_equal(err.kind, HR_EMODEL);
        if (!strstr(err.text, cases[i].says))
            fail_msg("case %zu: %s\nexpected: %s", i, err.text, cases[i].says);
    }
}

static void book_of_ones_own_prices_its_scheme(void **state)
{
    (void)state;
    struct hr_book *book = NULL;
    struct hr_error err = {0};
    if (!open_text(HEAD "schemes:\n  s:\n    metering: {span: active, granularity: 100 ms, "
                        "minimum: 1 s}\n    items: [{item: use, meter: requests}]\n",
                   &book, &err))
        fail_msg("%s", err.text);
    struct hr_metering metering = {0};
    assert_true(hr_book_metering(book, "s", &metering, &err));
    assert_int_equal(metering.span, HR_METERED_ACTIVE);
    assert_int_equal(metering.granularity_us, 100000);
    assert_int_equal(metering.minimum_us, 1000000);
    assert_false(metering.bill_init);
    assert_string_equal(hr_book_id(book), "small");
    assert_string_equal(hr_book_as_of(book), "2026-11-01");
    assert_false(hr_book_metering(book, "t", &metering, &err));
    assert_int_equal(err.kind, HR_EMISSING);
    assert_true(hr_book_has(book, "items.use"));
    assert_true(hr_book_has(book, "items.use.free"));
    assert_false(hr_book_has(book, "items.us"));
    assert_false(hr_book_has(book, "use"));
    hr_book_close(book);
}

/* What one GB-s and one request cost with overrides. */
static double costs(const struct hr_override *overrides, size_t count, struct hr_error *err)
{
    struct hr_models *models = NULL;
    struct hr_book *book = NULL;
    double total = -1;
    assert_true(hr_models_open(NULL, &models, err));
    if (hr_book_open(models, "aws-us-east-1", overrides, count, &book, err)) {
        const struct hr_usage month = {{[HR_METER_REQUESTS] = 1e6, [HR_METER_GB_SECONDS] = 1e10}};
        const struct hr_bill_request request = {"lambda-x86", "", NULL, 0, &month};
        struct hr_bill bill = {0};
        assert_true(hr_bill_make(book, &request, &(struct hr_bill_options){0}, &bill, err));
        total = bill.total;
        hr_bill_clear(&bill);
        hr_book_close(book);
    }
    hr_models_close(models);
    return total;
}

static void book_override_of_an_item_sets_its_price(void **state)
{
    (void)state;
    struct hr_error err = {0};
    assert_close(costs(NULL, 0, &err), 0.2 + 100000.20 + 60000.00, 1e-6);
    const struct hr_override price = {"items.duration-x86", "0.00001"};
    assert_close(costs(&price, 1, &err), 0.2 + 100000, 1e-6); /* flat, the bands are gone */
    const struct hr_override below[] = {{"items.requests.free", "0"},
                                        {"items.requests.price", "$0.000001"}};
    assert_close(costs(below, 2, &err), 1 + 160000.20, 1e-6);
}

static void book_wrong_override_is_refused(void **state)
{
    (void)state;
    static const struct hr_override wrong[] = {{"items.smiles", "1"},
                                               {"items.requests", "-1"},
                                               {"items.requests", "cheap"},
                                               {"nothing", "1"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct hr_error err = {0};
        assert_close(costs(&wrong[i], 1, &err), -1, 0);
        assert_int_equal(err.kind, HR_EMODEL);
        assert_non_null(strstr(err.text, wrong[i].key));
    }
}

static void book_meters_what_the_providers_say(void **state)
{
    (void)state;
    struct hr_models *models = NULL;
    struct hr_error err = {0};
    assert_true(hr_models_open(NULL, &models, &err));
    static const struct {
        const char *book, *scheme;
        struct hr_metering metering;
    } cases[] = {
        {"aws-us-east-1", "lambda-arm", {HR_METERED_INVOCATION, 1000, 0, true}},
        {"aws-us-east-1", "ec2-savings-1y", {HR_METERED_LIFE, 1000000, 60000000, true}},
        {"gcp-us-central1", "cloud-run-requests", {HR_METERED_ACTIVE, 100000, 0, true}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_book *book = NULL;
        struct hr_metering metering = {0};
        assert_true(hr_book_open(models, cases[i].book, NULL, 0, &book, &err));
        assert_true(hr_book_metering(book, cases[i].scheme, &metering, &err));
        assert_int_equal(metering.span, cases[i].metering.span);
        assert_int_equal(metering.granularity_us, cases[i].metering.granularity_us);
        assert_int_equal(metering.minimum_us, cases[i].metering.minimum_us);
        assert_int_equal(metering.bill_init, cases[i].metering.bill_init);
        hr_book_close(book);
    }
    hr_models_close(models);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(book_wrong_text_is_refused_with_its_place),
        cmocka_unit_test(book_of_ones_own_prices_its_scheme),
        cmocka_unit_test(book_override_of_an_item_sets_its_price),
        cmocka_unit_test(book_wrong_override_is_refused),
        cmocka_unit_test(book_meters_what_the_providers_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
