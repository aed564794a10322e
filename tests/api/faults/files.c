/* Loaded before the C library into the program that is tested, which is not changed. Of the files that matter below the
 * folder FILES_FOLDER (the database with its -wal and -journal, and documents) it
 *
 * - writes down, in the file FILES_LOG, all that is done to them, in order, with the bytes, and every sync;
 * - lets calls fail as the file FILES_FAULT says: "N KIND ERRNO SKIP COUNT", where KIND is w (whatever writes) or s
 *   (whatever syncs). After SKIP of them, COUNT of them fail with ERRNO. Another N counts from the beginning.
 *
 * The -shm file is no part of it: it does not outlive the program. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* One at a time, so that the log has the order in which things were done. */
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static uint64_t records;

/* The path below the folder, if it is one of those that matter; empty for the folder itself. */
static const char *ours(const char *path, char *place) {
    const char *folder = getenv("FILES_FOLDER");
    if (!folder) return NULL;
    if (path[0] != '/') {
        char here[PATH_MAX];
        if (!getcwd(here, sizeof here) || snprintf(place, PATH_MAX, "%s/%s", here, path) >= PATH_MAX) return NULL;
        path = place;
    } else if (path != place) {
        if (snprintf(place, PATH_MAX, "%s", path) >= PATH_MAX) return NULL;
        path = place;
    }
    size_t length = strlen(folder);
    if (strncmp(path, folder, length) != 0) return NULL;
    if (path[length] == '\0') return path + length;
    if (path[length] != '/') return NULL;
    const char *below = path + length + 1;
    if (strstr(below, "-shm")) return NULL;
    int matters = strncmp(below, "fairlot.db", 10) == 0 || strncmp(below, "documents", 9) == 0;
    return matters ? below : NULL;
}

static const char *ours_open(int file, char *place) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, place, PATH_MAX - 1);
    if (length < 0) return NULL;
    place[length] = '\0';
    return ours(place, place);
}

struct __attribute__((packed)) head {
    uint8_t kind;
    uint16_t path;
    uint64_t at;
    uint64_t bytes;
};

/* Under the lock. */
static void note(char kind, const char *path, uint64_t at, const void *bytes, size_t length) {
    static int log = -2;
    if (log == -2) {
        const char *name = getenv("FILES_LOG");
        log = name ? (int)syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
    }
    if (log < 0) return;
    struct head head = {(uint8_t)kind, (uint16_t)strlen(path), at, length};
    struct iovec parts[3] = {{&head, sizeof head}, {(void *)path, head.path}, {(void *)bytes, length}};
    if (syscall(SYS_writev, log, parts, 3) != (long)(sizeof head + head.path + length)) abort();
    records++;
}

/* Under the lock: whether this call is to fail, with errno set. */
static int fails(char kind) {
    static long known = -1, seen;
    const char *name = getenv("FILES_FAULT");
    if (!name) return 0;
    int file = (int)syscall(SYS_openat, AT_FDCWD, name, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    char said[128];
    long length = syscall(SYS_read, file, said, sizeof said - 1);
    syscall(SYS_close, file);
    if (length <= 0) return 0;
    said[length] = '\0';
    long number, skip, count;
    char which;
    int why;
    if (sscanf(said, "%ld %c %d %ld %ld", &number, &which, &why, &skip, &count) != 5) return 0;
    if (number != known) {
        known = number;
        seen = 0;
    }
    if (which != kind) return 0;
    long place = seen++;
    if (place < skip || place >= skip + count) return 0;
    errno = why;
    return 1;
}

static ssize_t written(int file, const void *bytes, size_t length, off_t at, int given) {
    char place[PATH_MAX];
    const char *path = ours_open(file, place);
    if (!path) {
        return given ? syscall(SYS_pwrite64, file, bytes, length, at) : syscall(SYS_write, file, bytes, length);
    }
    pthread_mutex_lock(&order);
    ssize_t done = -1;
    if (!fails('w')) {
        if (!given) at = lseek(file, 0, SEEK_CUR);
        done = given ? syscall(SYS_pwrite64, file, bytes, length, at) : syscall(SYS_write, file, bytes, length);
        if (done > 0) note('W', path, (uint64_t)at, bytes, (size_t)done);
    }
    int why = errno;
    pthread_mutex_unlock(&order);
    errno = why;
    return done;
}

ssize_t write(int file, const void *bytes, size_t length) { return written(file, bytes, length, 0, 0); }
ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) { return written(file, bytes, length, at, 1); }
ssize_t pwrite64(int file, const void *bytes, size_t length, off_t at) { return written(file, bytes, length, at, 1); }

int ftruncate(int file, off_t length) {
    char place[PATH_MAX];
    const char *path = ours_open(file, place);
    pthread_mutex_lock(&order);
    int done = path && fails('w') ? -1 : (int)syscall(SYS_ftruncate, file, length);
    if (path && done == 0) note('T', path, (uint64_t)length, "", 0);
    int why = errno;
    pthread_mutex_unlock(&order);
    errno = why;
    return done;
}
int ftruncate64(int file, off_t length) { return ftruncate(file, length); }

/* What was written before the sync began is what it covers. One that fails covers nothing, now or later: the kernel
 * takes for written what it could not write. */
static int synced(int file, long call) {
    char place[PATH_MAX];
    const char *path = ours_open(file, place);
    if (!path) return (int)syscall(call, file);
    pthread_mutex_lock(&order);
    uint64_t covered = records;
    int failed = fails('s'), why = errno;
    pthread_mutex_unlock(&order);
    int done = -1;
    if (!failed) {
        done = (int)syscall(call, file);
        why = errno;
    }
    pthread_mutex_lock(&order);
    note(done == 0 ? 'S' : 'F', path, covered, "", 0);
    pthread_mutex_unlock(&order);
    errno = why;
    return done;
}

int fsync(int file) { return synced(file, SYS_fsync); }
int fdatasync(int file) { return synced(file, SYS_fdatasync); }

static int opened(int folder, const char *path, int how, mode_t mode) {
    char place[PATH_MAX];
    const char *below = folder == AT_FDCWD || path[0] == '/' ? ours(path, place) : NULL;
    if (!below || !(how & (O_CREAT | O_TRUNC))) return (int)syscall(SYS_openat, folder, path, how, mode);
    pthread_mutex_lock(&order);
    struct stat before;
    int there = stat(path, &before) == 0;
    int file = !there && fails('w') ? -1 : (int)syscall(SYS_openat, folder, path, how, mode);
    if (file >= 0 && !there) note('C', below, 0, "", 0);
    if (file >= 0 && there && (how & O_TRUNC)) note('T', below, 0, "", 0);
    int why = errno;
    pthread_mutex_unlock(&order);
    errno = why;
    return file;
}

#define MODE(how) \
    mode_t mode = 0; \
    if ((how) & (O_CREAT | __O_TMPFILE)) { \
        va_list more; \
        va_start(more, how); \
        mode = (mode_t)va_arg(more, int); \
        va_end(more); \
    }

int open(const char *path, int how, ...) { MODE(how) return opened(AT_FDCWD, path, how, mode); }
int open64(const char *path, int how, ...) { MODE(how) return opened(AT_FDCWD, path, how, mode); }
int openat(int folder, const char *path, int how, ...) { MODE(how) return opened(folder, path, how, mode); }
int openat64(int folder, const char *path, int how, ...) { MODE(how) return opened(folder, path, how, mode); }

/* Names: what is done to them stands in their folder. */
static int named(char kind, const char *path, const char *to, int (*done)(const char *, const char *)) {
    char place[PATH_MAX], other[PATH_MAX];
    const char *below = ours(path, place), *below_to = to ? ours(to, other) : "";
    if (!below || !below_to) return done(path, to);
    pthread_mutex_lock(&order);
    int outcome = kind != 'U' && fails('w') ? -1 : done(path, to);
    if (outcome == 0) note(kind, below, 0, below_to, strlen(below_to));
    int why = errno;
    pthread_mutex_unlock(&order);
    errno = why;
    return outcome;
}

static int do_unlink(const char *path, const char *to) {
    (void)to;
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}
static int do_mkdir(const char *path, const char *to) {
    (void)to;
    return (int)syscall(SYS_mkdirat, AT_FDCWD, path, 0777);
}
static int do_rename(const char *path, const char *to) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, to, 0);
}

int unlink(const char *path) { return named('U', path, NULL, do_unlink); }
int mkdir(const char *path, mode_t mode) {
    (void)mode;
    return named('M', path, NULL, do_mkdir);
}
int rename(const char *from, const char *to) { return named('R', from, to, do_rename); }
