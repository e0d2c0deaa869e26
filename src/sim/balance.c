/* balance.c: servers that come into the balancer's care and leave it. */
#include "sim/balance.h"

#include <stdlib.h>

void hr__balance_clear(struct hr__balance *balance)
{
    free(balance->serving);
    free(balance->place);
    free(balance->tree);
    *balance = (struct hr__balance){0};
}

/* The tree over these loads, by place; more leaves where they are needed. */
static bool rebuild(struct hr__balance *balance, const uint64_t *loads)
{
    size_t leaves = balance->leaves ? balance->leaves : 64;
    while (leaves < balance->n)
        leaves *= 2;
    uint64_t *tree = malloc(2 * leaves * sizeof *tree);
    if (!tree)
        return false;
    for (size_t i = 0; i < leaves; i++)
        tree[leaves + i] = i < balance->n ? loads[i] << 32 | i : UINT64_MAX;
    for (size_t node = leaves - 1; node > 0; node--)
        tree[node] = tree[2 * node] < tree[2 * node + 1] ? tree[2 * node] : tree[2 * node + 1];
    for (size_t i = 0; i < balance->n; i++)
        balance->place[balance->serving[i]] = (uint32_t)i;
    free(balance->tree);
    balance->tree = tree;
    balance->leaves = leaves;
    return true;
}

/* Loads by place with room for one more; NULL: no memory. */
static uint64_t *copy_loads(const struct hr__balance *balance)
{
    uint64_t *loads = malloc((balance->n + 1) * sizeof *loads);
    for (size_t i = 0; loads && i < balance->n; i++)
        loads[i] = balance->tree[balance->leaves + i] >> 32;
    return loads;
}

static bool grow(struct hr__balance *balance, uint32_t server)
{
    if (!hr_grow((void **)&balance->serving, &balance->serving_capacity, balance->n + 1,
                 sizeof *balance->serving, HR__REFS, NULL) ||
        !hr_grow((void **)&balance->place, &balance->place_capacity, (size_t)server + 1,
                 sizeof *balance->place, HR__REFS, NULL))
        return false;
    while (balance->place_count <= server)
        balance->place[balance->place_count++] = HR__NONE;
    return true;
}

bool hr__balance_join(struct hr__balance *balance, uint32_t server, uint32_t load)
{
    uint64_t *loads = grow(balance, server) ? copy_loads(balance) : NULL;
    if (!loads)
        return false;
    size_t place = balance->n++;
    for (; place > 0 && balance->serving[place - 1] > server; place--) {
        balance->serving[place] = balance->serving[place - 1];
        loads[place] = loads[place - 1];
    }
    balance->serving[place] = server;
    loads[place] = load;
    balance->turn += place < balance->turn;
    bool good = rebuild(balance, loads);
    free(loads);
    return good;
}

void hr__balance_leave(struct hr__balance *balance, uint32_t server)
{
    uint32_t place = server < balance->place_count ? balance->place[server] : HR__NONE;
    if (place == HR__NONE)
        return;
    uint64_t *tree = balance->tree;
    size_t leaves = balance->leaves;
    balance->n--;
    for (size_t i = place; i < balance->n; i++) {
        balance->serving[i] = balance->serving[i + 1];
        balance->place[balance->serving[i]] = (uint32_t)i;
        tree[leaves + i] = tree[leaves + i + 1] >> 32 << 32 | i;
    }
    tree[leaves + balance->n] = UINT64_MAX;
    for (size_t node = leaves - 1; node > 0; node--)
        tree[node] = tree[2 * node] < tree[2 * node + 1] ? tree[2 * node] : tree[2 * node + 1];
    balance->place[server] = HR__NONE;
    balance->turn -= place < balance->turn;
}
