/*
 * A disk that takes its time, for one process: preloaded (LD_PRELOAD), every fsync and fdatasync
 * first waits for as many milliseconds as the file named by SWARM_LAB_DISK says at that moment.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void wait_as_told(void) {
  const char *name = getenv("SWARM_LAB_DISK");
  FILE *file = name ? fopen(name, "r") : NULL;
  long millis = 0;
  if (!file) return;
  if (fscanf(file, "%ld", &millis) != 1) millis = 0;
  fclose(file);
  if (millis <= 0) return;
  struct timespec left = {millis / 1000, millis % 1000 * 1000000L};
  while (nanosleep(&left, &left) == -1 && errno == EINTR) {
  }
}

static int slowly(const char *function, int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, function);
  wait_as_told();
  return real(fd);
}

int fsync(int fd) { return slowly("fsync", fd); }

int fdatasync(int fd) { return slowly("fdatasync", fd); }
