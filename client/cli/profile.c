/* client/cli/profile: conf and token are both `key = value` files of base/conf. */
#include "client/cli/profile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

static char *
join(const char *dir, const char *name)
{
    size_t n = strlen(dir) + strlen(name) + 2;
    char *path = xf_memory_new(n);
    (void)snprintf(path, n, "%s/%s", dir, name);
    return path;
}

static char *
find_dir(const char *home)
{
    const char *dir = home != NULL ? home : secure_getenv("XINFANG_HOME");
    const char *own = secure_getenv("HOME");
    if (dir != NULL && *dir != '\0')
        return xf_memory_text(dir, strlen(dir));
    return own != NULL ? join(own, ".config/xinfang") : join(".", "xinfang");
}

char *
xf_profile_path(const xf_profile *profile, const char *name)
{
    return join(profile->dir, name);
}

static void
from_dir(const xf_profile *profile, char **path)
{
    if (*path == NULL || **path == '/')
        return;
    char *whole = join(profile->dir, *path);
    free(*path);
    *path = whole;
}

static bool
unhex(const char *text, uint8_t out[XF_TOKEN_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    if (strlen(text) != 2 * (size_t)XF_TOKEN_BYTES)
        return false;
    for (size_t i = 0; i < XF_TOKEN_BYTES; i++) {
        const char *high = strchr(digits, text[2 * i]);
        const char *low = strchr(digits, text[2 * i + 1]);
        if (high == NULL || low == NULL)
            return false;
        out[i] = (uint8_t)((high - digits) << 4 | (low - digits));
    }
    return true;
}

static xf_code
read_token(xf_profile *profile, xf_conf_fault *ret_fault, xf_error *reterr)
{
    char *path = xf_profile_path(profile, "token");
    char *text = NULL;
    const xf_conf_key keys[] = {
        {.key = "token", .text = &text, .needed = 1},
        {.key = "bureau", .number = &profile->bureau, .most = INT32_MAX, .needed = 1},
        {.key = "officer", .number = &profile->officer, .most = INT32_MAX, .needed = 1},
        {.key = NULL},
    };
    xf_code code = XF_CODE_OK;
    if (access(path, F_OK) != 0)
        goto out;
    XF_TRY(xf_conf_read(path, keys, ret_fault, reterr));
    profile->has_token = unhex(text, profile->token);
out:
    if (text != NULL)
        explicit_bzero(text, strlen(text));
    free(text);
    free(path);
    return code;
}

xf_code
xf_profile_read(const char *home, xf_profile *ret_profile, xf_conf_fault *ret_fault,
                xf_error *reterr)
{
    xf_profile profile = {.dir = find_dir(home)};
    char *path = xf_profile_path(&profile, "conf");
    const xf_conf_key keys[] = {
        {.key = "server.host", .text = &profile.host, .needed = 1},
        {.key = "server.port", .text = &profile.port, .needed = 1},
        {.key = "server.name", .text = &profile.server_name, .needed = 1},
        {.key = "tls.ca", .text = &profile.ca, .needed = 1},
        {.key = "tls.certificate", .text = &profile.certificate, .needed = 1},
        {.key = "tls.key", .text = &profile.key, .needed = 1},
        {.key = "trace", .number = &profile.trace, .most = 1},
        {.key = NULL},
    };
    xf_code code = XF_CODE_OK;
    XF_TRY(xf_conf_read(path, keys, ret_fault, reterr));
    from_dir(&profile, &profile.ca);
    from_dir(&profile, &profile.certificate);
    from_dir(&profile, &profile.key);
    XF_TRY(read_token(&profile, ret_fault, reterr));
    *ret_profile = profile;
    profile = (xf_profile){0};
out:
    if (code != XF_CODE_OK && reterr != NULL)
        (void)snprintf(reterr->field, sizeof(reterr->field), "%s", path);
    free(path);
    xf_profile_clear(&profile);
    return code;
}

/* Every folder on the way that is not there, for their owner only. */
static bool
make_dirs(const char *dir)
{
    char *path = xf_memory_text(dir, strlen(dir));
    bool made = true;

    for (char *at = strchr(path + 1, '/'); at != NULL && made; at = strchr(at + 1, '/')) {
        *at = '\0';
        made = mkdir(path, 0700) == 0 || errno == EEXIST;
        *at = '/';
    }
    made = made && (mkdir(path, 0700) == 0 || errno == EEXIST);
    free(path);
    return made;
}

xf_code
xf_profile_begin(const char *home, xf_profile *ret_profile, xf_error *reterr)
{
    xf_profile profile = {.dir = find_dir(home)};
    char *path = xf_profile_path(&profile, "conf");
    xf_code code = XF_CODE_OK;

    if (access(path, F_OK) == 0) {
        code = XF_FAIL(reterr, XF_CODE_CONFLICT, XF_TEXT_SEAT_TAKEN, "%.90s", path);
    } else if (!make_dirs(profile.dir)) {
        code = XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNWRITABLE, "%.90s", profile.dir);
    }
    free(path);
    if (code == XF_CODE_OK) {
        *ret_profile = profile;
    } else {
        xf_profile_clear(&profile);
    }
    return code;
}

/* As it is written in conf. */
static const char *
in_dir(const xf_profile *profile, const char *path)
{
    const size_t n = strlen(profile->dir);

    return strncmp(path, profile->dir, n) == 0 && path[n] == '/' ? path + n + 1 : path;
}

xf_code
xf_profile_write(const xf_profile *profile, xf_error *reterr)
{
    char *path = xf_profile_path(profile, "conf");
    char *fresh = xf_profile_path(profile, "conf.new");
    FILE *file = NULL;
    bool written = false;
    xf_code code = XF_CODE_OK;

    (void)unlink(fresh);
    file = fopen(fresh, "wxe");
    if (file != NULL) {
        written =
            fprintf(file,
                    "server.host = %s\nserver.port = %s\nserver.name = %s\n"
                    "tls.ca = %s\ntls.certificate = %s\ntls.key = %s\n%s",
                    profile->host, profile->port, profile->server_name,
                    in_dir(profile, profile->ca), in_dir(profile, profile->certificate),
                    in_dir(profile, profile->key), profile->trace != 0 ? "trace = 1\n" : "") > 0;
        written = fflush(file) == 0 && fsync(fileno(file)) == 0 && written;
        written = fclose(file) == 0 && written;
    }
    if (!written || rename(fresh, path) != 0)
        code = XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNWRITABLE, "%.90s", path);
    free(path);
    free(fresh);
    return code;
}

void
xf_profile_clear(xf_profile *profile)
{
    free(profile->dir);
    free(profile->host);
    free(profile->port);
    free(profile->server_name);
    free(profile->ca);
    free(profile->certificate);
    free(profile->key);
    explicit_bzero(profile, sizeof(*profile));
}

static bool
write_token(int fd, const xf_profile *profile)
{
    char text[256];
    int n = snprintf(text, sizeof(text),
                     "# written by xinfang login; xinfang login end removes it\n"
                     "bureau = %" PRId64 "\nofficer = %" PRId64 "\ntoken = ",
                     profile->bureau, profile->officer);
    for (size_t i = 0; i < XF_TOKEN_BYTES; i++)
        n += snprintf(text + n, sizeof(text) - (size_t)n, "%02x", profile->token[i]);
    text[n++] = '\n';
    bool whole = write(fd, text, (size_t)n) == n && fsync(fd) == 0;
    explicit_bzero(text, sizeof(text));
    return whole;
}

xf_code
xf_profile_keep_token(xf_profile *profile, const uint8_t token[XF_TOKEN_BYTES], int32_t bureau,
                      int32_t officer, xf_error *reterr)
{
    char *path = xf_profile_path(profile, "token");
    char *fresh = xf_profile_path(profile, "token.new");
    xf_code code = XF_CODE_OK;
    memcpy(profile->token, token, XF_TOKEN_BYTES);
    profile->has_token = true;
    profile->bureau = bureau;
    profile->officer = officer;
    (void)unlink(fresh); /* left by a run that was cut: its mode may not be ours */
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || !write_token(fd, profile) || rename(fresh, path) != 0)
        code = XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_FILE_UNREADABLE, "%s", path);
    if (fd >= 0)
        (void)close(fd);
    free(path);
    free(fresh);
    return code;
}

void
xf_profile_drop_token(xf_profile *profile)
{
    char *path = xf_profile_path(profile, "token");
    (void)unlink(path);
    free(path);
    profile->has_token = false;
    explicit_bzero(profile->token, sizeof(profile->token));
}
