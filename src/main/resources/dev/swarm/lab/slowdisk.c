/*
 * A disk that takes its time or fails, for one process: preloaded (LD_PRELOAD), every fsync and
 * fdatasync first waits for as many milliseconds as the first number in the file named by
 * SWARM_LAB_DISK says at that moment, and fails with the second as its errno unless that is 0.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int wait_as_told(void) {
  const char *name = getenv("SWARM_LAB_DISK");
  FILE *file = name ? fopen(name, "r") : NULL;
  long millis = 0;
  int failure = 0;
  if (!file) return 0;
  if (fscanf(file, "%ld %d", &millis, &failure) < 1) millis = 0;
  fclose(file);
  if (millis <= 0) return failure;
  struct timespec left = {millis / 1000, millis % 1000 * 1000000L};
  while (nanosleep(&left, &left) == -1 && errno == EINTR) {
  }
  return failure;
}

static int slowly(const char *function, int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, function);
  int failure = wait_as_told();
  if (failure) {
    errno = failure;
    return -1;
  }
  return real(fd);
}

int fsync(int fd) { return slowly("fsync", fd); }

int fdatasync(int fd) { return slowly("fdatasync", fd); }
