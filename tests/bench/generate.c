/* generate.c: see generate.h. Numbers are written by hand: printf would take longer than the import
 * that is to be measured. */
#include "generate.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ROUTES   40
#define QUANTILE 4096
#define SECONDS  (7 * 86400)
#define BEGIN    1740960000 /* Monday 2025-03-03T00:00:00Z */
#define BUFFER   ((size_t)1 << 18)
#define LONGEST  1024

static const char *const agents[16] = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/133.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.3 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:135.0) Gecko/20100101 Firefox/135.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.3 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/133.0.6943.49 Mobile Safari/537.36",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "curl/8.5.0",
    "python-requests/2.32.3",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:135.0) Gecko/20100101 Firefox/135.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/132.0.0.0 Safari/537.36 Edg/132.0.0.0",
    "Mozilla/5.0 (iPad; CPU OS 18_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.2 Mobile/15E148 Safari/604.1",
    "okhttp/4.12.0",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) "
    "SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
    "Shop-iOS/7.41.0 (com.example.shop; build:2210; iOS 18.3.1) Alamofire/5.10.2",
    "Go-http-client/2.0",
};
static const char *const nouns[10] = {"products", "orders", "search", "users",   "cart",
                                      "reviews",  "images", "stock",  "coupons", "invoices"};
/* Prefix and what follows the identifier, in four sorts: 10 nouns x 4 sorts are 40 routes. */
static const char *const prefixes[4] = {"/api/v1/", "/shop/", "/internal/", "/m/"};
static const char *const suffixes[4] = {"", "/details", "", "/history"};

struct writer {
    int fd;
    bool failed;
    uint64_t random;
    char *at;
    char buffer[BUFFER];
    unsigned char route[QUANTILE]; /* the route of each quantile */
};

/* splitmix64, public domain, Sebastiano Vigna */
static uint64_t draw(struct writer *w)
{
    uint64_t z = (w->random += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static void put(struct writer *w, const char *text)
{
    size_t len = strlen(text);
    memcpy(w->at, text, len);
    w->at += len;
}

/* At least `digits` digits. */
static void put_number(struct writer *w, uint64_t value, int digits)
{
    char text[24];
    int at = sizeof text;
    while (value > 0 || digits > 0) {
        text[--at] = (char)('0' + value % 10);
        value /= 10;
        digits--;
    }
    memcpy(w->at, text + at, sizeof text - (size_t)at);
    w->at += sizeof text - (size_t)at;
}

static void put_hex(struct writer *w, uint64_t value, int digits)
{
    for (int i = 0; i < digits; i++, value >>= 4)
        *w->at++ = "0123456789abcdef"[value & 15];
}

static void put_fraction(struct writer *w, uint64_t value, uint64_t one, int digits)
{
    put_number(w, value / one, 1);
    *w->at++ = '.';
    put_number(w, value % one, digits);
}

/* Between method and path stands `between`: nothing, a host, a change of key. */
static void put_target(struct writer *w, uint64_t random, const char *between)
{
    unsigned route = w->route[random % QUANTILE];
    put(w, route % 7 == 3 ? "POST" : "GET");
    put(w, between);
    put(w, prefixes[route / 10]);
    put(w, nouns[route % 10]);
    if (route % 3 != 2) {
        *w->at++ = '/';
        put_number(w, random >> 40 & 0x1ffff, 1);
        put(w, suffixes[route / 10]);
    }
    if (route % 4 == 1) {
        put(w, "?page=");
        put_number(w, random >> 20 & 31, 1);
    }
}

static void put_request(struct writer *w, uint64_t random)
{
    *w->at++ = '"';
    put_target(w, random, " ");
    put(w, " HTTP/1.1\" ");
}

/* Microseconds between 1 ms and some seconds, most of them short. */
static uint64_t draw_duration(struct writer *w)
{
    uint64_t r = draw(w);
    return 1000 + (r & 0x3fff) + ((r >> 20 & 0x3ff) * (r >> 30 & 0x3ff) * (r >> 40 & 0x3ff) >> 10);
}

static void put_access(struct writer *w, const char *stamp, bool timed)
{
    uint64_t a = draw(w), b = draw(w);
    put_number(w, 1 + (a & 127), 1);
    for (int i = 1; i <= 3; i++) {
        *w->at++ = '.';
        put_number(w, a >> (8 * i) & 255, 1);
    }
    put(w, " - - [");
    put(w, stamp);
    put(w, "] ");
    put_request(w, b);
    unsigned luck = (unsigned)(a >> 40 & 255);
    put(w, luck < 240 ? "200 " : luck < 248 ? "304 " : luck < 254 ? "404 " : "500 ");
    put_number(w, a >> 32 & 0xffff, 1);
    put(w, (a >> 50 & 3) == 0 ? " \"-\" \""
                              : " \"https://shop.example.com/catalogue/page/of/these/things\" \"");
    put(w, agents[a >> 54 & 15]);
    *w->at++ = '"';
    if (timed) {
        *w->at++ = ' ';
        put_fraction(w, draw_duration(w) / 1000, 1000, 3);
    }
}

static void put_report(struct writer *w, const char *stamp)
{
    uint64_t a = draw(w), b = draw(w), duration = draw_duration(w) / 10;
    put(w, stamp);
    put_number(w, a % 1000, 3);
    put(w, "Z REPORT RequestId: ");
    put_hex(w, a, 8);
    for (int i = 0; i < 3; i++) {
        *w->at++ = '-';
        put_hex(w, b >> (16 * i), 4);
    }
    *w->at++ = '-';
    put_hex(w, a ^ b << 7, 12);
    put(w, "\tDuration: ");
    put_fraction(w, duration, 100, 2);
    put(w, " ms\tBilled Duration: ");
    put_number(w, duration / 100 + 1, 1);
    put(w, " ms\tMemory Size: 512 MB\tMax Memory Used: ");
    put_number(w, 60 + (a >> 40 & 255), 1);
    put(w, " MB\t");
}

static void put_csv(struct writer *w, int64_t second)
{
    uint64_t a = draw(w);
    put_number(w, (uint64_t)second, 1);
    *w->at++ = '.';
    put_number(w, a % 1000000, 6);
    *w->at++ = ',';
    put_fraction(w, draw_duration(w), 1000, 3);
    *w->at++ = ',';
    put_number(w, 60 + (a >> 40 & 255), 1);
}

/* A line of an Application Load Balancer, 500 bytes and more as real ones are. */
static void put_alb(struct writer *w, const char *stamp)
{
    uint64_t a = draw(w), b = draw(w);
    put(w, "https ");
    put(w, stamp);
    put_number(w, a % 1000000, 6);
    put(w, "Z app/web-prod/50dc6c495c0c9188 192.0.2.");
    put_number(w, a >> 8 & 255, 1);
    put(w, ":4281 10.0.");
    put_number(w, a >> 16 & 3, 1);
    put(w, ".17:8080 0.001 ");
    put_fraction(w, draw_duration(w) / 1000, 1000, 3);
    put(w, " 0.000 200 200 512 ");
    put_number(w, a >> 32 & 0xffff, 1);
    put(w, " \"");
    put_target(w, b, " https://shop.example.com:443");
    put(w, " HTTP/2.0\" \"");
    put(w, agents[a >> 54 & 15]);
    put(w, "\" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 "
           "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
           "targetgroup/web/73e2d6bc24d8a067 \"Root=1-");
    put_hex(w, b, 8);
    *w->at++ = '-';
    put_hex(w, a ^ b << 9, 16);
    put(w, "\" \"shop.example.com\" \"session-reused\" 0 ");
    put(w, stamp);
    put(w, "000000Z \"forward\" \"-\" \"-\" \"10.0.1.17:8080\" \"200\" \"-\" \"-\" TID_");
    put_hex(w, a * 31, 16);
}

/* A line of Caddy, headers and all. */
static void put_json(struct writer *w, int64_t second)
{
    uint64_t a = draw(w), b = draw(w);
    put(w, "{\"level\":\"info\",\"ts\":");
    put_number(w, (uint64_t)second, 1);
    *w->at++ = '.';
    put_number(w, a % 1000000, 6);
    put(w, ",\"logger\":\"http.log.access.log0\",\"msg\":\"handled request\",\"request\":{"
           "\"remote_ip\":\"192.0.2.7\",\"remote_port\":\"5001\",\"client_ip\":\"192.0.2.7\","
           "\"proto\":\"HTTP/2.0\",\"method\":\"");
    put_target(w, b, "\",\"host\":\"shop.example.com\",\"uri\":\"");
    put(w, "\",\"headers\":{\"User-Agent\":[\"");
    put(w, agents[a >> 54 & 15]);
    put(w,
        "\"],\"Accept\":[\"*/*\"],\"Accept-Encoding\":[\"gzip, br\"]},\"tls\":{\"resumed\":false,"
        "\"version\":772,\"cipher_suite\":4865,\"proto\":\"h2\"}},\"bytes_read\":0,\"user_id\":"
        "\"\",\"duration\":");
    put_fraction(w, draw_duration(w), 1000000, 6);
    put(w, ",\"size\":");
    put_number(w, a >> 32 & 0xffff, 1);
    put(w, ",\"status\":200,\"resp_headers\":{\"Server\":[\"Caddy\"],\"Content-Type\":["
           "\"application/json\"]}}");
}

static void flush(struct writer *w)
{
    for (const char *from = w->buffer; from < w->at && !w->failed;) {
        ssize_t done = write(w->fd, from, (size_t)(w->at - from));
        w->failed = done <= 0;
        from += done > 0 ? done : 0;
    }
    w->at = w->buffer;
}

static void fill_quantiles(struct writer *w)
{
    double sum = 0, below = 0;
    for (int i = 1; i <= ROUTES; i++)
        sum += 1.0 / i;
    int at = 0;
    for (int i = 1; i <= ROUTES; i++) {
        below += 1.0 / i / sum;
        for (; at < QUANTILE && (at < below * QUANTILE || i == ROUTES); at++)
            w->route[at] = (unsigned char)(i - 1);
    }
}

/* One second's lines. */
static void put_second(struct writer *w, enum log_kind kind, int64_t second, size_t lines)
{
    time_t moment = (time_t)second;
    struct tm utc;
    char stamp[40];
    gmtime_r(&moment, &utc);
    strftime(stamp, sizeof stamp,
             kind == LOG_REPORT || kind == LOG_ALB ? "%Y-%m-%dT%H:%M:%S."
                                                   : "%d/%b/%Y:%H:%M:%S +0000",
             &utc);
    for (; lines > 0; lines--) {
        if (kind == LOG_CSV)
            put_csv(w, second);
        else if (kind == LOG_REPORT)
            put_report(w, stamp);
        else if (kind == LOG_ALB)
            put_alb(w, stamp);
        else if (kind == LOG_JSON)
            put_json(w, second);
        else
            put_access(w, stamp, kind == LOG_TIMED);
        *w->at++ = '\n';
        if (w->at > w->buffer + BUFFER - LONGEST)
            flush(w);
    }
}

bool generate_log(const char *path, enum log_kind kind, size_t lines)
{
    static struct writer w; /* static for its size */
    w.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (w.fd < 0)
        return false;
    w.failed = false;
    w.at = w.buffer;
    w.random = 1;
    fill_quantiles(&w);
    if (kind == LOG_CSV)
        put(&w, "time,duration_ms,memory_mb\n");
    double due = 0, mean = (double)lines / SECONDS;
    for (int64_t second = 0; lines > 0; second++) {
        /* a day's triangle between 0.2 and 1.8 of the mean, and some noise */
        double hour = (double)(second % 86400) / 3600.0;
        double height = 0.2 + 1.6 * (hour < 12 ? hour : 24 - hour) / 12;
        due += mean * height * (0.5 + (double)(draw(&w) & 1023) / 1023.0);
        size_t now = due < (double)lines ? (size_t)due : lines;
        due -= (double)now;
        put_second(&w, kind, BEGIN + second, now);
        lines -= now;
    }
    flush(&w);
    return close(w.fd) == 0 && !w.failed;
}
