#include "filter.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 100 };

/* One step of a path, and those after it. The end is a step that goes nowhere. */
enum step { END, MEMBER, ELEMENT };

struct path {
  enum step kind;
  const char *name;
  size_t length;
  long index;
  struct path *next;
};

enum kind { AND, OR, NOT, COMPARE, EXISTS };
enum comparison { EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, CONTAINS };

/* One side of a comparison: a value, or where to find one. */
struct operand {
  bool is_path;
  struct path *path;
  const struct json *value;
};

struct filter {
  enum kind kind;
  struct filter *left, *right;
  enum comparison comparison;
  struct operand a, b;
};

struct reader {
  struct arena *arena;
  const char *start, *at, *end;
  const char *problem;
  int depth;
};

static void *fail(struct reader *r, const char *what) {
  if (r->problem == NULL) r->problem = what;
  return NULL;
}

static void skip_space(struct reader *r) {
  while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\n')) r->at++;
}

static bool take(struct reader *r, const char *symbol) {
  skip_space(r);
  size_t length = strlen(symbol);
  if ((size_t)(r->end - r->at) < length || memcmp(r->at, symbol, length) != 0) return false;
  r->at += length;
  return true;
}

static bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static bool take_word(struct reader *r, const char *word) {
  const char *before = r->at;
  if (!take(r, word)) return false;
  if (r->at < r->end && is_name(*r->at)) {
    r->at = before;
    return false;
  }
  return true;
}

static bool read_string(struct reader *r, const char **text, size_t *length) {
  if (r->at == r->end || *r->at != '"') return false;
  return json_parse_string(r->arena, &r->at, r->end, text, length);
}

/* What lies between brackets: the index of an element, or a name in quotes. */
static bool read_bracket(struct reader *r, struct path *step) {
  r->at++;
  if (read_string(r, &step->name, &step->length)) {
    step->kind = MEMBER;
  } else {
    char *after;
    step->kind = ELEMENT;
    step->index = strtol(r->at, &after, 10);
    if (after == r->at) return false;
    r->at = after;
  }
  return take(r, "]");
}

/* From its first point on. */
static struct path *read_path(struct reader *r) {
  struct path *first = NULL, **last = &first;
  bool point = take(r, ".");
  if (!point) return fail(r, "a path starts with a point");
  for (;;) {
    struct path *step = arena_take(r->arena, sizeof *step);
    *step = (struct path){.kind = END};
    *last = step;
    last = &step->next;
    if (r->at < r->end && *r->at == '[') {
      if (!read_bracket(r, step)) return fail(r, "expected an index or a name in quotes, and ]");
    } else if (point && r->at < r->end && is_name(*r->at)) {
      step->kind = MEMBER;
      step->name = r->at;
      while (r->at < r->end && is_name(*r->at)) r->at++;
      step->length = (size_t)(r->at - step->name);
    } else {
      return point && step != first ? fail(r, "expected a name behind the point") : first;
    }
    point = r->at < r->end && *r->at == '.';
    if (point) r->at++;
  }
}

static bool read_operand(struct reader *r, struct operand *operand) {
  skip_space(r);
  *operand = (struct operand){0};
  if (r->at < r->end && *r->at == '.') {
    operand->is_path = true;
    operand->path = read_path(r);
    return operand->path != NULL;
  }
  const char *from = r->at;
  if (from < r->end && *from == '"') {
    const char *text;
    size_t length;
    if (!json_parse_string(r->arena, &r->at, r->end, &text, &length)) return fail(r, "a string without end"), false;
  } else {
    while (r->at < r->end && (is_name(*r->at) || *r->at == '.' || *r->at == '+')) r->at++;
  }
  struct json_error error;
  operand->value = json_parse(r->arena, from, (size_t)(r->at - from), &error);
  if (operand->value != NULL) return true;
  r->at = from;
  return fail(r, "expected a path or a value"), false;
}

static struct filter *new_filter(struct reader *r, enum kind kind, struct filter *left, struct filter *right) {
  struct filter *filter = arena_take(r->arena, sizeof *filter);
  *filter = (struct filter){.kind = kind, .left = left, .right = right};
  return filter;
}

static struct filter *read_comparison(struct reader *r) {
  /* The longer ones first. */
  static const struct {
    const char *symbol;
    enum comparison comparison;
  } symbols[] = {{"==", EQUAL}, {"!=", NOT_EQUAL}, {"<=", LESS_OR_EQUAL}, {">=", GREATER_OR_EQUAL},
                 {"<", LESS},   {">", GREATER},    {"~", CONTAINS}};
  struct filter *filter = new_filter(r, EXISTS, NULL, NULL);
  if (!read_operand(r, &filter->a)) return NULL;
  for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
    if (!take(r, symbols[i].symbol)) continue;
    filter->kind = COMPARE;
    filter->comparison = symbols[i].comparison;
    return read_operand(r, &filter->b) ? filter : NULL;
  }
  return filter;
}

static struct filter *read_any(struct reader *r);

static struct filter *read_one(struct reader *r) {
  if (take_word(r, "not")) {
    struct filter *filter = read_one(r);
    return filter == NULL ? NULL : new_filter(r, NOT, filter, NULL);
  }
  if (!take(r, "(")) return read_comparison(r);
  struct filter *filter = read_any(r);
  if (filter == NULL) return NULL;
  return take(r, ")") ? filter : fail(r, "expected )");
}

static struct filter *read_all(struct reader *r) {
  struct filter *filter = read_one(r);
  while (filter != NULL && take_word(r, "and")) {
    struct filter *right = read_one(r);
    filter = right == NULL ? NULL : new_filter(r, AND, filter, right);
  }
  return filter;
}

static struct filter *read_any(struct reader *r) {
  if (r->depth == MAX_DEPTH) return fail(r, "nested too deep");
  r->depth++;
  struct filter *filter = read_all(r);
  while (filter != NULL && take_word(r, "or")) {
    struct filter *right = read_all(r);
    filter = right == NULL ? NULL : new_filter(r, OR, filter, right);
  }
  r->depth--;
  return filter;
}

static struct reader reader_of(struct arena *arena, const char *text) {
  return (struct reader){.arena = arena, .start = text, .at = text, .end = text + strlen(text)};
}

/* Passes on what was read, unless something follows it. */
static void *finish(struct reader *r, void *result, struct json_error *error) {
  skip_space(r);
  if (result != NULL && r->at < r->end) result = fail(r, "what follows is not part of it");
  if (result == NULL) *error = (struct json_error){r->problem, 1, (int)(r->at - r->start) + 1};
  return result;
}

struct filter *filter_parse(struct arena *arena, const char *text, struct json_error *error) {
  struct reader r = reader_of(arena, text);
  struct filter *filter = read_any(&r);
  return finish(&r, filter, error);
}

struct path *path_parse(struct arena *arena, const char *text, struct json_error *error) {
  struct reader r = reader_of(arena, text);
  struct path *path = read_path(&r);
  return finish(&r, path, error);
}

const struct json *path_find(const struct path *path, const struct json *message) {
  const struct json *at = message;
  for (; at != NULL && path->kind != END; path = path->next)
    at = path->kind == MEMBER ? json_member(at, path->name, path->length) : json_element(at, path->index);
  return at;
}

static const struct json *value_of(const struct operand *operand, const struct json *message) {
  return operand->is_path ? path_find(operand->path, message) : operand->value;
}

static bool contains(const struct json *text, const struct json *part) {
  if (text->type != JSON_STRING || part->type != JSON_STRING) return false;
  for (size_t at = 0; at + part->length <= text->length; at++)
    if (memcmp(text->text + at, part->text, part->length) == 0) return true;
  return false;
}

static bool is_ordered(const struct json *a, const struct json *b) {
  return a->type == b->type && (a->type == JSON_NUMBER || a->type == JSON_STRING);
}

static bool compare(enum comparison comparison, const struct json *a, const struct json *b) {
  /* What is not there is equal to nothing. */
  if (a == NULL || b == NULL) return comparison == NOT_EQUAL;
  int order = json_compare(a, b);
  switch (comparison) {
    case EQUAL: return order == 0;
    case NOT_EQUAL: return order != 0;
    case LESS: return is_ordered(a, b) && order < 0;
    case LESS_OR_EQUAL: return is_ordered(a, b) && order <= 0;
    case GREATER: return is_ordered(a, b) && order > 0;
    case GREATER_OR_EQUAL: return is_ordered(a, b) && order >= 0;
    case CONTAINS: return contains(a, b);
  }
  return false;
}

bool filter_holds(const struct filter *filter, const struct json *message) {
  const struct json *value;
  switch (filter->kind) {
    case AND: return filter_holds(filter->left, message) && filter_holds(filter->right, message);
    case OR: return filter_holds(filter->left, message) || filter_holds(filter->right, message);
    case NOT: return !filter_holds(filter->left, message);
    case COMPARE: return compare(filter->comparison, value_of(&filter->a, message), value_of(&filter->b, message));
    case EXISTS:
      value = value_of(&filter->a, message);
      return value != NULL && value->type != JSON_NULL && value->type != JSON_FALSE;
  }
  return false;
}
