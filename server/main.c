/* xinfangd — a guided tour of what a server start is.
 *
 * Read main from top to bottom, then serve: it goes from the command line over the one
 * configuration file to a schema that is complete, the keys, the workers, and the wait for
 * a signal. What a worker is made of stands in worker.c; the way of a request begins in
 * session/session.c.
 */
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/log.h"
#include "base/now.h"
#include "bootstrap.h"
#include "check.h"
#include "conf.h"
#include "crypto/password.h"
#include "crypto/seal.h"
#include "db/migrate.h"
#include "health.h"
#include "notify.h"
#include "port_file.h"
#include "reload.h"
#include "wire/tls.h"
#include "worker.h"

enum { FAILED = 1, USAGE = 2 };

static const char usage[] =
    "用法：xinfangd --config 文件 [命令]\n"
    "\n"
    "  serve          提供服务（不写命令就是它）\n"
    "  migrate        把数据库的结构更新到这个版本\n"
    "  bootstrap …    建立一个县局和它的第一个安全管理员（见 bootstrap --help）\n"
    "\n"
    "  --check        检查配置、证书、密钥和数据库，说出每一处问题\n"
    "  --check-config 只检查配置文件\n"
    "  --help         显示这一页\n"
    "\n"
    "退出码：0 成功，1 失败，2 用法不对。收到 SIGTERM 或 SIGINT 时办完手头的再停；\n"
    "收到 SIGHUP 时重读上限和证书，不断开任何人。\n";

typedef struct options {
    const char *config;
    bool check;       /* the file and what it names */
    bool check_alone; /* the file */
    bool help;
} options;

/* What a signal needs. */
typedef struct serving {
    const char *path;
    const xf_server_conf *conf;
    xf_shared *shared;
} serving;

enum { SIGNALS = 3 };

/* ---- The parts of the tour ---------------------------------------------------------- */

static bool
parse(int argc, char **argv, options *ret_options)
{
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'},
        {"check", no_argument, NULL, 'k'},
        {"check-config", no_argument, NULL, 'a'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option = 0;

    /* "+": the options behind the command are the command's.
     * NOLINTNEXTLINE(concurrency-mt-unsafe): the process has one thread here */
    while ((option = getopt_long(argc, argv, "+", known, NULL)) != -1) {
        switch (option) {
        case 'c': ret_options->config = optarg; break;
        case 'k': ret_options->check = true; break;
        case 'a': ret_options->check_alone = true; break;
        case 'h': ret_options->help = true; break;
        default: return false;
        }
    }
    return ret_options->help || ret_options->config != NULL;
}

static bool
read_conf(const char *path, xf_server_conf *ret_conf)
{
    xf_conf_fault fault = {0};
    xf_error error = {0};

    if (xf_server_conf_read(path, ret_conf, &fault, &error) == XF_CODE_OK)
        return true;
    (void)fprintf(stderr, "%s:%d: %s: %s\n", path, fault.line, fault.key,
                  xf_error_words(error.text));
    return false;
}

/* Beside the log, to whoever started it by hand. */
static void
tell(const xf_error *error)
{
    (void)fprintf(stderr, "xinfangd: %s%s%s\n", error->field, error->field[0] != '\0' ? ": " : "",
                  xf_error_words(error->text));
}

static int
tell_not_started(const char *path, const xf_error *error)
{
    tell(error);
    (void)fprintf(stderr, "没有启动。逐项看哪里不对：xinfangd --config %s --check\n", path);
    return FAILED;
}

static int
migrate(const xf_server_conf *conf)
{
    unsigned applied = 0;
    xf_error error = {0};

    if (conf->db_migrate == NULL || conf->db_migrate[0] == '\0') {
        (void)fprintf(stderr, "db.migrate: %s\n", xf_error_words(XF_TEXT_FIELD_MISSING));
        return FAILED;
    }
    if (xf_migrate(conf->db_migrate, &applied, &error) != XF_CODE_OK) {
        XF_ERROR("migrate.failed", XF_CODE(error.code), XF_BORN(&error));
        tell(&error);
        return FAILED;
    }
    XF_INFO("migrate.done", XF_COUNT(applied, applied));
    return 0;
}

/* Nothing is served on a schema that is not ours, whole and guarded. */
static bool
verify(const char *path, const xf_server_conf *conf)
{
    const char *what = "database not reached";
    xf_error error = {0};
    xf_code code = xf_migrate_verify(conf->db_app, &what, &error);

    if (code != XF_CODE_OK) {
        XF_ERROR("server.refused", XF_WORD(what, what), XF_CODE(code), XF_BORN(&error));
        (void)tell_not_started(path, &error);
    }
    return code == XF_CODE_OK;
}

static xf_code
open_shared(const xf_server_conf *conf, xf_shared *shared, xf_error *reterr)
{
    const xf_tls_files files = {conf->tls_ca, conf->tls_certificate, conf->tls_key};
    xf_code code = XF_CODE_OK;

    shared->conf = conf;
    XF_TRY(xf_tls_context_new(&files, true, &shared->tls, reterr));
    XF_TRY(xf_seal_new(conf->seal_key_file, &shared->seal, reterr));
    if (conf->device_ca_key_file != NULL && conf->device_ca_key_file[0] != '\0')
        XF_TRY(xf_issuer_new(conf->tls_ca, conf->device_ca_key_file, &shared->issuer, reterr));
    shared->addresses = xf_addresses_new();
    shared->passwords = xf_password_pool_new((uint32_t)conf->password_memory_kib);
out:
    return code;
}

static void
close_shared(xf_shared *shared)
{
    xf_password_pool_free(&shared->passwords);
    xf_addresses_free(&shared->addresses);
    xf_issuer_free(&shared->issuer);
    if (shared->seal != NULL)
        xf_seal_free(&shared->seal);
    if (shared->tls != NULL)
        xf_tls_context_free(&shared->tls);
}

/* Worker 0 binds first: with port 0 the others follow it. */
static xf_code
start_workers(xf_shared *shared, xf_worker **workers, xf_error *reterr)
{
    int port = (int)shared->conf->listen_port;
    xf_code code = XF_CODE_OK;

    for (unsigned i = 0; i < (unsigned)shared->conf->workers; i++) {
        XF_TRY(xf_worker_start(shared, i, port, &workers[i], reterr));
        port = xf_worker_port(workers[i]);
    }
out:
    return code;
}

static void
stop_workers(const xf_server_conf *conf, xf_worker **workers)
{
    for (int64_t i = 0; i < conf->workers; i++) {
        if (workers[i] != NULL)
            xf_worker_stop(workers[i]);
    }
    for (int64_t i = 0; i < conf->workers; i++) {
        if (workers[i] != NULL)
            xf_worker_join(&workers[i]);
    }
}

static void
on_signal(uv_signal_t *handle, int number)
{
    const serving *served = handle->data;

    XF_INFO("server.stopping", XF_COUNT(signal, number));
    atomic_store(&served->shared->stopping, true);
    xf_notify_stopping();
    uv_stop(handle->loop);
}

static void
on_hang_up(uv_signal_t *handle, int number)
{
    const serving *served = handle->data;

    (void)number;
    xf_notify_reloading();
    xf_reload(served->path, served->conf, served->shared->tls);
    xf_notify_ready();
}

/* Watched from before anything is opened: a signal during the start is not lost. A second
 * SIGTERM changes nothing: the stop has its own limit of time. */
static void
watch_signals(uv_loop_t *loop, uv_signal_t signals[SIGNALS], serving *served)
{
    static const int numbers[SIGNALS] = {SIGTERM, SIGINT, SIGHUP};

    for (size_t i = 0; i < SIGNALS; i++) {
        (void)uv_signal_init(loop, &signals[i]);
        signals[i].data = served;
        (void)uv_signal_start(&signals[i], numbers[i] == SIGHUP ? on_hang_up : on_signal,
                              numbers[i]);
    }
}

static void
forget_signals(uv_loop_t *loop, uv_signal_t signals[SIGNALS])
{
    for (size_t i = 0; i < SIGNALS; i++)
        uv_close((uv_handle_t *)&signals[i], NULL);
    (void)uv_run(loop, UV_RUN_DEFAULT);
}

static int
serve(const char *path, const xf_server_conf *conf)
{
    xf_shared shared = {0};
    serving served = {.path = path, .conf = conf, .shared = &shared};
    xf_worker *workers[XF_SERVER_WORKERS] = {NULL};
    xf_health *health = NULL;
    xf_error error = {0};
    xf_code code = XF_CODE_OK;
    uv_loop_t loop;
    uv_signal_t signals[SIGNALS];

    if (uv_loop_init(&loop) != 0)
        abort(); /* no descriptor at all: nothing could be said to anybody */
    watch_signals(&loop, signals, &served);
    XF_TRY(open_shared(conf, &shared, &error));
    XF_TRY(start_workers(&shared, workers, &error));
    XF_TRY(xf_health_start(&loop, &shared, &health, &error));
    XF_TRY(xf_port_file_write(conf->listen_port_file, xf_worker_port(workers[0]),
                              "listen.port_file", &error));
    XF_INFO("server.ready", XF_COUNT(port, xf_worker_port(workers[0])),
            XF_COUNT(workers, conf->workers));
    xf_notify_ready();
    (void)uv_run(&loop, UV_RUN_DEFAULT); /* until a signal */
out:
    stop_workers(conf, workers);
    xf_health_stop(&health);
    close_shared(&shared);
    forget_signals(&loop, signals);
    (void)uv_loop_close(&loop);
    if (code == XF_CODE_OK) {
        XF_INFO("server.stopped");
        return 0;
    }
    XF_ERROR("server.failed", XF_CODE(code), XF_BORN(&error));
    return tell_not_started(path, &error);
}

/* What stands behind the options: argv[0] is the command. */
static int
run(const char *path, const xf_server_conf *conf, int argc, char **argv)
{
    const char *command = argc > 0 ? argv[0] : "serve";

    if (strcmp(command, "bootstrap") == 0)
        return xf_bootstrap(conf, argc, argv);
    if (argc <= 1 && strcmp(command, "serve") == 0)
        return verify(path, conf) ? serve(path, conf) : FAILED;
    if (argc <= 1 && strcmp(command, "migrate") == 0)
        return migrate(conf);
    (void)fputs(usage, stderr);
    return USAGE;
}

/* ---- The tour ----------------------------------------------------------------------- */

int
main(int argc, char **argv)
{
    options asked = {0};
    xf_server_conf conf = {0};
    int left = 0;

    if (!parse(argc, argv, &asked)) {
        (void)fputs(usage, stderr);
        return USAGE;
    }
    if (asked.help)
        return fputs(usage, stdout) < 0 ? FAILED : 0;
    if (asked.check || asked.check_alone)
        return xf_check_server(asked.config, asked.check);
    if (!read_conf(asked.config, &conf))
        return FAILED;
    xf_server_conf_limits(&conf);
    (void)signal(SIGPIPE, SIG_IGN); /* a peer that went away is an error of its write */
    xf_log_least(conf.log_debug ? XF_LOG_DEBUG : XF_LOG_INFO);
    xf_now_fix(conf.now_fixed_ms);
    left = run(asked.config, &conf, argc - optind, argv + optind);
    xf_server_conf_clear(&conf);
    return left;
}
