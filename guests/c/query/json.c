#include "json.h"

#include <stdlib.h>
#include <string.h>

/* A text may nest arrays and objects this deep: the parser calls itself. */
enum { MAX_DEPTH = 200, BLOCK_SIZE = 1 << 16 };

struct block {
  struct block *next;
  size_t used, size;
  char bytes[];
};

struct arena {
  struct block *blocks;
};

struct arena *arena_new(void) {
  struct arena *arena = calloc(1, sizeof *arena);
  if (arena == NULL) abort();
  return arena;
}

void arena_free(struct arena *arena) {
  for (struct block *block = arena->blocks, *next; block != NULL; block = next) {
    next = block->next;
    free(block);
  }
  free(arena);
}

void *arena_take(struct arena *arena, size_t size) {
  size = (size + 7) & ~(size_t)7;
  struct block *block = arena->blocks;
  if (block == NULL || block->size - block->used < size) {
    size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    block = malloc(sizeof *block + room);
    if (block == NULL) abort();
    *block = (struct block){.next = arena->blocks, .size = room};
    arena->blocks = block;
  }
  void *result = block->bytes + block->used;
  block->used += size;
  return result;
}

struct parser {
  struct arena *arena;
  const char *start, *at, *end;
  const char *problem;
  int depth;
};

static void *fail(struct parser *p, const char *what) {
  if (p->problem == NULL) p->problem = what;
  return NULL;
}

static void skip_space(struct parser *p) {
  while (p->at < p->end && (*p->at == ' ' || *p->at == '\t' || *p->at == '\n' || *p->at == '\r')) p->at++;
}

/* Whether the next character that is no space is this one, and moves behind it. */
static bool take(struct parser *p, char c) {
  skip_space(p);
  if (p->at == p->end || *p->at != c) return false;
  p->at++;
  return true;
}

static struct json *new_value(struct parser *p, enum json_type type) {
  struct json *value = arena_take(p->arena, sizeof *value);
  *value = (struct json){.type = type};
  return value;
}

static char *put_utf8(char *out, unsigned code) {
  if (code < 0x80) {
    *out++ = (char)code;
  } else if (code < 0x800) {
    *out++ = (char)(0xc0 | code >> 6);
    *out++ = (char)(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    *out++ = (char)(0xe0 | code >> 12);
    *out++ = (char)(0x80 | (code >> 6 & 0x3f));
    *out++ = (char)(0x80 | (code & 0x3f));
  } else {
    *out++ = (char)(0xf0 | code >> 18);
    *out++ = (char)(0x80 | (code >> 12 & 0x3f));
    *out++ = (char)(0x80 | (code >> 6 & 0x3f));
    *out++ = (char)(0x80 | (code & 0x3f));
  }
  return out;
}

/* The four hexadecimal digits at `at`; -1 where there are none. */
static long hex4(const char *at, const char *end) {
  long code = 0;
  if (end - at < 4) return -1;
  for (int i = 0; i < 4; i++) {
    char c = at[i];
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code;
}

/* What an escape stands for; `*at` is behind its backslash, and moves behind the escape. -1 where it is none. */
static long escaped(const char **at, const char *end) {
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  if (*at == end) return -1;
  char c = *(*at)++;
  if (c != 'u') {
    const char *found = c == 0 ? NULL : strchr(from, c);
    return found == NULL ? -1 : to[found - from];
  }
  long code = hex4(*at, end);
  if (code < 0) return -1;
  *at += 4;
  if (code < 0xd800 || code > 0xdfff) return code;
  long low = end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u' ? hex4(*at + 2, end) : -1;
  if (code > 0xdbff || low < 0xdc00 || low > 0xdfff) return 0xfffd;
  *at += 6;
  return 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
}

bool json_parse_string(struct arena *arena, const char **at, const char *end, const char **text, size_t *length) {
  const char *from = *at + 1, *close = from;
  while (close < end && *close != '"') close += *close == '\\' ? 2 : 1;
  if (close >= end) return false;
  /* An escape is never shorter than what it stands for. */
  char *out = arena_take(arena, (size_t)(close - from) + 1);
  *text = out;
  while (from < close) {
    unsigned char c = (unsigned char)*from;
    if (c < 0x20) return false;
    from++;
    if (c != '\\') {
      *out++ = (char)c;
      continue;
    }
    long code = escaped(&from, close);
    if (code < 0) return false;
    out = put_utf8(out, (unsigned)code);
  }
  *out = 0;
  *length = (size_t)(out - *text);
  *at = close + 1;
  return true;
}

static bool digits(const char **at, const char *end) {
  const char *from = *at;
  while (*at < end && **at >= '0' && **at <= '9') (*at)++;
  return *at > from;
}

static struct json *parse_number(struct parser *p) {
  const char *from = p->at, *at = from;
  if (*at == '-') at++;
  bool zero = at < p->end && *at == '0';
  const char *whole = at;
  if (!digits(&at, p->end) || (zero && at - whole > 1)) return fail(p, "not a number");
  if (at < p->end && *at == '.') {
    at++;
    if (!digits(&at, p->end)) return fail(p, "a number has digits behind its point");
  }
  if (at < p->end && (*at == 'e' || *at == 'E')) {
    at++;
    if (at < p->end && (*at == '+' || *at == '-')) at++;
    if (!digits(&at, p->end)) return fail(p, "an exponent has digits");
  }
  struct json *value = new_value(p, JSON_NUMBER);
  value->length = (size_t)(at - from);
  char *text = arena_take(p->arena, value->length + 1);
  memcpy(text, from, value->length);
  text[value->length] = 0;
  value->text = text;
  value->number = strtod(text, NULL);
  p->at = at;
  return value;
}

static struct json *parse_value(struct parser *p);

/* What lies between brackets: members of an object, or elements of an array. */
static struct json *parse_members(struct parser *p, enum json_type type, char close) {
  struct json *value = new_value(p, type);
  struct json_member **last = &value->first;
  p->at++;
  if (take(p, close)) return value;
  do {
    struct json_member *member = arena_take(p->arena, sizeof *member);
    *member = (struct json_member){0};
    if (type == JSON_OBJECT) {
      skip_space(p);
      if (p->at == p->end || *p->at != '"') return fail(p, "expected a name in quotes");
      if (!json_parse_string(p->arena, &p->at, p->end, &member->name, &member->name_length))
        return fail(p, "a string without end, or with a bad escape");
      if (!take(p, ':')) return fail(p, "expected a colon");
    }
    member->value = parse_value(p);
    if (member->value == NULL) return NULL;
    *last = member;
    last = &member->next;
  } while (take(p, ','));
  return take(p, close) ? value : fail(p, type == JSON_OBJECT ? "expected a comma or }" : "expected a comma or ]");
}

static struct json *parse_word(struct parser *p, const char *word, enum json_type type) {
  size_t length = strlen(word);
  if ((size_t)(p->end - p->at) < length || memcmp(p->at, word, length) != 0) return fail(p, "expected a value");
  p->at += length;
  return new_value(p, type);
}

static struct json *parse_value(struct parser *p) {
  skip_space(p);
  if (p->at == p->end) return fail(p, "the text ends too early");
  if (p->depth == MAX_DEPTH) return fail(p, "nested too deep");
  p->depth++;
  struct json *value;
  switch (*p->at) {
    case '{': value = parse_members(p, JSON_OBJECT, '}'); break;
    case '[': value = parse_members(p, JSON_ARRAY, ']'); break;
    case 't': value = parse_word(p, "true", JSON_TRUE); break;
    case 'f': value = parse_word(p, "false", JSON_FALSE); break;
    case 'n': value = parse_word(p, "null", JSON_NULL); break;
    case '"':
      value = new_value(p, JSON_STRING);
      if (!json_parse_string(p->arena, &p->at, p->end, &value->text, &value->length))
        value = fail(p, "a string without end, or with a bad escape");
      break;
    default: value = parse_number(p);
  }
  p->depth--;
  return value;
}

struct json *json_parse(struct arena *arena, const char *text, size_t length, struct json_error *error) {
  struct parser p = {.arena = arena, .start = text, .at = text, .end = text + length};
  struct json *value = parse_value(&p);
  skip_space(&p);
  if (value != NULL && p.at < p.end) value = fail(&p, "something follows the value");
  if (value == NULL) {
    *error = (struct json_error){.what = p.problem, .line = 1, .column = 1};
    for (const char *c = text; c < p.at; c++) {
      error->column = *c == '\n' ? 1 : error->column + 1;
      error->line += *c == '\n';
    }
  }
  return value;
}

const struct json *json_member(const struct json *object, const char *name, size_t length) {
  const struct json *found = NULL;
  if (object->type != JSON_OBJECT) return NULL;
  for (const struct json_member *it = object->first; it != NULL; it = it->next)
    if (it->name_length == length && memcmp(it->name, name, length) == 0) found = it->value;
  return found;
}

const struct json *json_element(const struct json *array, long index) {
  if (array->type != JSON_ARRAY) return NULL;
  if (index < 0)
    for (const struct json_member *it = array->first; it != NULL; it = it->next) index++;
  if (index < 0) return NULL;
  const struct json_member *it = array->first;
  while (it != NULL && index-- > 0) it = it->next;
  return it == NULL ? NULL : it->value;
}

int json_compare(const struct json *a, const struct json *b) {
  if (a->type != b->type) return a->type < b->type ? -1 : 1;
  if (a->type == JSON_NUMBER) return (a->number > b->number) - (a->number < b->number);
  if (a->type == JSON_STRING) {
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->text, b->text, shorter);
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
  }
  const struct json_member *x = a->first, *y = b->first;
  for (; x != NULL && y != NULL; x = x->next, y = y->next) {
    if (x->name_length != y->name_length || memcmp(x->name, y->name, x->name_length) != 0) return 1;
    if (json_compare(x->value, y->value) != 0) return 1;
  }
  return x != NULL || y != NULL;
}

static void print_string(FILE *out, const char *text, size_t length) {
  putc('"', out);
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c == '"' || c == '\\') fprintf(out, "\\%c", c);
    else if (c == '\n') fputs("\\n", out);
    else if (c == '\t') fputs("\\t", out);
    else if (c < 0x20 || c == 0x7f) fprintf(out, "\\u%04x", c);
    else putc(c, out);
  }
  putc('"', out);
}

void json_print(FILE *out, const struct json *value) {
  switch (value->type) {
    case JSON_NULL: fputs("null", out); return;
    case JSON_FALSE: fputs("false", out); return;
    case JSON_TRUE: fputs("true", out); return;
    case JSON_NUMBER: fputs(value->text, out); return;
    case JSON_STRING: print_string(out, value->text, value->length); return;
    case JSON_ARRAY:
    case JSON_OBJECT: break;
  }
  putc(value->type == JSON_ARRAY ? '[' : '{', out);
  for (const struct json_member *it = value->first; it != NULL; it = it->next) {
    if (it != value->first) putc(',', out);
    if (value->type == JSON_OBJECT) {
      print_string(out, it->name, it->name_length);
      putc(':', out);
    }
    json_print(out, it->value);
  }
  putc(value->type == JSON_ARRAY ? ']' : '}', out);
}
