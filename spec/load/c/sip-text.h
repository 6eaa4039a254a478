/* Reading and writing SIP as text: header fields, digest credentials (RFC 3261 §22.4), what a response copies. */
#pragma once
#include "measure.h"
#include "md5.h"
#include <strings.h>

static inline const char *find_header(const char *message, const char *name, int *length) {
  size_t name_length = strlen(name);
  for (const char *line = strstr(message, "\r\n"); line; line = strstr(line, "\r\n")) {
    line += 2;
    if (*line == '\r' || !*line) return NULL;
    if (strncasecmp(line, name, name_length) || line[name_length] != ':') continue;
    const char *value = line + name_length + 1, *end = strstr(value, "\r\n");
    while (*value == ' ') value++;
    *length = end ? end - value : 0;
    return value;
  }
  return NULL;
}

static inline void copy_parameter(const char *from, int length, const char *name, char *out, int room) {
  char key[32];
  snprintf(key, sizeof key, "%s=", name);
  const char *p = memmem(from, length, key, strlen(key)), *end = from + length;
  int i = 0;
  if (p) {
    p += strlen(key);
    int is_quoted = *p == '"';
    for (p += is_quoted; p < end && i < room - 1 && (is_quoted ? *p != '"' : *p != ',' && *p != ' '); p++) out[i++] = *p;
  }
  out[i] = 0;
}

/* The first challenge for MD5 among those that are offered (RFC 8760 §2.4). */
static inline const char *find_challenge(const char *message, const char *name, int *length) {
  for (const char *at = message; (at = find_header(at, name, length)); at += *length) {
    char algorithm[32];
    copy_parameter(at, *length, "algorithm", algorithm, sizeof algorithm);
    if (!*algorithm || !strcasecmp(algorithm, "MD5")) return at;
  }
  return NULL;
}

/* What a client keeps of a challenge, to answer it and to use its nonce again (RFC 7616 §3.3). */
typedef struct {
  char realm[64], nonce[128], opaque[64], field[24];
  int has_qop;
  uint32_t count;
} challenge_t;

static inline void read_challenge(challenge_t *c, const char *value, int length, int status) {
  copy_parameter(value, length, "realm", c->realm, sizeof c->realm);
  copy_parameter(value, length, "nonce", c->nonce, sizeof c->nonce);
  copy_parameter(value, length, "opaque", c->opaque, sizeof c->opaque);
  c->has_qop = memmem(value, length, "qop", 3) != NULL;
  strcpy(c->field, status == 401 ? "Authorization" : "Proxy-Authorization");
  c->count = 0;
}

static inline void write_credentials(char *out, int room, challenge_t *c, const char *verb, const char *uri, const char *user,
                                     const char *password) {
  static uint32_t client_nonce;
  char text[900], ha1[33], ha2[33], proof[33], more[200] = "", opaque[90] = "";
  snprintf(text, sizeof text, "%s:%s:%s", user, c->realm, password);
  md5_hex(text, ha1);
  snprintf(text, sizeof text, "%s:%s", verb, uri);
  md5_hex(text, ha2);
  if (c->has_qop) {
    snprintf(text, sizeof text, "%s:%s:%08x:%08x:auth:%s", ha1, c->nonce, ++c->count, ++client_nonce, ha2);
    snprintf(more, sizeof more, ", qop=auth, nc=%08x, cnonce=\"%08x\"", c->count, client_nonce);
  } else snprintf(text, sizeof text, "%s:%s:%s", ha1, c->nonce, ha2);
  md5_hex(text, proof);
  if (*c->opaque) snprintf(opaque, sizeof opaque, ", opaque=\"%s\"", c->opaque);
  snprintf(out, room, "%s: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", response=\"%s\", algorithm=MD5%s%s\r\n",
           c->field, user, c->realm, c->nonce, uri, proof, more, opaque);
}

/* A response with what it must copy (RFC 3261 §8.2.6.2, §12.1.1); To gets `tag` where it has none. */
static inline int write_response(char *out, int room, const char *request, const char *status_line, int tag, const char *fields) {
  static const char *const copied[] = {"Via:", "From:", "To:", "Call-ID:", "CSeq:", "Record-Route:"};
  int n = snprintf(out, room, "SIP/2.0 %s\r\n", status_line);
  for (const char *line = strstr(request, "\r\n"); line; line = strstr(line, "\r\n")) {
    line += 2;
    const char *end = strstr(line, "\r\n");
    if (*line == '\r' || !end) break;
    for (int i = 0; i < 6; i++) {
      int length = end - line;
      if (strncasecmp(line, copied[i], strlen(copied[i])) || n + length + 64 > room) continue;
      n += sprintf(out + n, "%.*s", length, line);
      if (i == 2 && !memmem(line, length, ";tag=", 5)) n += sprintf(out + n, ";tag=s%d", tag);
      n += sprintf(out + n, "\r\n");
    }
  }
  return n + snprintf(out + n, room - n, "%sContent-Length: 0\r\n\r\n", fields);
}

/* The Record-Route fields of a response as Route fields, in the order of a caller (RFC 3261 §12.1.2). */
static inline void write_routes(char *out, int room, const char *response) {
  const char *values[8];
  int lengths[8], count = 0, n = 0;
  for (const char *at = response; count < 8 && (at = find_header(at, "Record-Route", &lengths[count])); at += lengths[count++])
    values[count] = at;
  *out = 0;
  while (count-- > 0 && n < room - 8) n += snprintf(out + n, room - n, "Route: %.*s\r\n", lengths[count], values[count]);
}
