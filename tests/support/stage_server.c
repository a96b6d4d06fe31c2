/* xinfangd as a child: started, known to be ready without guessing, and ended. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage_inside.h"

enum { PATIENCE_MS = 60000, WORDS = 24 };

/* ---- Configuration */

/* The whole cast comes from one address, types fast and logs in often: the limits that would mind are
 * out of the way, unless the story has them in its own lines. */
static void
put_limits(const xf_story *s, char ret_text[2048])
{
    static const char *const rows[][2] = {
        {"limit.login_delay_ms =", "0"},      {"limit.officer_sessions =", "1000"},
        {"limit.unauthenticated =", "10000"}, {"limit.unauthenticated_early =", "10000"},
        {"limit.address_burst =", "10000"},   {"limit.address_connections =", "10000"},
        {"limit.handshakes =", "10000"},      {"limit.requests =", "100000"},
        {"limit.request_burst =", "100000"},  {"limit.searches =", "100000"},
    };
    size_t n = 0;

    ret_text[0] = '\0';
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strstr(s->conf, rows[i][0]) != NULL)
            continue;
        n += (size_t)snprintf(ret_text + n, 2048 - n, "%s %s\n", rows[i][0], rows[i][1]);
        assert_true(n < 2048);
    }
}

/* The first's is xinfangd.conf and port; the second has names of its own, and any port. */
static void
write_conf_as(const xf_story *s, const char *name, const char *port_file, int port)
{
    char path[XF_STAGE_PATH];
    char text[8192];
    char limits[2048];
    char *app = xf_test_db_as(s->conninfo, "xf_app");
    char *migrate = xf_test_db_as(s->conninfo, "xf_migrate");
    int n = 0;

    put_limits(s, limits);
    n = snprintf(text, sizeof text,
                 "listen.address = 127.0.0.1\nlisten.port = %d\nlisten.port_file = %s/%s\n"
                 "db.app = %s\ndb.migrate = %s\n"
                 "tls.ca = %s/ca.crt\ntls.certificate = %s/server.crt\ntls.key = %s/server.key\n"
                 "seal.key_file = %s/seal.key\n"
                 "device.ca_key_file = %s%s\nnow.fixed = %s\n%s%s%s%s%s",
                 port, s->dir, port_file, app, migrate, s->dir, s->dir, s->dir, s->dir,
                 s->issues_nothing ? "" : s->dir, s->issues_nothing ? "" : "/ca.key", s->now,
                 strstr(s->conf, "job.") != NULL ? "" : "job.every_ms = 100\n",
                 strstr(s->conf, "password.") != NULL ? "" : "password.memory_kib = 1024\n",
                 strstr(s->conf, "workers") != NULL ? "" : "workers = 2\n", limits, s->conf);

    assert_in_range(n, 1, (int)sizeof text - 1);
    xf_stage_path(s, name, path);
    xf_stage_write(path, text, (size_t)n);
    free(app);
    free(migrate);
}

static void
write_conf(const xf_story *s)
{
    write_conf_as(s, "xinfangd.conf", "port", s->port);
}

/* ---- The child */

/* Its log goes on at the end of DIR/log. It dies when we die. */
static pid_t
spawn(const xf_story *s, const char *name, const char *const *words)
{
    char program[XF_STAGE_PATH];
    char conf[XF_STAGE_PATH];
    char log[XF_STAGE_PATH];
    const char *argv[WORDS] = {program, "--config", conf};
    pid_t pid = 0;

    (void)snprintf(program, sizeof program, "%s/xinfangd", xf_stage_environment("XF_BUILD_DIR"));
    xf_stage_path(s, name, conf);
    xf_stage_path(s, "log", log);
    for (size_t i = 0; words[i] != NULL; i++) {
        assert_true(i + 4 < WORDS);
        argv[3 + i] = words[i];
    }
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)dup2(fd, STDERR_FILENO);
        (void)dup2(fd, STDOUT_FILENO);
        (void)execv(program, (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    return pid;
}

/* -1: it did not end in time. */
static int
wait_for_end(pid_t pid)
{
    struct pollfd ended = {.fd = pidfd_open(pid, 0), .events = POLLIN};
    int status = 0;
    int n = 0;

    assert_true(ended.fd >= 0);
    n = poll(&ended, 1, PATIENCE_MS);
    (void)close(ended.fd);
    if (n != 1)
        return -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
xf_stage_run_server(xf_story *s, const char *const *words)
{
    write_conf(s);
    return wait_for_end(spawn(s, "xinfangd.conf", words));
}

/* ---- Ready */

static int
read_port(const xf_story *s, const char *name)
{
    char path[XF_STAGE_PATH];
    char line[16] = "";
    FILE *file = NULL;

    xf_stage_path(s, name, path);
    file = fopen(path, "re");
    if (file == NULL)
        return 0;
    (void)!fgets(line, sizeof line, file);
    (void)fclose(file);
    return (int)strtol(line, NULL, 10);
}

/* The port file is put in place whole: its coming is watched for, as is the server's end. */
static int
wait_for_port(const xf_story *s, pid_t server, const char *name)
{
    struct pollfd fds[2] = {{.fd = inotify_init1(IN_CLOEXEC), .events = POLLIN},
                            {.fd = pidfd_open(server, 0), .events = POLLIN}};
    char events[4096];
    int port = 0;

    assert_true(fds[0].fd >= 0 && fds[1].fd >= 0);
    assert_true(inotify_add_watch(fds[0].fd, s->dir, IN_MOVED_TO) >= 0);
    while ((port = read_port(s, name)) == 0) {
        if (poll(fds, 2, PATIENCE_MS) <= 0 || fds[1].revents != 0)
            fail_msg("xinfangd did not start: see %s/log", s->dir);
        assert_true(read(fds[0].fd, events, sizeof events) > 0);
    }
    (void)close(fds[0].fd);
    (void)close(fds[1].fd);
    return port;
}

static pid_t
spawn_listening(const xf_story *s, const char *name, const char *port_file)
{
    const char *const serve[] = {NULL};
    char path[XF_STAGE_PATH];

    xf_stage_path(s, port_file, path);
    (void)unlink(path);
    return spawn(s, name, serve);
}

void
xf_stage_start_server(xf_story *s)
{
    write_conf(s);
    s->server = spawn_listening(s, "xinfangd.conf", "port");
    s->port = wait_for_port(s, s->server, "port");
}

/* Nobody waits until it is ready: it works on its own. */
void
xf_stage_start_second(xf_story *s)
{
    assert_int_equal(s->second, 0);
    write_conf_as(s, "second.conf", "second-port", 0);
    s->second = spawn_listening(s, "second.conf", "second-port");
}

int
xf_stage_second_port(const xf_story *s)
{
    return wait_for_port(s, s->second, "second-port");
}

void
xf_stage_on_day(xf_story *s, const char *day)
{
    xf_stage_stop_server(s);
    (void)snprintf(s->now, sizeof s->now, "%sT09:00:00+08:00", day);
    xf_stage_start_server(s);
}

/* ---- Reading anew */

/* How many lines of the log have the word. */
static size_t
log_lines(const xf_story *s, const char *word)
{
    char path[XF_STAGE_PATH];
    char *line = NULL;
    size_t room = 0;
    size_t n = 0;
    FILE *file = NULL;

    xf_stage_path(s, "log", path);
    file = fopen(path, "re");
    assert_non_null(file);
    while (getline(&line, &room, file) > 0)
        n += strstr(line, word) != NULL;
    free(line);
    (void)fclose(file);
    return n;
}

bool
xf_stage_reload(xf_story *s, const char *conf)
{
    size_t reloaded = log_lines(s, " server.reloaded");
    size_t refused = log_lines(s, " server.reload_refused");
    char path[XF_STAGE_PATH];
    char events[4096];
    struct pollfd watch = {.fd = inotify_init1(IN_CLOEXEC), .events = POLLIN};

    xf_stage_path(s, "log", path);
    assert_true(watch.fd >= 0 && inotify_add_watch(watch.fd, path, IN_MODIFY) >= 0);
    s->conf = conf;
    write_conf(s);
    assert_int_equal(kill(s->server, SIGHUP), 0);
    while (log_lines(s, " server.reloaded") == reloaded &&
           log_lines(s, " server.reload_refused") == refused) {
        if (poll(&watch, 1, PATIENCE_MS) <= 0)
            fail_msg("xinfangd did not read anew: see %s/log", s->dir);
        assert_true(read(watch.fd, events, sizeof events) > 0);
    }
    (void)close(watch.fd);
    return log_lines(s, " server.reloaded") > reloaded;
}

void
xf_stage_renew_certificate(xf_story *s)
{
    xf_test_ca_server(s->ca, "server", "xinfangd.test");
}

void
xf_stage_certificate_of_days(xf_story *s, int days)
{
    const xf_test_subject subject = {.common_name = "xinfangd.test",
                                     .dns = "xinfangd.test",
                                     .valid_from_s = -60,
                                     .valid_to_s = days * 86400L};

    xf_test_ca_issue(s->ca, "server", &subject);
}

void
xf_stage_take_ca_key(xf_story *s)
{
    s->issues_nothing = true;
}

int
xf_stage_port(const xf_story *s)
{
    return s->port;
}

int
xf_stage_knock(const xf_story *s)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)s->port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* ---- The end */

void
xf_stage_end_server(xf_story *s)
{
    assert_int_equal(kill(s->server, SIGTERM), 0);
}

void
xf_stage_end_wait(xf_story *s)
{
    int status = wait_for_end(s->server);

    if (status < 0)
        (void)kill(s->server, SIGKILL);
    s->server = 0;
    if (status != 0)
        fail_msg("xinfangd ended with %d: see %s/log", status, s->dir);
}

/* A second that is told to stop before it listens for the signal dies of it: that is an end too. */
void
xf_stage_end_second(xf_story *s)
{
    int status = 0;

    assert_int_equal(kill(s->second, SIGTERM), 0);
    status = wait_for_end(s->second);
    if (status != 0 && status != 128 + SIGTERM) {
        (void)kill(s->second, SIGKILL);
        fail_msg("the second xinfangd ended with %d: see %s/log", status, s->dir);
    }
    s->second = 0;
}

void
xf_stage_stop_server(xf_story *s)
{
    xf_stage_leave(s);
    xf_stage_end_server(s);
    xf_stage_end_wait(s);
}

void
xf_stage_replace_server(xf_story *s)
{
    const pid_t old = s->server;
    pid_t fresh = 0;

    xf_stage_start_server(s);
    fresh = s->server;
    s->server = old;
    xf_stage_end_server(s);
    xf_stage_end_wait(s);
    s->server = fresh;
}

void
xf_stage_kill_server(xf_story *s)
{
    xf_stage_leave(s);
    assert_int_equal(kill(s->server, SIGKILL), 0);
    assert_int_equal(wait_for_end(s->server), 128 + SIGKILL);
    s->server = 0;
}

void
xf_stage_log_is_clean(const xf_story *s)
{
    char path[XF_STAGE_PATH];
    char *line = NULL;
    size_t room = 0;
    size_t bad = 0;
    FILE *file = NULL;

    xf_stage_path(s, "log", path);
    file = fopen(path, "re");
    assert_non_null(file);
    while (getline(&line, &room, file) > 0) {
        if (strstr(line, " ERROR ") != NULL) {
            print_error("%s", line);
            bad++;
        }
    }
    free(line);
    (void)fclose(file);
    assert_int_equal(bad, 0);
}
