/* The command line as a person at a desk has it: a profile of his own, real arguments. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage_inside.h"

/* Written anew each time: after a restart the server may be elsewhere. */
static void
write_profile(const xf_story *s, const char *home)
{
    char path[XF_STAGE_PATH + 8];
    char text[2048];
    int n = snprintf(text, sizeof text,
                     "server.host = 127.0.0.1\nserver.port = %d\nserver.name = xinfangd.test\n"
                     "tls.ca = %s\ntls.certificate = %s\ntls.key = %s\n",
                     s->port, s->files.ca, s->files.certificate, s->files.key);

    (void)mkdir(home, 0700);
    (void)snprintf(path, sizeof path, "%s/conf", home);
    xf_stage_write(path, text, (size_t)n);
}

/* Once `cue` has come, and it is not NULL, the program gets SIGINT. */
static void
read_all(xf_story *s, int fd, pid_t pid, const char *cue)
{
    size_t n = 0;
    ssize_t got = 0;

    while ((got = read(fd, s->said + n, sizeof s->said - 1 - n)) > 0) {
        n += (size_t)got;
        s->said[n] = '\0';
        if (cue == NULL || strstr(s->said, cue) == NULL)
            continue;
        assert_int_equal(kill(pid, SIGINT), 0);
        cue = NULL;
    }
    s->said[n] = '\0';
    (void)close(fd);
}

static void
become_xinfang(const char *home, const char *const *words, int output)
{
    char program[XF_STAGE_PATH];
    const char *argv[XF_STAGE_WORDS + 4] = {program, "--profile", home};

    for (size_t i = 0; words[i] != NULL && i < XF_STAGE_WORDS; i++)
        argv[3 + i] = words[i];
    (void)snprintf(program, sizeof program, "%s/xinfang", xf_stage_environment("XF_BUILD_DIR"));
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)dup2(output, STDOUT_FILENO);
    (void)dup2(output, STDERR_FILENO);
    (void)execv(program, (char *const *)(uintptr_t)argv);
    _exit(127);
}

static int
run(xf_story *s, const char *home, const char *const *words, const char *cue)
{
    int ends[2] = {-1, -1};
    int status = 0;
    pid_t pid = 0;

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    if (cue != NULL) /* it cannot run far ahead of us: what it says next does not fit */
        assert_true(fcntl(ends[1], F_SETPIPE_SZ, 4096) >= 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        become_xinfang(home, words, ends[1]);
    (void)close(ends[1]);
    read_all(s, ends[0], pid, cue);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
xf_stage_cli_interrupt(xf_story *s, xf_cast who, const char *const *words, const char *cue)
{
    char name[32];
    char home[XF_STAGE_PATH];

    (void)snprintf(name, sizeof name, "home/%s", xf_cast_badge(who));
    xf_stage_path(s, name, home);
    write_profile(s, home);
    return run(s, home, words, cue);
}

int
xf_stage_cli_at(xf_story *s, const char *profile, const char *const *words)
{
    return run(s, profile, words, NULL);
}

int
xf_stage_cli(xf_story *s, xf_cast who, const char *const *words)
{
    return xf_stage_cli_interrupt(s, who, words, NULL);
}

const char *
xf_stage_said(const xf_story *s)
{
    return s->said;
}

int
xf_stage_cli_login(xf_story *s, xf_cast who)
{
    char password[XF_STAGE_PATH];
    const char *const words[] = {"login", xf_cast_badge(who), "--password-file", password, NULL};

    xf_stage_path(s, "password", password);
    xf_stage_write(password, XF_CAST_PASSWORD, strlen(XF_CAST_PASSWORD));
    return xf_stage_cli(s, who, words);
}
