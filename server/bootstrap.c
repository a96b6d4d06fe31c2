/* bootstrap — reads the options and the password, hashes it, and leaves the rest to db. */
#include "bootstrap.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"
#include "crypto/password.h"
#include "db/bootstrap.h"

enum { PASSWORD_ROOM = 1024, PASSWORD_LEAST = 8, FAILED = 1, USAGE = 2 };

static const char usage[] =
    "用法：xinfangd --config 文件 bootstrap --bureau 编号 --name 名称 --short 简称\n"
    "        --badge 警号 --officer-name 姓名 --password-file 文件\n"
    "口令写在只有本人能读（权限 0600）的文件里，至少八个字符。\n";

static const char made_bureau[] = "已建立县局。\n";
static const char kept_bureau[] = "县局已经有了，没有改动。\n";
static const char made_officer[] = "已建立第一个安全管理员。\n";
static const char made_another[] = "又建立了一个安全管理员；县局原来的各个账号没有改动。\n";
static const char kept_officer[] = "安全管理员已经有了，口令没有改动。\n";

typedef struct asked {
    xf_db_first first;
    const char *bureau;
    const char *password_file;
} asked;

static int
fail(const xf_error *error)
{
    (void)fprintf(stderr, "xinfangd: %s%s%s\n", error->field, error->field[0] != '\0' ? ": " : "",
                  xf_error_words(error->text));
    return FAILED;
}

static bool
number_of(const char *text, int32_t *ret_number)
{
    char *end = NULL;
    long number = strtol(text, &end, 10);

    if (text[0] < '1' || text[0] > '9' || *end != '\0' || number > INT32_MAX)
        return false;
    *ret_number = (int32_t)number;
    return true;
}

static bool
parse(int argc, char **argv, asked *ret_asked)
{
    static const struct option options[] = {
        {"bureau", required_argument, NULL, 'b'},
        {"name", required_argument, NULL, 'n'},
        {"short", required_argument, NULL, 's'},
        {"badge", required_argument, NULL, 'g'},
        {"officer-name", required_argument, NULL, 'o'},
        {"password-file", required_argument, NULL, 'p'},
        {NULL, 0, NULL, 0},
    };
    asked got = {0};
    int option = 0;

    optind = 0; /* main read its own options before */
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): the process has one thread here */
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'b': got.bureau = optarg; break;
        case 'n': got.first.name = optarg; break;
        case 's': got.first.short_name = optarg; break;
        case 'g': got.first.badge = optarg; break;
        case 'o': got.first.officer_name = optarg; break;
        case 'p': got.password_file = optarg; break;
        default: return false;
        }
    }
    if (optind != argc || !got.bureau || !got.first.name || !got.first.short_name ||
        !got.first.badge || !got.first.officer_name || !got.password_file ||
        !number_of(got.bureau, &got.first.bureau))
        return false;
    *ret_asked = got;
    return true;
}

/* The first line of a file that is nobody else's business. */
static xf_code
read_password(const char *path, char ret_password[PASSWORD_ROOM], xf_error *reterr)
{
    struct stat what = {0};
    xf_code code = XF_CODE_OK;
    ssize_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &what) != 0 || !S_ISREG(what.st_mode) ||
        (what.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        XF_TRY(XF_FAIL(reterr, XF_CODE_DENIED, XF_TEXT_FILE_UNREADABLE, "--password-file"));
    n = read(fd, ret_password, PASSWORD_ROOM - 1);
    if (n < 0 || n == PASSWORD_ROOM - 1)
        XF_TRY(XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_TOO_LONG, "--password-file"));
    ret_password[n] = '\0';
    ret_password[strcspn(ret_password, "\r\n")] = '\0';
out:
    if (fd >= 0)
        (void)close(fd);
    return code;
}

static xf_code
check_password(const char *password, xf_error *reterr)
{
    size_t n = 0;

    if (!xf_utf8_valid((const uint8_t *)password, strlen(password)))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_BYTES, "--password-file");
    for (const char *at = password; *at != '\0'; at++)
        n += ((unsigned char)*at & 0xc0) != 0x80; /* a character, not a byte */
    if (n < PASSWORD_LEAST)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_PASSWORD_WEAK, "--password-file");
    return XF_CODE_OK;
}

static xf_code
hash_password(const xf_server_conf *conf, const char *path, char ret_hash[XF_PASSWORD_HASH],
              xf_error *reterr)
{
    char password[PASSWORD_ROOM] = "";
    xf_code code = XF_CODE_OK;

    XF_TRY(read_password(path, password, reterr));
    XF_TRY(check_password(password, reterr));
    if (xf_password_hash(password, (uint32_t)conf->password_memory_kib, ret_hash) != XF_CODE_OK)
        XF_TRY(XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, ""));
out:
    explicit_bzero(password, sizeof password);
    return code;
}

int
xf_bootstrap(const xf_server_conf *conf, int argc, char **argv)
{
    asked got = {0};
    char hash[XF_PASSWORD_HASH] = "";
    xf_db_first_made made = {0};
    xf_error error = {0};
    xf_code code = XF_CODE_OK;

    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return fputs(usage, stdout) < 0 ? FAILED : 0;
    if (!parse(argc, argv, &got)) {
        (void)fputs(usage, stderr);
        return USAGE;
    }
    if (conf->db_migrate == NULL || conf->db_migrate[0] == '\0')
        XF_TRY(XF_FAIL(&error, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "db.migrate"));
    XF_TRY(hash_password(conf, got.password_file, hash, &error));
    got.first.password_hash = hash;
    XF_TRY(xf_db_bootstrap(conf->db_migrate, &got.first, &made, &error));
    (void)fputs(made.bureau ? made_bureau : kept_bureau, stdout);
    if (made.officer) {
        (void)fputs(made.bureau ? made_officer : made_another, stdout);
    } else {
        (void)fputs(kept_officer, stdout);
    }
out:
    explicit_bzero(hash, sizeof hash);
    return code == XF_CODE_OK ? 0 : fail(&error);
}
