/* Feeds the files of folders to the fuzz target once each: what was found stays found, in a
 * build without libFuzzer. Says each name before it is fed, so the last one is to blame.
 *
 *   fuzz_corpus FOLDER...
 */
#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz/take.h"

/* From memory of exactly its length, so that the sanitizer sees a step past it. */
static int
feed(const char *path)
{
    FILE *file = fopen(path, "rbe");
    struct stat found;
    uint8_t *bytes = NULL;
    size_t n = 0;

    if (file == NULL || fstat(fileno(file), &found) != 0) {
        perror(path);
        if (file != NULL)
            (void)fclose(file);
        return 0;
    }
    n = (size_t)found.st_size;
    bytes = malloc(n > 0 ? n : 1);
    assert(bytes != NULL && fread(bytes, 1, n, file) == n);
    (void)fclose(file);
    (void)fprintf(stderr, "%s\n", path);
    (void)LLVMFuzzerTestOneInput(bytes, n);
    free(bytes);
    return 1;
}

static int
visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* How many files were fed; 0 if one could not be read, or there is none. */
static int
feed_folder(const char *folder)
{
    struct dirent **entries = NULL;
    char path[4096];
    int n = scandir(folder, &entries, visible, alphasort);
    int fed = 0;

    if (n < 0)
        perror(folder);
    for (int i = 0; i < n; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        fed += feed(path);
        free(entries[i]);
    }
    free(entries);
    return fed == n ? fed : 0;
}

int
main(int argc, char **argv)
{
    int failed = argc < 2;

    for (int i = 1; i < argc; i++) {
        int fed = feed_folder(argv[i]);

        (void)printf("%s: %d files\n", argv[i], fed);
        failed |= fed == 0;
    }
    return failed;
}
