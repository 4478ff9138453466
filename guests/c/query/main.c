/*
 * query [-c] [-n COUNT] DIRECTORY [FILTER [PATH...]]
 *
 * Prints the messages of a folder that a filter is true of: as they are, or what lies at some paths of them, separated by tabs.
 * A message is what a file `*.json` holds, or each element where it holds an array. Exit code 0 where messages were found, 1
 * where none was, 2 where something went wrong.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "filter.h"
#include "json.h"

enum { FOUND = 0, NONE = 1, TROUBLE = 2 };
enum { MAX_FILE = 16 << 20 };

struct query {
  struct filter *filter;
  struct path **paths;
  int path_count;
  bool count_only;
  /* How many more messages are wanted; negative for all. */
  long left;
  long found;
};

static int usage(void) {
  fputs("usage: query [-c] [-n COUNT] DIRECTORY [FILTER [PATH...]]\n", stderr);
  return TROUBLE;
}

/* The contents of a file, which the caller frees; NULL with errno set. */
static char *read_whole(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return NULL;
  char *text = NULL;
  size_t size = 0;
  *length = 0;
  do {
    size = size == 0 ? 4096 : size * 2;
    char *grown = size > MAX_FILE ? NULL : realloc(text, size);
    if (grown == NULL) {
      errno = EFBIG;
      break;
    }
    text = grown;
    *length += fread(text + *length, 1, size - *length, file);
  } while (*length == size);
  bool failed = ferror(file) || *length == size;
  int before = errno;
  fclose(file);
  if (!failed) return text;
  free(text);
  errno = before;
  return NULL;
}

/* A string as it is, so that a program can take it further; but nothing in it that would break the line. */
static void print_field(const struct json *value) {
  if (value == NULL) return;
  if (value->type != JSON_STRING) {
    json_print(stdout, value);
    return;
  }
  for (size_t i = 0; i < value->length; i++) {
    unsigned char c = (unsigned char)value->text[i];
    putchar(c < 0x20 || c == 0x7f ? ' ' : c);
  }
}

static void look_at(struct query *query, const struct json *message) {
  if (query->left == 0 || (query->filter != NULL && !filter_holds(query->filter, message))) return;
  query->found++;
  if (query->left > 0) query->left--;
  if (query->count_only) return;
  if (query->path_count == 0) json_print(stdout, message);
  for (int i = 0; i < query->path_count; i++) {
    if (i > 0) putchar('\t');
    print_field(path_find(query->paths[i], message));
  }
  putchar('\n');
}

static bool look_at_file(struct query *query, const char *path) {
  size_t length;
  char *text = read_whole(path, &length);
  if (text == NULL) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return false;
  }
  struct arena *arena = arena_new();
  struct json_error error;
  const struct json *value = json_parse(arena, text, length, &error);
  free(text);
  if (value == NULL) {
    fprintf(stderr, "%s:%d:%d: %s\n", path, error.line, error.column, error.what);
  } else if (value->type == JSON_ARRAY) {
    for (const struct json_member *it = value->first; it != NULL; it = it->next) look_at(query, it->value);
  } else {
    look_at(query, value);
  }
  arena_free(arena);
  return value != NULL;
}

static int is_json(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return *entry->d_name != '.' && length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0;
}

static int look_at_directory(struct query *query, const char *directory) {
  struct dirent **entries;
  int count = scandir(directory, &entries, is_json, alphasort);
  if (count < 0) {
    fprintf(stderr, "%s: %s\n", directory, strerror(errno));
    return TROUBLE;
  }
  bool well = true;
  for (int i = 0; i < count; i++) {
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s", directory, entries[i]->d_name);
    free(entries[i]);
    if (length >= (int)sizeof path) {
      fprintf(stderr, "%s: a name in it is too long\n", directory);
      well = false;
    } else if (query->left != 0) {
      well = look_at_file(query, path) && well;
    }
  }
  free(entries);
  if (query->count_only) printf("%ld\n", query->found);
  return !well ? TROUBLE : query->found > 0 ? FOUND : NONE;
}

static bool complain(const char *text, struct json_error error) {
  fprintf(stderr, "%s\n%*s %s\n", text, error.column, "^", error.what);
  return false;
}

static bool parse_query(struct arena *arena, struct query *query, int count, char **texts) {
  struct json_error error;
  if (count > 0 && *texts[0] != 0) {
    query->filter = filter_parse(arena, texts[0], &error);
    if (query->filter == NULL) return complain(texts[0], error);
  }
  if (count <= 1) return true;
  query->paths = arena_take(arena, sizeof *query->paths * (size_t)(count - 1));
  for (int i = 1; i < count; i++) {
    struct path *path = path_parse(arena, texts[i], &error);
    if (path == NULL) return complain(texts[i], error);
    query->paths[query->path_count++] = path;
  }
  return true;
}

int main(int argc, char **argv) {
  struct query query = {.left = -1};
  int at = 1;
  for (; at < argc && argv[at][0] == '-'; at++) {
    char *end = "";
    if (strcmp(argv[at], "-c") == 0) query.count_only = true;
    else if (strcmp(argv[at], "-n") == 0 && at + 1 < argc) query.left = strtol(argv[++at], &end, 10);
    else return usage();
    if (*end != 0) return usage();
  }
  if (at == argc) return usage();
  struct arena *arena = arena_new();
  int code = TROUBLE;
  if (parse_query(arena, &query, argc - at - 1, argv + at + 1)) code = look_at_directory(&query, argv[at]);
  arena_free(arena);
  return fflush(stdout) == 0 ? code : TROUBLE;
}
