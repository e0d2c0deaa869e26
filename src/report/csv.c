/* csv.c: comparisons and batches as RFC 4180 has it, one line for each row, ended by LF.
 *
 * A name out of a log may begin with = + - or @, which spreadsheets take for a formula. It is data
 * and stays what it is; quotes keep it one cell and show that it is text.
 */
#include "report/write.h"

#include <string.h>

void hr_report_csv_cell(FILE *out, const char *text)
{
    size_t len = strlen(text);
    bool edge = len > 0 && (strchr("=+-@ \t", text[0]) || text[len - 1] == ' ');
    if (!edge && !strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    putc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', out);
        putc(*text, out);
    }
    putc('"', out);
}

bool hr__report_end(FILE *out, struct hr_error *err)
{
    int why;
    return hr_stream_written(out, &why) ||
           hr_fail(err, HR_EIO, "the report could not be written: is the disk full?");
}

static void put_names(FILE *out)
{
    const struct hr_column *column;
    for (size_t i = 0; (column = hr_column_at(i)); i++)
        fprintf(out, "%s%s", i ? "," : "", column->name);
    putc('\n', out);
}

static void put_row(FILE *out, const struct hr_row *row)
{
    char buf[64];
    const struct hr_column *column;
    for (size_t i = 0; (column = hr_column_at(i)); i++) {
        const char *text = hr_column_text(column, row, buf, sizeof buf);
        if (i)
            putc(',', out);
        if (column->type == HR_COLUMN_TEXT)
            hr_report_csv_cell(out, text);
        else
            fputs(text, out); /* a figure: a minus sign is no formula */
    }
    putc('\n', out);
}

bool hr_report_compare_csv(FILE *out, const struct hr_comparison *comparison, struct hr_error *err)
{
    put_names(out);
    for (size_t i = 0; i < comparison->row_count; i++)
        put_row(out, &comparison->rows[i]);
    return hr__report_end(out, err);
}

bool hr_report_batch_csv(FILE *out, const struct hr_batch *batch, struct hr_error *err)
{
    for (size_t i = 0; i < batch->input_count; i++) {
        hr_report_csv_cell(out, batch->input_names[i]);
        putc(',', out);
    }
    put_names(out);
    for (size_t i = 0; i < batch->row_count; i++) {
        for (size_t k = 0; k < batch->input_count; k++) {
            hr_report_csv_cell(out, batch->rows[i].inputs[k]);
            putc(',', out);
        }
        put_row(out, &batch->rows[i].row);
    }
    return hr__report_end(out, err);
}
