/* Clock, histogram, and CPU time and memory of a server's process tree (Linux, /proc). */
#pragma once
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static inline uint64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000u + t.tv_nsec / 1000;
}

/* Microseconds in 32 buckets an octave: 3 % error. */
#define HIST_BUCKETS (40 * 32)
typedef struct {
  uint64_t n, max, bucket[HIST_BUCKETS];
} hist_t;

static inline int hist_index(uint64_t us) {
  if (us < 32) return (int)us;
  int octave = 63 - __builtin_clzll(us);
  int i = (octave - 4) * 32 + (int)((us >> (octave - 5)) & 31);
  return i < HIST_BUCKETS ? i : HIST_BUCKETS - 1;
}

static inline uint64_t hist_value(int i) {
  if (i < 32) return i;
  int octave = i / 32 + 4;
  return (1ull << octave) + ((uint64_t)(i % 32) << (octave - 5));
}

static inline void hist_add(hist_t *h, uint64_t us) {
  h->n++;
  if (us > h->max) h->max = us;
  h->bucket[hist_index(us)]++;
}

static inline uint64_t hist_percentile(const hist_t *h, double p) {
  uint64_t want = (uint64_t)(p * h->n), seen = 0;
  for (int i = 0; i < HIST_BUCKETS; i++) {
    seen += h->bucket[i];
    if (seen > want) return hist_value(i);
  }
  return h->max;
}

/* CPU seconds (user and system) and memory of the processes in `list` (comma separated) and their descendants, those that
 * have ended included; `own_cpu_s` is without the descendants. */
typedef struct {
  double cpu_s, own_cpu_s;
  long rss_kb, pss_kb;
  int processes;
} tree_t;

#define PROCESSES 65536

static inline long pss_kb_of(int pid) {
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
  FILE *f = fopen(path, "r");
  long kb = 0;
  while (f && fgets(line, sizeof line, f))
    if (sscanf(line, "Pss: %ld", &kb) == 1) break;
  if (f) fclose(f);
  return kb;
}

static inline tree_t tree_of(const char *list) {
  static int pid[PROCESSES], parent[PROCESSES];
  static double cpu_s[PROCESSES], ended_s[PROCESSES];
  static long rss_kb[PROCESSES];
  static char is_in[PROCESSES];
  tree_t sum = {0, 0, 0, 0, 0};
  if (!list || !*list) return sum;
  double ticks = sysconf(_SC_CLK_TCK);
  long page_kb = sysconf(_SC_PAGESIZE) / 1024;
  int n = 0;
  DIR *d = opendir("/proc");
  for (struct dirent *e; d && (e = readdir(d)) && n < PROCESSES;) {
    if (!isdigit((unsigned char)e->d_name[0])) continue;
    char path[300], text[1024];
    snprintf(path, sizeof path, "/proc/%s/stat", e->d_name);
    FILE *f = fopen(path, "r");
    if (!f) continue;
    size_t length = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[length] = 0;
    char *p = strrchr(text, ')');
    unsigned long user = 0, system = 0;
    long ended_user = 0, ended_system = 0;
    if (!p || sscanf(p + 2, "%*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld %*d %*d %*d %*d %*u %*u %ld",
                     &parent[n], &user, &system, &ended_user, &ended_system, &rss_kb[n]) != 6)
      continue;
    pid[n] = atoi(e->d_name);
    cpu_s[n] = (user + system) / ticks;
    ended_s[n] = (ended_user + ended_system) / ticks;
    rss_kb[n] *= page_kb;
    is_in[n++] = 0;
  }
  if (d) closedir(d);
  char *copy = strdup(list);
  for (char *one = strtok(copy, ","); one; one = strtok(NULL, ","))
    for (int i = 0; i < n; i++)
      if (pid[i] == atoi(one)) is_in[i] = 1, sum.own_cpu_s += cpu_s[i];
  free(copy);
  for (int grew = 1; grew;) {
    grew = 0;
    for (int i = 0; i < n; i++)
      for (int j = 0; j < n && !is_in[i]; j++)
        if (is_in[j] && pid[j] == parent[i]) grew = is_in[i] = 1;
  }
  for (int i = 0; i < n; i++) {
    if (!is_in[i]) continue;
    sum.cpu_s += cpu_s[i] + ended_s[i];
    sum.rss_kb += rss_kb[i];
    sum.pss_kb += pss_kb_of(pid[i]);
    sum.processes++;
  }
  return sum;
}

static inline double own_cpu_s(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* Busy CPU seconds of the whole machine: says how much others disturbed a run. */
static inline double machine_busy_s(void) {
  unsigned long long user, nice, system, idle, wait, irq, soft, steal = 0;
  FILE *f = fopen("/proc/stat", "r");
  if (!f) return 0;
  int got = fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &system, &idle, &wait, &irq, &soft,
                   &steal);
  fclose(f);
  return got < 7 ? 0 : (user + nice + system + irq + soft + steal) / (double)sysconf(_SC_CLK_TCK);
}
