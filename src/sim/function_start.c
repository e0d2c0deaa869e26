/* function_start.c: how long an instance takes to start: the sum of its stages, each with a draw of
 * its own.
 *
 *   platform + code per MB x package + (restore | (runtime + init) x stretch)
 *
 * stretch = (1 - c) + c / min(1, v), v the vCPUs there are while it starts. Runtime and init that
 * take longer than the platform's limit are lost and run again on the function's own vCPUs.
 */
#include "sim/function.h"

#include <math.h>

#define SET(stage) (1u << (stage))
static const unsigned every = SET(HR_STAGE_COUNT) - 1;

static double stretch_of(double cpu_bound, double vcpus)
{
    return (1 - cpu_bound) + cpu_bound / fmin(1, vcpus);
}

void hr__starts_init(struct hr__starts *starts, const struct hr_start_model *model,
                     const struct hr_sim_workload *workload, bool billed)
{
    const struct hr_dist *stages = model->stages;
    *starts = (struct hr__starts){
        .model = model,
        .measured = workload->cold_start,
        .stretch = stretch_of(model->cpu_bound, fmax(model->vcpus, workload->vcpus)),
        .again = stretch_of(model->cpu_bound, workload->vcpus),
        .unbilled = billed ? model->unbilled : every,
    };
    double init = workload->cold_start ? hr_dist_mean(workload->cold_start)
                                       : hr_dist_mean(&stages[HR_STAGE_RUNTIME]) +
                                             hr_dist_mean(&stages[HR_STAGE_INIT]);
    starts->mean_us =
        hr_dist_mean(&stages[HR_STAGE_PLATFORM]) +
        hr_dist_mean(&stages[HR_STAGE_CODE]) * model->package_mb +
        (model->restores ? hr_dist_mean(&stages[HR_STAGE_RESTORE]) : init * starts->stretch);
}

/* A draw of the stage's own. */
static int64_t draw(const struct hr__function *f, const struct hr__run *run,
                    const struct hr_dist *dist, enum hr_stage stage)
{
#define PURPOSE(id, word, purpose) [id] = (purpose),
    static const enum hr_purpose purposes[] = {HR_STAGES(PURPOSE)};
#undef PURPOSE
    return hr_dist_draw(dist, hr_draw_key(f->options->seed, f->sides[run->workload].workload->key,
                                          run->invocation, purposes[stage]));
}

static int64_t times(int64_t us, double factor)
{
    return factor == 1 ? us : (int64_t)llround(fmin((double)us * factor, (double)HR_TIME_MAX));
}

/* Runtime and initialisation: what they take, with what is lost at the limit. */
static struct hr__start initialise(const struct hr__starts *starts, int64_t runtime, int64_t init)
{
    const int64_t limit = starts->model->limit_us;
    const bool free_runtime = starts->unbilled & SET(HR_STAGE_RUNTIME);
    const bool free_init = starts->unbilled & SET(HR_STAGE_INIT);
    int64_t first = times(runtime, starts->stretch), then = times(init, starts->stretch);
    int64_t lost = 0;
    if (limit > 0 && first + then > limit) {
        lost = limit;
        first = times(runtime, starts->again);
        then = times(init, starts->again);
    }
    return (struct hr__start){lost + first + then, (free_runtime && free_init ? lost : 0) +
                                                       (free_runtime ? first : 0) +
                                                       (free_init ? then : 0)};
}

struct hr__start hr__start_draw(const struct hr__function *f, const struct hr__run *run)
{
    const struct hr__starts *starts = &f->sides[run->workload].starts;
    const struct hr_dist *stages = starts->model->stages;
    const int64_t platform = draw(f, run, &stages[HR_STAGE_PLATFORM], HR_STAGE_PLATFORM);
    const int64_t code =
        times(draw(f, run, &stages[HR_STAGE_CODE], HR_STAGE_CODE), starts->model->package_mb);
    struct hr__start ret;
    if (starts->model->restores) {
        int64_t restore = draw(f, run, &stages[HR_STAGE_RESTORE], HR_STAGE_RESTORE);
        ret = (struct hr__start){restore, starts->unbilled & SET(HR_STAGE_RESTORE) ? restore : 0};
    } else if (starts->measured) {
        ret = initialise(starts, 0, draw(f, run, starts->measured, HR_STAGE_INIT));
    } else {
        ret = initialise(starts, draw(f, run, &stages[HR_STAGE_RUNTIME], HR_STAGE_RUNTIME),
                         draw(f, run, &stages[HR_STAGE_INIT], HR_STAGE_INIT));
    }
    ret.unbilled += starts->unbilled & SET(HR_STAGE_PLATFORM) ? platform : 0;
    ret.unbilled += starts->unbilled & SET(HR_STAGE_CODE) ? code : 0;
    ret.all += platform + code;
    ret.all = ret.all < HR_TIME_MAX ? ret.all : HR_TIME_MAX;
    ret.unbilled = ret.unbilled < ret.all ? ret.unbilled : ret.all;
    return ret;
}
