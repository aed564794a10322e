/* Loaded before the C library: lets every sync of a file take longer, by as many microseconds as SYNC_DELAY says. So a
 * quick disk, or one that only pretends to wait, is like one that takes its time, for all that are measured. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void delay(void) {
    const char *said = getenv("SYNC_DELAY");
    long microseconds = said ? atol(said) : 0;
    struct timespec wait = {microseconds / 1000000, microseconds % 1000000 * 1000};
    while (nanosleep(&wait, &wait) != 0) {}
}

int fsync(int file) {
    int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    delay();
    return next(file);
}

int fdatasync(int file) {
    int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    delay();
    return next(file);
}
