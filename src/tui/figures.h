/* figures.h: numbers as the screens show them. NAN, a figure that does not exist, is "-". */
#ifndef HR_TUI_FIGURES_H
#define HR_TUI_FIGURES_H

#include "headroom/base.h"

#define HR__FIGURE 40 /* bytes of any figure */

/* Each fills buf and returns it. */
char *hr__money(char buf[HR__FIGURE], double usd);        /* "1 240.05" */
char *hr__unit_price(char buf[HR__FIGURE], double usd);   /* "0.0000002", no trailing zeros */
char *hr__ms(char buf[HR__FIGURE], double ms);            /* "1 240", "7.5" under 10 */
char *hr__whole_ms(char buf[HR__FIGURE], double ms);      /* "1 240", "<1", without decimals */
char *hr__count(char buf[HR__FIGURE], double n);          /* "1 149 120" */
char *hr__quantity(char buf[HR__FIGURE], double n);       /* a bill's: "1 149 120", "0.037" */
char *hr__attained(char buf[HR__FIGURE], double percent); /* never up to the target: "98.99" */
char *hr__percent(char buf[HR__FIGURE], double percent, int decimals);
char *hr__rate(char buf[HR__FIGURE], double per_s);  /* "22.4", "0.034", "<0.001" */
char *hr__slots(char buf[HR__FIGURE], double slots); /* "32", "1.5", "0.04", "0.00012" */
char *hr__bytes(char buf[HR__FIGURE], double bytes); /* "1.2 MB" */
char *hr__date(char buf[HR__FIGURE], int64_t time);  /* "2026-10-05" */

#endif
