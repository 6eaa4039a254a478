/* What a busy process does not even look at: new work is dropped by share, as sip-gate.ts wants it, before JavaScript is
 * told of it. Says the same as sip-glance.ts and overload.ts. Included by udp-batch.c. */
#ifndef SIEVE_H
#define SIEVE_H
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The words of the memory that datagram-sieve.ts holds. Nothing is dropped while the threshold is 0. */
enum { SIEVE_THRESHOLD, SIEVE_SALT, SIEVE_STALE_US, SIEVE_DROPPED, SIEVE_DROPPED_STALE, SIEVE_LONGEST_US, SIEVE_WORDS };

static bool is_blank(uint8_t c) { return c == ' ' || c == '\t'; }

static uint8_t lower(uint8_t c) { return c >= 'A' && c <= 'Z' ? c | 0x20 : c; }

/* These end, change or acknowledge what is there, or answer our own. */
static bool is_continuing(const uint8_t *bytes, size_t length) {
  static const char *const words[] = {"ACK", "BYE", "CANCEL", "INFO", "NOTIFY", "PRACK", "SIP/2.0", "UPDATE"};
  const uint8_t *space = memchr(bytes, ' ', length < 9 ? length : 9);
  size_t word = space == NULL ? length : (size_t)(space - bytes);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (word == strlen(words[i]) && memcmp(bytes, words[i], word) == 0) return true;
  return false;
}

/* Where the value of this line begins if it is the field of that name, long or compact; else NULL. */
static const uint8_t *field_value(const uint8_t *at, const uint8_t *end, const char *name, uint8_t compact) {
  size_t length = strlen(name), same = 0;
  while (same < length && at + same < end && lower(at[same]) == (uint8_t)name[same]) same++;
  if (same == length) at += length;
  else if (lower(*at) == compact) at++;
  else return NULL;
  while (at < end && is_blank(*at)) at++;
  if (at == end || *at != ':') return NULL;
  for (at++; at < end && is_blank(*at);) at++;
  return at;
}

static bool is_space(uint8_t c) { return is_blank(c) || c == '\r' || c == '\n' || c == '\v' || c == '\f'; }

static bool has_tag(const uint8_t *at, const uint8_t *end) {
  while ((at = memchr(at, ';', (size_t)(end - at))) != NULL) {
    for (at++; at < end && is_space(*at);) at++;
    if (end - at < 3 || lower(at[0]) != 't' || lower(at[1]) != 'a' || lower(at[2]) != 'g') continue;
    const uint8_t *after = at + 3;
    while (after < end && is_space(*after)) after++;
    if (after < end && *after == '=') return true;
  }
  return false;
}

/* The FNV-1a sum of the Call-ID of new work; false for what is none, and what cannot be told. */
static bool new_work_key(const uint8_t *bytes, size_t length, uint32_t *key) {
  if (is_continuing(bytes, length)) return false;
  const uint8_t *end = bytes + length, *at = memchr(bytes, '\n', length);
  bool is_known = false;
  while (at != NULL && ++at < end && *at != '\r' && *at != '\n') {
    const uint8_t *next = memchr(at, '\n', (size_t)(end - at));
    const uint8_t *line_end = next == NULL ? end : next;
    while (line_end > at && (line_end[-1] == '\r' || is_blank(line_end[-1]))) line_end--;
    const uint8_t *value = field_value(at, line_end, "to", 't');
    if (value != NULL && has_tag(value, line_end)) return false;
    value = field_value(at, line_end, "call-id", 'i');
    if (value != NULL) {
      uint32_t sum = 0x811c9dc5;
      for (; value < line_end; value++) sum = (sum ^ *value) * 0x01000193;
      *key = sum;
      is_known = true;
    }
    at = next;
  }
  return is_known;
}

static uint32_t mixed(uint32_t hash) {
  hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
  return hash ^ (hash >> 16);
}

static bool sieve_drops(uint32_t *sieve, const uint8_t *bytes, size_t length, uint32_t age_us) {
  if (sieve[SIEVE_THRESHOLD] == 0) return false;
  if (age_us > sieve[SIEVE_LONGEST_US]) sieve[SIEVE_LONGEST_US] = age_us;
  uint32_t key;
  if (!new_work_key(bytes, length, &key)) return false;
  if (age_us >= sieve[SIEVE_STALE_US]) sieve[SIEVE_DROPPED_STALE]++;
  else if (mixed(key ^ sieve[SIEVE_SALT]) < sieve[SIEVE_THRESHOLD]) sieve[SIEVE_DROPPED]++;
  else return false;
  return true;
}
#endif
