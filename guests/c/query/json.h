/* JSON values: parsed from text, found by path, compared, printed. */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json_member;

struct json {
  enum json_type type;
  /* Of a string: UTF-8, may hold NUL. Of a number: as it was written. */
  const char *text;
  size_t length;
  double number;
  /* Of an array or an object, in order. Those of an array have no name. */
  struct json_member *first;
};

struct json_member {
  const char *name;
  size_t name_length;
  struct json *value;
  struct json_member *next;
};

/* What went wrong, and where; lines and columns count from 1. */
struct json_error {
  const char *what;
  int line;
  int column;
};

/* Memory that is let go of at once: a value and everything below it. */
struct arena;

struct arena *arena_new(void);
void *arena_take(struct arena *arena, size_t size);
void arena_free(struct arena *arena);

/* Parses a whole text. NULL where it is no JSON; then `error` says why. The value lives as long as the arena. */
struct json *json_parse(struct arena *arena, const char *text, size_t length, struct json_error *error);

/* Parses the string that starts at `*at`, which is its quote, and moves `*at` behind it. False where it is none. */
bool json_parse_string(struct arena *arena, const char **at, const char *end, const char **text, size_t *length);

/* The member of an object; the last of that name. NULL where there is none. */
const struct json *json_member(const struct json *object, const char *name, size_t length);

/* The element of an array; from the end where the index is negative. NULL where there is none. */
const struct json *json_element(const struct json *array, long index);

/* Less than, equal to or greater than 0, for numbers and strings; whether they are equal, for the rest. */
int json_compare(const struct json *a, const struct json *b);

/* On one line, without spaces. */
void json_print(FILE *out, const struct json *value);

#endif
