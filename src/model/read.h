/* read.h: what the readers of model files share inside the room. */
#ifndef HEADROOM_MODEL_READ_H
#define HEADROOM_MODEL_READ_H

#include "headroom/model.h"

#define HR__KEY_MAX 256 /* longest dotted key, with its NUL */

/* hr_dist_read with the dotted key in front of the sentence: label "fleet.boot: " or "". */
bool hr__dist_read(const struct hr_node *node, const char *label, struct hr_arena *arena,
                   struct hr_dist *ret, struct hr_error *err);

/* One YAML value of any type, whose nodes live in the arena; at the top of a file only a map will
 * do, which the caller checks. Positions are left out (0) for an override. */
struct hr__yaml_source {
    const char *name; /* stands in errors; must live as long as the nodes */
    const char *bytes;
    size_t len;
    bool override; /* a value given with --set, which has no lines */
};
bool hr__yaml_read(const struct hr__yaml_source *source, struct hr_arena *arena,
                   struct hr_node **ret, struct hr_error *err);

/* Fails with "FILE:LINE:COLUMN: text", without the figures when line is 0. */
bool hr__fail_at(const char *file, int line, int column, struct hr_error *err, const char *format,
                 va_list args) __attribute__((format(printf, 5, 0)));

/* Readers of single values, by type; `label` is the dotted key. */
bool hr__field_read(const struct hr_field *field, const struct hr_node *node,
                    const struct hr_reading *reading, void *target, struct hr_error *err);

/* A size for a person, a double of bytes inside; a hr_field.read. */
bool hr__bytes_read(const struct hr_node *node, const struct hr_reading *reading, void *target,
                    struct hr_error *err);

/* function.cold_start: a distribution, or stages; a hr_field.read of a hr_start_model whose
 * cpu_bound is the default. */
bool hr__start_read(const struct hr_node *node, const struct hr_reading *reading, void *target,
                    struct hr_error *err);

/* What the keys of function.provisioning are, and whether they fit together. */
extern const struct hr_schema hr__provisioning_schema;
bool hr__provisioning_check(const struct hr_tree *tree, const struct hr_function_model *function,
                            struct hr_error *err);

/* What a fleet's keys are. */
extern const struct hr_schema hr__fleet_schema;

/* What the keys of a function's triggers are, at offsets into struct hr_function_model, and whether
 * they fit together. */
extern const struct hr_schema hr__queue_schema, hr__stream_schema, hr__schedule_schema,
    hr__payload_schema;
bool hr__trigger_check(const struct hr_tree *tree, const struct hr_function_model *function,
                       struct hr_error *err);

/* What a hybrid's keys are, and whether they fit together. */
extern const struct hr_schema hr__hybrid_schema;
bool hr__hybrid_check(const struct hr_tree *tree, const struct hr_hybrid_model *hybrid,
                      struct hr_error *err);

/* What an autoscaler's keys are, in platform files and in assumptions.yaml. */
extern const struct hr_schema hr__autoscaler_schema;
/* Do the keys of its policy fit together? `node`: the map. */
bool hr__autoscaler_check(const struct hr_node *node, const struct hr_autoscaler_model *scaler,
                          struct hr_error *err);

/* Models as documents: read into a struct whose defaults the caller knows. */
bool hr__platform_read(const struct hr_tree *tree, const struct hr_assumptions *assumptions,
                       struct hr_platform *ret, struct hr_error *err);
bool hr__pattern_read(const struct hr_tree *tree, struct hr_pattern *ret, struct hr_error *err);
bool hr__assumptions_read(const struct hr_tree *tree, struct hr_assumptions *ret,
                          struct hr_error *err);
/* The kind by the top keys; false where no key tells it. */
bool hr__model_kind(const struct hr_tree *tree, enum hr_model_kind *ret);

#endif
