/*
 * What a program can ask of its system, one command each: `files COMMAND ARGUMENT... [+ COMMAND ARGUMENT...]...`. Prints what
 * came of it, with the text of errno where it failed. The commands of a line run one after the other in one process. The exit
 * code is 1 where one of them failed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

extern char **environ;

static char buffer[1 << 16];

static const char *type_of(mode_t mode) {
  if (S_ISREG(mode)) return "file";
  if (S_ISDIR(mode)) return "directory";
  if (S_ISLNK(mode)) return "link";
  if (S_ISCHR(mode)) return "character device";
  return "other";
}

/* Prints what is left to read of a descriptor; -1 as read(2). */
static int print_rest(int fd) {
  ssize_t count;
  while ((count = read(fd, buffer, sizeof buffer)) > 0) fwrite(buffer, 1, (size_t)count, stdout);
  return (int)count;
}

/* Closes a descriptor and passes on what came before, with the errno of it. */
static int closing(int fd, int result) {
  int before = errno;
  close(fd);
  errno = before;
  return result;
}

/* Files. */

static int read_file(char **arg) {
  int fd = open(arg[0], O_RDONLY);
  if (fd < 0) return -1;
  return closing(fd, print_rest(fd));
}

static int read_at(char **arg) {
  int fd = open(arg[0], O_RDONLY);
  if (fd < 0) return -1;
  ssize_t count = pread(fd, buffer, (size_t)atoi(arg[2]), atoll(arg[1]));
  if (count >= 0) printf("%.*s (%zd)", (int)count, buffer, count);
  return closing(fd, count < 0 ? -1 : 0);
}

/* In pieces of 2, 0, 3 and 4 bytes. */
static int read_vector(char **arg) {
  char a[2], b[3], c[4];
  int fd = open(arg[0], O_RDONLY);
  if (fd < 0) return -1;
  struct iovec pieces[] = {{a, sizeof a}, {NULL, 0}, {b, sizeof b}, {c, sizeof c}};
  size_t total = 0;
  ssize_t count;
  /* A read may answer with less than it could. */
  while ((count = readv(fd, pieces, COUNT(pieces))) > 0) total += (size_t)count;
  printf("%zu", total);
  return closing(fd, (int)count);
}

static int put(const char *path, int flags, const char *text) {
  int fd = open(path, flags, 0666);
  if (fd < 0) return -1;
  size_t length = strlen(text);
  for (size_t done = 0; done < length;) {
    ssize_t count = write(fd, text + done, length - done);
    if (count < 0) return closing(fd, -1);
    done += (size_t)count;
  }
  printf("%zu", length);
  return closing(fd, 0);
}

static int write_file(char **arg) { return put(arg[0], O_WRONLY | O_CREAT | O_TRUNC, arg[1]); }
static int create_file(char **arg) { return put(arg[0], O_WRONLY | O_CREAT | O_EXCL, arg[1]); }
static int append_file(char **arg) { return put(arg[0], O_WRONLY | O_CREAT | O_APPEND, arg[1]); }
static int overwrite_file(char **arg) { return put(arg[0], O_WRONLY, arg[1]); }

static int write_at(char **arg) {
  int fd = open(arg[0], O_WRONLY);
  if (fd < 0) return -1;
  ssize_t count = pwrite(fd, arg[2], strlen(arg[2]), atoll(arg[1]));
  if (count >= 0) printf("%zd", count);
  return closing(fd, count < 0 ? -1 : 0);
}

/* Through stdio, with its buffers, in both directions. */
static int update_file(char **arg) {
  FILE *file = fopen(arg[0], "r+");
  if (file == NULL) return -1;
  if (fgets(buffer, 128, file) == NULL) return fclose(file), -1;
  printf("%s", buffer);
  if (fseek(file, 0, SEEK_END) < 0 || fputs(arg[1], file) < 0) return fclose(file), -1;
  printf("%ld", ftell(file));
  return fclose(file);
}

static int write_many(char **arg) {
  FILE *file = fopen(arg[0], "w");
  if (file == NULL) return -1;
  int lines = atoi(arg[1]);
  for (int line = 0; line < lines; line++) fprintf(file, "line %d of %d\n", line, lines);
  printf("%ld", ftell(file));
  return fclose(file);
}

static int checksum(char **arg) {
  int fd = open(arg[0], O_RDONLY);
  if (fd < 0) return -1;
  unsigned sum = 2166136261u;
  size_t total = 0;
  ssize_t count;
  while ((count = read(fd, buffer, sizeof buffer)) > 0) {
    for (ssize_t i = 0; i < count; i++) sum = (sum ^ (unsigned char)buffer[i]) * 16777619u;
    total += (size_t)count;
  }
  printf("%zu bytes %08x", total, sum);
  return closing(fd, (int)count);
}

static int seek_file(char **arg) {
  int fd = open(arg[0], O_RDONLY);
  if (fd < 0) return -1;
  int whence = *arg[2] == 's' ? SEEK_SET : *arg[2] == 'c' ? SEEK_CUR : *arg[2] == 'e' ? SEEK_END : 9;
  off_t position = lseek(fd, atoll(arg[1]), whence);
  if (position < 0) return closing(fd, -1);
  printf("%lld ", (long long)position);
  return closing(fd, print_rest(fd));
}

/* Appends, then writes at the position, through one descriptor whose flags change. */
static int change_flags(char **arg) {
  int fd = open(arg[0], O_RDWR);
  if (fd < 0) return -1;
  int before = fcntl(fd, F_GETFL);
  if (fcntl(fd, F_SETFL, O_APPEND) < 0) return closing(fd, -1);
  int after = fcntl(fd, F_GETFL);
  printf("%d %d ", (before & O_APPEND) != 0, (after & O_APPEND) != 0);
  if (write(fd, arg[1], strlen(arg[1])) < 0 || fcntl(fd, F_SETFL, 0) < 0) return closing(fd, -1);
  if (lseek(fd, 0, SEEK_SET) < 0) return closing(fd, -1);
  return closing(fd, print_rest(fd));
}

static int write_to_reader(char **arg) {
  int fd = open(arg[0], O_RDONLY);
  if (fd < 0) return -1;
  return closing(fd, (int)write(fd, "x", 1));
}

static int read_from_writer(char **arg) {
  int fd = open(arg[0], O_WRONLY);
  if (fd < 0) return -1;
  return closing(fd, (int)read(fd, buffer, 1));
}

static int read_closed(char **arg) {
  int fd = open(arg[0], O_RDONLY);
  if (fd < 0 || close(fd) < 0) return -1;
  return (int)read(fd, buffer, 1);
}

static int truncate_file(char **arg) {
  int fd = open(arg[0], O_WRONLY);
  if (fd < 0) return -1;
  return closing(fd, ftruncate(fd, atoll(arg[1])));
}

static int sync_file(char **arg) {
  int fd = open(arg[0], O_RDWR);
  if (fd < 0) return -1;
  if (fdatasync(fd) < 0) return closing(fd, -1);
  return closing(fd, fsync(fd));
}

static int advise_file(char **arg) {
  int fd = open(arg[0], O_RDONLY);
  if (fd < 0) return -1;
  errno = posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return closing(fd, errno == 0 ? 0 : -1);
}

/* How many descriptors of one file can be open at a time, up to a number. */
static int open_many(char **arg) {
  static int fds[4096];
  int wanted = atoi(arg[1]), count = 0, result = 0;
  while (count < wanted && count < (int)COUNT(fds)) {
    fds[count] = open(arg[0], O_RDONLY);
    if (fds[count] < 0) break;
    count++;
  }
  if (count < wanted) result = -1;
  int before = errno;
  for (int i = 0; i < count; i++) close(fds[i]);
  printf("%d", count);
  errno = before;
  return result;
}

/* Metadata. */

static int print_stat(int result, const struct stat *it) {
  if (result < 0) return -1;
  printf("%s", type_of(it->st_mode));
  if (S_ISREG(it->st_mode)) printf(" of %lld, %llu links", (long long)it->st_size, (unsigned long long)it->st_nlink);
  return 0;
}

static int stat_path(char **arg) {
  struct stat it;
  return print_stat(stat(arg[0], &it), &it);
}

static int stat_link(char **arg) {
  struct stat it;
  return print_stat(lstat(arg[0], &it), &it);
}

static int stat_open(char **arg) {
  struct stat it;
  int fd = open(arg[0], O_RDONLY);
  if (fd < 0) return -1;
  return closing(fd, print_stat(fstat(fd, &it), &it));
}

static int same_file(char **arg) {
  struct stat a, b;
  if (stat(arg[0], &a) < 0 || stat(arg[1], &b) < 0) return -1;
  printf("%s", a.st_dev == b.st_dev && a.st_ino == b.st_ino ? "same" : "different");
  return 0;
}

static int print_times(char **arg) {
  struct stat it;
  if (lstat(arg[0], &it) < 0) return -1;
  printf("%lld.%09ld %lld.%09ld", (long long)it.st_atim.tv_sec, it.st_atim.tv_nsec, (long long)it.st_mtim.tv_sec,
         it.st_mtim.tv_nsec);
  return 0;
}

static void times_from(struct timespec times[2], char **arg) {
  for (int i = 0; i < 2; i++) {
    times[i].tv_sec = atoll(arg[i]);
    times[i].tv_nsec = *arg[i] == 'n' ? UTIME_NOW : *arg[i] == '-' ? UTIME_OMIT : 123456000;
  }
}

static int set_times(char **arg) {
  struct timespec times[2];
  times_from(times, arg + 1);
  return utimensat(AT_FDCWD, arg[0], times, 0);
}

static int set_link_times(char **arg) {
  struct timespec times[2];
  times_from(times, arg + 1);
  return utimensat(AT_FDCWD, arg[0], times, AT_SYMLINK_NOFOLLOW);
}

static int set_open_times(char **arg) {
  struct timespec times[2];
  times_from(times, arg + 1);
  int fd = open(arg[0], O_RDWR);
  if (fd < 0) return -1;
  return closing(fd, futimens(fd, times));
}

static int can_access(char **arg) {
  int mode = 0;
  for (const char *c = arg[1]; *c; c++) mode |= *c == 'r' ? R_OK : *c == 'w' ? W_OK : 0;
  return access(arg[0], mode);
}

/* Directories and names. */

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static int list_directory(char **arg) {
  static char *lines[4096];
  size_t count = 0;
  DIR *directory = opendir(arg[0]);
  if (directory == NULL) return -1;
  struct dirent *entry;
  while ((errno = 0, entry = readdir(directory)) != NULL && count < COUNT(lines)) {
    const char *type = entry->d_type == DT_REG ? "" : entry->d_type == DT_DIR ? "/" : entry->d_type == DT_LNK ? "@" : "?";
    if (asprintf(&lines[count], "%s%s", entry->d_name, type) < 0) abort();
    count++;
  }
  int result = errno == 0 ? 0 : -1;
  int before = errno;
  closedir(directory);
  qsort(lines, count, sizeof *lines, by_name);
  for (size_t i = 0; i < count; i++) {
    printf("%s%s", i > 0 ? " " : "", lines[i]);
    free(lines[i]);
  }
  errno = before;
  return result;
}

/* Reads a directory to its end, goes back to the middle, and reads on: the rest must be the same. */
static int rewind_directory(char **arg) {
  DIR *directory = opendir(arg[0]);
  if (directory == NULL) return -1;
  int total = 0, rest = 0;
  long middle = 0;
  while (readdir(directory) != NULL)
    if (++total == 3) middle = telldir(directory);
  seekdir(directory, middle);
  while (readdir(directory) != NULL) rest++;
  rewinddir(directory);
  int again = 0;
  while (readdir(directory) != NULL) again++;
  printf("%d %d %d", total, rest, again);
  return closedir(directory);
}

static int make_directory(char **arg) { return mkdir(arg[0], 0777); }
static int remove_directory(char **arg) { return rmdir(arg[0]); }
static int unlink_file(char **arg) { return unlink(arg[0]); }
static int remove_either(char **arg) { return remove(arg[0]); }
static int rename_path(char **arg) { return rename(arg[0], arg[1]); }
static int link_path(char **arg) { return link(arg[0], arg[1]); }
static int symlink_path(char **arg) { return symlink(arg[0], arg[1]); }

static int read_link(char **arg) {
  ssize_t count = readlink(arg[0], buffer, sizeof buffer);
  if (count >= 0) printf("%.*s", (int)count, buffer);
  return count < 0 ? -1 : 0;
}

static int read_link_short(char **arg) {
  ssize_t count = readlink(arg[0], buffer, 3);
  if (count >= 0) printf("%.*s", (int)count, buffer);
  return count < 0 ? -1 : 0;
}

/* Opens a directory, and a path below that descriptor. */
static int read_below(char **arg) {
  int directory = open(arg[0], O_RDONLY | O_DIRECTORY);
  if (directory < 0) return -1;
  int fd = openat(directory, arg[1], O_RDONLY);
  if (fd < 0) return closing(directory, -1);
  return closing(directory, closing(fd, print_rest(fd)));
}

static int open_directory(char **arg) {
  int fd = open(arg[0], O_RDONLY | O_DIRECTORY);
  return fd < 0 ? -1 : close(fd);
}

static int open_no_follow(char **arg) {
  int fd = open(arg[0], O_RDONLY | O_NOFOLLOW);
  return fd < 0 ? -1 : close(fd);
}

static int open_directory_no_follow(char **arg) {
  int fd = open(arg[0], O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  return fd < 0 ? -1 : close(fd);
}

static int write_directory(char **arg) {
  int fd = open(arg[0], O_RDWR);
  return fd < 0 ? -1 : close(fd);
}

static int change_directory(char **arg) {
  if (chdir(arg[0]) < 0) return -1;
  printf("%s", getcwd(buffer, sizeof buffer));
  return 0;
}

/* The process. */

static int print_args_count;
static char **print_args_values;

static int print_args(char **arg) {
  (void)arg;
  for (int i = 1; i < print_args_count; i++) printf("%s[%s]", i > 1 ? " " : "", print_args_values[i]);
  return 0;
}

static int print_environment(char **arg) {
  (void)arg;
  for (char **it = environ; *it != NULL; it++) printf("[%s]", *it);
  return 0;
}

static int print_variable(char **arg) {
  const char *value = getenv(arg[0]);
  printf("%s", value == NULL ? "(not set)" : value);
  return 0;
}

static int echo_stdin(char **arg) {
  (void)arg;
  return print_rest(0);
}

static int count_lines(char **arg) {
  (void)arg;
  int lines = 0;
  while (fgets(buffer, sizeof buffer, stdin) != NULL) lines++;
  printf("%d", lines);
  return 0;
}

static int print_text(char **arg) {
  printf("%s", arg[0]);
  return 0;
}

static int print_error(char **arg) { return fprintf(stderr, "%s\n", arg[0]) < 0 ? -1 : 0; }

static int print_long(char **arg) {
  int count = atoi(arg[0]);
  for (int i = 0; i < count; i++) putchar("0123456789\n"[i % 11]);
  return 0;
}

static int close_stream(char **arg) { return close(atoi(arg[0])); }
static int is_terminal(char **arg) {
  printf("%s", isatty(atoi(arg[0])) ? "yes" : "no");
  return 0;
}
static int seek_stream(char **arg) { return lseek(atoi(arg[0]), 0, SEEK_CUR) < 0 ? -1 : 0; }
static int stat_stream(char **arg) {
  struct stat it;
  return fstat(atoi(arg[0]), &it);
}
static int shut_socket(char **arg) { return shutdown(atoi(arg[0]), SHUT_RDWR); }
static int exit_with(char **arg) { exit(atoi(arg[0])); }
static int leave_with(char **arg) { _exit(atoi(arg[0])); }
static int abort_now(char **arg) {
  (void)arg;
  abort();
}
static int trap_now(char **arg) {
  (void)arg;
  __builtin_trap();
}

static long long nanoseconds(clockid_t id) {
  struct timespec now;
  return clock_gettime(id, &now) < 0 ? -1 : now.tv_sec * 1000000000ll + now.tv_nsec;
}

/* What holds of every clock; the time itself is never the same. */
static int check_clocks(char **arg) {
  (void)arg;
  struct timespec resolution;
  long long wall = nanoseconds(CLOCK_REALTIME), first = nanoseconds(CLOCK_MONOTONIC), second = nanoseconds(CLOCK_MONOTONIC);
  if (wall < 0 || first < 0 || clock_getres(CLOCK_MONOTONIC, &resolution) < 0) return -1;
  printf("%s, %s, %s", wall > 1700000000000000000ll ? "today" : "long ago", second >= first ? "onwards" : "back",
         resolution.tv_nsec > 0 && resolution.tv_sec == 0 ? "fine" : "coarse");
  return 0;
}

static int check_sleep(char **arg) {
  long milliseconds = atol(arg[0]);
  struct timespec duration = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  long long before = nanoseconds(CLOCK_MONOTONIC);
  if (nanosleep(&duration, NULL) < 0) return -1;
  printf("%s", nanoseconds(CLOCK_MONOTONIC) - before >= milliseconds * 1000000ll ? "slept" : "too short");
  return 0;
}

static int check_random(char **arg) {
  static char again[256];
  size_t count = (size_t)atoi(arg[0]);
  if (getentropy(buffer, count) < 0 || getentropy(again, count) < 0) return -1;
  printf("%s", memcmp(buffer, again, count) == 0 ? "same" : "different");
  return 0;
}

static int poll_streams(char **arg) {
  struct pollfd fds[] = {{.fd = 0, .events = POLLRDNORM}, {.fd = 1, .events = POLLWRNORM}};
  int ready = poll(fds, COUNT(fds), atoi(arg[0]));
  if (ready < 0) return -1;
  printf("%d of which writable %d", ready > 0, (fds[1].revents & POLLWRNORM) != 0);
  return 0;
}

static int poll_file(char **arg) {
  int fd = open(arg[0], O_RDWR);
  if (fd < 0) return -1;
  struct pollfd fds[] = {{.fd = fd, .events = POLLRDNORM | POLLWRNORM}};
  int ready = poll(fds, 1, -1);
  if (ready > 0) printf("ready");
  return closing(fd, ready < 0 ? -1 : 0);
}

static int yield(char **arg) {
  (void)arg;
  return sched_yield();
}

static int allocate_memory(char **arg) {
  size_t size = (size_t)atoi(arg[0]) << 20;
  char *memory = malloc(size);
  if (memory == NULL) return -1;
  memset(memory, 1, size);
  printf("%d", memory[size - 1]);
  free(memory);
  return 0;
}

static const struct command {
  const char *name;
  int arguments;
  int (*run)(char **arg);
} commands[] = {
    {"read", 1, read_file},
    {"read-at", 3, read_at},
    {"read-vector", 1, read_vector},
    {"write", 2, write_file},
    {"create", 2, create_file},
    {"append", 2, append_file},
    {"overwrite", 2, overwrite_file},
    {"write-at", 3, write_at},
    {"update", 2, update_file},
    {"write-many", 2, write_many},
    {"checksum", 1, checksum},
    {"seek", 3, seek_file},
    {"flags", 2, change_flags},
    {"write-to-reader", 1, write_to_reader},
    {"read-from-writer", 1, read_from_writer},
    {"read-closed", 1, read_closed},
    {"truncate", 2, truncate_file},
    {"sync", 1, sync_file},
    {"advise", 1, advise_file},
    {"open-many", 2, open_many},
    {"stat", 1, stat_path},
    {"lstat", 1, stat_link},
    {"fstat", 1, stat_open},
    {"same", 2, same_file},
    {"times", 1, print_times},
    {"utimes", 3, set_times},
    {"lutimes", 3, set_link_times},
    {"futimes", 3, set_open_times},
    {"access", 2, can_access},
    {"list", 1, list_directory},
    {"rewind", 1, rewind_directory},
    {"mkdir", 1, make_directory},
    {"rmdir", 1, remove_directory},
    {"unlink", 1, unlink_file},
    {"remove", 1, remove_either},
    {"rename", 2, rename_path},
    {"link", 2, link_path},
    {"symlink", 2, symlink_path},
    {"readlink", 1, read_link},
    {"readlink-short", 1, read_link_short},
    {"read-below", 2, read_below},
    {"open-directory", 1, open_directory},
    {"open-no-follow", 1, open_no_follow},
    {"open-directory-no-follow", 1, open_directory_no_follow},
    {"write-directory", 1, write_directory},
    {"chdir", 1, change_directory},
    {"args", 0, print_args},
    {"environment", 0, print_environment},
    {"variable", 1, print_variable},
    {"stdin", 0, echo_stdin},
    {"lines", 0, count_lines},
    {"stdout", 1, print_text},
    {"stderr", 1, print_error},
    {"long", 1, print_long},
    {"close", 1, close_stream},
    {"terminal", 1, is_terminal},
    {"seek-stream", 1, seek_stream},
    {"stat-stream", 1, stat_stream},
    {"shutdown", 1, shut_socket},
    {"exit", 1, exit_with},
    {"leave", 1, leave_with},
    {"abort", 0, abort_now},
    {"trap", 0, trap_now},
    {"clocks", 0, check_clocks},
    {"sleep", 1, check_sleep},
    {"random", 1, check_random},
    {"poll", 1, poll_streams},
    {"poll-file", 1, poll_file},
    {"yield", 0, yield},
    {"memory", 1, allocate_memory},
};

static const struct command *find_command(const char *name) {
  for (size_t i = 0; i < COUNT(commands); i++)
    if (strcmp(commands[i].name, name) == 0) return &commands[i];
  return NULL;
}

int main(int argc, char **argv) {
  int failures = 0;
  print_args_count = argc;
  print_args_values = argv;
  for (int i = 1; i < argc;) {
    const struct command *command = find_command(argv[i]);
    int given = 0;
    while (i + 1 + given < argc && strcmp(argv[i + 1 + given], "+") != 0) given++;
    if (command == NULL || (given != command->arguments && command->arguments > 0)) {
      fprintf(stderr, "files: no command %s with %d arguments\n", argv[i], given);
      return 2;
    }
    printf("%s: ", command->name);
    fflush(stdout);
    errno = 0;
    if (command->run(argv + i + 1) < 0) {
      printf(" [%s]", strerror(errno));
      failures++;
    }
    putchar('\n');
    fflush(stdout);
    i += given + 2;
  }
  return failures > 0 ? 1 : 0;
}
