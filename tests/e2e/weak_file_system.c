/*
 * Preloaded into a process, it makes the file system that WEAK_DEVICE_OF is on one that refuses
 * fsync, has no flock and keeps no modes, as WSL's and some NAS's do. Everything else is real.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/types.h>

static int real_statx(int at, const char *path, int flags, unsigned mask, struct statx *found) {
  static int (*next)(int, const char *, int, unsigned, struct statx *);
  if (!next) next = dlsym(RTLD_NEXT, "statx");
  return next(at, path, flags, mask, found);
}

static int is_weak(int at, const char *path, int flags) {
  const char *directory = getenv("WEAK_DEVICE_OF");
  struct statx weak, found;
  if (!directory || real_statx(AT_FDCWD, directory, 0, STATX_BASIC_STATS, &weak)) return 0;
  if (real_statx(at, path, flags, STATX_BASIC_STATS, &found)) return 0;
  return weak.stx_dev_major == found.stx_dev_major && weak.stx_dev_minor == found.stx_dev_minor;
}

static int fd_is_weak(int fd) { return is_weak(fd, "", AT_EMPTY_PATH); }

#define NEXT(name, type) ((type)dlsym(RTLD_NEXT, name))

int fsync(int fd) {
  if (!fd_is_weak(fd)) return NEXT("fsync", int (*)(int))(fd);
  errno = EINVAL;
  return -1;
}

int fdatasync(int fd) {
  if (!fd_is_weak(fd)) return NEXT("fdatasync", int (*)(int))(fd);
  errno = EINVAL;
  return -1;
}

int flock(int fd, int operation) {
  if (!fd_is_weak(fd)) return NEXT("flock", int (*)(int, int))(fd, operation);
  errno = ENOTSUP;
  return -1;
}

int chmod(const char *path, mode_t mode) {
  if (!is_weak(AT_FDCWD, path, 0)) return NEXT("chmod", int (*)(const char *, mode_t))(path, mode);
  errno = EPERM;
  return -1;
}

int fchmod(int fd, mode_t mode) {
  return fd_is_weak(fd) ? 0 : NEXT("fchmod", int (*)(int, mode_t))(fd, mode);
}

int statx(int at, const char *path, int flags, unsigned mask, struct statx *found) {
  int result = real_statx(at, path, flags, mask, found);
  if (result == 0 && is_weak(at, path, flags)) found->stx_mode |= 0777;
  return result;
}
