/*
 * Which messages are meant: `.level == "error" and (.attempts > 2 or not .user.name)`. A path alone holds where something
 * other than null and false is found. Comparisons: == != < <= > >=, and ~ for a string that contains another.
 */
#ifndef FILTER_H
#define FILTER_H

#include "json.h"

struct filter;

/* NULL where it is none; then `error` says why. It lives as long as the arena. */
struct filter *filter_parse(struct arena *arena, const char *text, struct json_error *error);

bool filter_holds(const struct filter *filter, const struct json *message);

/* A path of its own, such as `.user.tags[0]` or `.["odd name"]`; `.` is the message. */
struct path;

struct path *path_parse(struct arena *arena, const char *text, struct json_error *error);

/* NULL where the message has nothing there. */
const struct json *path_find(const struct path *path, const struct json *message);

#endif
