/* sqlgen/pair — where each parameter of a statement gets its value, judged while building.
 *
 * In this order: the call's own; a law name of the head; a request field by dotted name;
 * one of those with _sealed, _idx, _mask or .of behind it. A name that is none of these,
 * or whose SQL type the field's type cannot become, is refused; so is :op_id where the request has none.
 */
#ifndef XF_SQLGEN_PAIR_H
#define XF_SQLGEN_PAIR_H

#include <stdbool.h>

#include <protobuf-c/protobuf-c.h>

#include "db/query.h"
#include "sqlgen/scan.h"

typedef struct xf_pair {
    xf_param param; /* its name points to `name` */
    char name[XF_SCAN_NAME];
} xf_pair;

/* `request` NULL: an internal statement, which has the call's own only. Marks the law
 * name as used. false: ret_what says why not. */
bool xf_pair_param(const ProtobufCMessageDescriptor *request, xf_scan_statement *statement,
                   const xf_scan_param *scanned, xf_pair *ret_pair, char ret_what[XF_SCAN_WHAT]);

#endif
