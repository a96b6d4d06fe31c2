/* tests/support/scratch_db — a fresh database in the tests' cluster, or a cluster to break.
 *
 * The cluster is the one of tests/cluster, at $XF_CLUSTER. Whatever fails here ends the
 * test at once.
 */
#ifndef XF_TEST_SCRATCH_DB_H
#define XF_TEST_SCRATCH_DB_H

#include <stdint.h>
#include <sys/types.h>

/* Makes the database anew; gives the superuser's conninfo. Freed by the caller. */
char *xf_test_db_new(const char *name);
/* The same database as another role. Freed by the caller. */
char *xf_test_db_as(const char *conninfo, const char *role);

void xf_test_db_run(const char *conninfo, const char *sql); /* several statements */
/* Ends the backends of this application in this database; of no other, for other tests run beside. They
 * are gone when it returns. */
void xf_test_db_cut(const char *conninfo, const char *application);
/* How many backends of this application in this database wait for a lock. */
int64_t xf_test_db_blocked(const char *conninfo, const char *application);
int64_t xf_test_db_number(const char *conninfo, const char *sql); /* the first column of one row */

/* A cluster of the test's own, that may be killed: other tests use the shared one at the
 * same time. Directory below the build tree. $XF_CLUSTER points at it from then on. */
void xf_test_cluster_own(const char *name);
void xf_test_cluster_remove(void);
pid_t xf_test_cluster_postmaster(void);
/* Begins to start it again; the pid to wait for. Waits for the dead one's backends. */
pid_t xf_test_cluster_restart(void);

#endif
