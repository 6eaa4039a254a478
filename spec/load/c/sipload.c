/* sipload: many SIP users in one process, against a server on loopback. Used by spec/load/sip.ts.
 *   register: REGISTER with a digest challenge each time (RFC 3261 §10, §22)
 *   message:  MESSAGE user -> server -> user (RFC 3428); ends when all were delivered
 * Both ends of every transaction live here. User u sits on socket u mod --conns; each socket is bound to an address of
 * its own (127.0.0.1, .2, ... up to --sources), because a server limits what one source may send.
 * Prints one JSON line. Exits with 3 when a transaction failed, with 4 when deliveries are missing. */
#include "measure.h"
#include "md5.h"
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>

static char o_host[64] = "127.0.0.1", o_domain[128] = "example.test", o_password[64] = "password-%d", *o_pids = "";
static int o_port = 5060, o_expires_s = 3600, o_tcp, o_users = 1000, o_conns = 1, o_sources = 1, o_window = 32, o_wait_s = 10;
static long o_ops = 20000;

typedef struct {
  int fd, port, is_up, in_bytes, in_room, out_bytes, out_room;
  char ip[16], *in, *out;
} conn_t;
/* One transaction after the other; `tries` counts its challenges. */
typedef struct {
  int is_active, user, peer, tries, bytes;
  uint32_t generation, sequence;
  uint64_t began_us, sent_us, again_us;
  char text[4096];
} slot_t;
enum { REGISTER, MESSAGE };

static conn_t *conns;
static slot_t *slots;
static uint32_t *register_cseq;
static struct sockaddr_in server;
static int poller, method;
static uint64_t run_id;
static long started, done, failed, repeated, delivered, statuses[700];
static hist_t latency;

/* ---- sockets ---- */

static void watch(conn_t *c, int operation) {
  struct epoll_event event = {.events = EPOLLIN | (c->out_bytes || !c->is_up ? EPOLLOUT : 0), .data.u32 = c - conns};
  epoll_ctl(poller, operation, c->fd, &event);
}

static void flush_out(conn_t *c) {
  while (c->out_bytes > 0) {
    ssize_t sent = send(c->fd, c->out, c->out_bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent <= 0) break;
    memmove(c->out, c->out + sent, c->out_bytes - sent);
    c->out_bytes -= sent;
  }
  watch(c, EPOLL_CTL_MOD);
}

static void transmit(conn_t *c, const char *bytes, int count) {
  if (!o_tcp) {
    while (sendto(c->fd, bytes, count, 0, (void *)&server, sizeof server) < 0 && (errno == EAGAIN || errno == ENOBUFS))
      usleep(100);
    return;
  }
  if (c->out_bytes + count > c->out_room) c->out = realloc(c->out, c->out_room = (c->out_bytes + count) * 2);
  memcpy(c->out + c->out_bytes, bytes, count);
  c->out_bytes += count;
  flush_out(c);
}

static void open_conn(conn_t *c, int index) {
  c->fd = socket(AF_INET, (o_tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK, 0);
  snprintf(c->ip, sizeof c->ip, "127.0.0.%d", 1 + index % o_sources);
  struct sockaddr_in own = {.sin_family = AF_INET};
  inet_pton(AF_INET, c->ip, &own.sin_addr);
  int one = 1, big = 4 << 20;
  if (o_tcp) setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &big, sizeof big);
  setsockopt(c->fd, SOL_SOCKET, SO_SNDBUF, &big, sizeof big);
  if (c->fd < 0 || bind(c->fd, (void *)&own, sizeof own)) {
    perror("socket");
    exit(1);
  }
  c->is_up = !o_tcp;
  if (o_tcp && connect(c->fd, (void *)&server, sizeof server) && errno != EINPROGRESS) {
    perror("connect");
    exit(1);
  }
  watch(c, EPOLL_CTL_ADD);
  socklen_t length = sizeof own;
  getsockname(c->fd, (void *)&own, &length);
  c->port = ntohs(own.sin_port);
}

/* ---- messages ---- */

static const char *find_header(const char *message, const char *name, int *length) {
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

static void copy_parameter(const char *from, int length, const char *name, char *out, int room) {
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
static const char *find_challenge(const char *message, const char *name, int *length) {
  for (const char *at = message; (at = find_header(at, name, length)); at += *length) {
    char algorithm[32];
    copy_parameter(at, *length, "algorithm", algorithm, sizeof algorithm);
    if (!*algorithm || !strcasecmp(algorithm, "MD5")) return at;
  }
  return NULL;
}

static void credentials(char *out, const char *name, const char *verb, const char *uri, int user, const char *challenge,
                        int length) {
  static uint32_t counter;
  char text[900], password[80], realm[128], nonce[256], opaque[128], ha1[33], ha2[33], proof[33], more[200] = "";
  copy_parameter(challenge, length, "realm", realm, sizeof realm);
  copy_parameter(challenge, length, "nonce", nonce, sizeof nonce);
  copy_parameter(challenge, length, "opaque", opaque, sizeof opaque);
  snprintf(password, sizeof password, o_password, user);
  snprintf(text, sizeof text, "u%d:%s:%s", user, realm, password);
  md5_hex(text, ha1);
  snprintf(text, sizeof text, "%s:%s", verb, uri);
  md5_hex(text, ha2);
  if (memmem(challenge, length, "qop", 3)) {
    snprintf(text, sizeof text, "%s:%s:00000001:%08x:auth:%s", ha1, nonce, ++counter, ha2);
    snprintf(more, sizeof more, ", qop=auth, nc=00000001, cnonce=\"%08x\"", counter);
  } else snprintf(text, sizeof text, "%s:%s:%s", ha1, nonce, ha2);
  md5_hex(text, proof);
  int n = sprintf(out, "%s: Digest username=\"u%d\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", response=\"%s\", algorithm=MD5%s",
                  name, user, realm, nonce, uri, proof, more);
  sprintf(out + n, *opaque ? ", opaque=\"%s\"\r\n" : "\r\n", opaque);
}

/* Sends the request of a slot; with a challenge, the answer to it. */
static void send_request(slot_t *s, const char *name, const char *challenge, int length) {
  int i = s - slots;
  conn_t *c = &conns[s->user % o_conns];
  char uri[200], proof[1400] = "", more[300], body[61] = "", call_id[64];
  const char *verb = method == REGISTER ? "REGISTER" : "MESSAGE";
  uint32_t cseq = ++s->sequence;
  if (method == REGISTER) {
    cseq = ++register_cseq[s->user];
    snprintf(uri, sizeof uri, "sip:%s", o_domain);
    snprintf(call_id, sizeof call_id, "r%lx-%d", (long)run_id, s->user);
    snprintf(more, sizeof more, "Contact: <sip:u%d@%s:%d%s>\r\nExpires: %d\r\n", s->user, c->ip, c->port,
             o_tcp ? ";transport=tcp" : "", o_expires_s);
  } else {
    snprintf(uri, sizeof uri, "sip:u%d@%s", s->peer, o_domain);
    snprintf(call_id, sizeof call_id, "m%lx-%x-%x", (long)run_id, i, s->generation);
    snprintf(more, sizeof more, "Content-Type: text/plain\r\n");
    memset(body, 'x', sizeof body - 1);
  }
  if (challenge) credentials(proof, name, verb, uri, s->user, challenge, length);
  s->bytes = snprintf(s->text, sizeof s->text,
                      "%s %s SIP/2.0\r\n"
                      "Via: SIP/2.0/%s %s:%d;rport;branch=z9hG4bK%x.%x.%x\r\n"
                      "Max-Forwards: 70\r\n"
                      "From: <sip:u%d@%s>;tag=f%x.%x\r\n"
                      "To: <sip:u%d@%s>\r\n"
                      "Call-ID: %s\r\n"
                      "CSeq: %u %s\r\n"
                      "%s%sUser-Agent: sipload\r\n"
                      "Content-Length: %d\r\n\r\n%s",
                      verb, uri, o_tcp ? "TCP" : "UDP", c->ip, c->port, i, s->generation, s->sequence, s->user, o_domain, i,
                      s->generation, s->peer, o_domain, call_id, cseq, verb, more, proof, (int)strlen(body), body);
  s->sent_us = now_us();
  s->again_us = 500000; /* RFC 3261 §17.1.2.2: T1 */
  transmit(c, s->text, s->bytes);
}

static void finish(slot_t *s, int status) {
  if (status < 300) {
    done++;
    hist_add(&latency, now_us() - s->began_us);
  } else failed++;
  if (status < 700) statuses[status]++;
  s->is_active = 0;
}

static void on_response(const char *message) {
  int status = atoi(message + 8), length;
  const char *via = find_header(message, "Via", &length);
  const char *branch = via ? memmem(via, length, "branch=z9hG4bK", 14) : NULL;
  unsigned i, generation, sequence;
  if (!branch || sscanf(branch + 14, "%x.%x.%x", &i, &generation, &sequence) != 3 || (int)i >= o_window) return;
  slot_t *s = &slots[i];
  if (!s->is_active || s->generation != generation || s->sequence != sequence || status < 200) return;
  if ((status == 401 || status == 407) && s->tries++ < 2) {
    const char *challenge = find_challenge(message, status == 401 ? "WWW-Authenticate" : "Proxy-Authenticate", &length);
    if (challenge) {
      send_request(s, status == 401 ? "Authorization" : "Proxy-Authorization", challenge, length);
      return;
    }
  }
  finish(s, status);
}

/* 200 for whatever comes, with what a response must copy (RFC 3261 §8.2.6.2). */
static void on_request(conn_t *c, const char *message) {
  static const char *const copied[] = {"Via:", "From:", "To:", "Call-ID:", "CSeq:"};
  char out[4096];
  int n = sprintf(out, "SIP/2.0 200 OK\r\n");
  if (!strncmp(message, "MESSAGE ", 8)) delivered++;
  for (const char *line = strstr(message, "\r\n"); line; line = strstr(line, "\r\n")) {
    line += 2;
    const char *end = strstr(line, "\r\n");
    if (*line == '\r' || !end) break;
    for (int i = 0; i < 5; i++) {
      int length = end - line;
      if (strncasecmp(line, copied[i], strlen(copied[i])) || n + length + 64 > (int)sizeof out) continue;
      n += sprintf(out + n, "%.*s", length, line);
      if (i == 2 && !memmem(line, length, ";tag=", 5)) n += sprintf(out + n, ";tag=s%d", c->port);
      n += sprintf(out + n, "\r\n");
    }
  }
  n += sprintf(out + n, "Content-Length: 0\r\n\r\n");
  transmit(c, out, n);
}

static void on_message(conn_t *c, const char *message) {
  if (!strncmp(message, "SIP/2.0 ", 8)) on_response(message);
  else on_request(c, message);
}

/* Whole messages of a stream (RFC 3261 §18.3). */
static void take_stream(conn_t *c) {
  int at = 0;
  for (;;) {
    while (at < c->in_bytes && (c->in[at] == '\r' || c->in[at] == '\n')) at++;
    char *head_end = memmem(c->in + at, c->in_bytes - at, "\r\n\r\n", 4);
    if (!head_end) break;
    int length, bytes = head_end + 4 - (c->in + at);
    const char *content = find_header(c->in + at, "Content-Length", &length);
    if (content) bytes += atoi(content);
    if (at + bytes > c->in_bytes) break;
    char kept = c->in[at + bytes];
    c->in[at + bytes] = 0;
    on_message(c, c->in + at);
    c->in[at + bytes] = kept;
    at += bytes;
  }
  memmove(c->in, c->in + at, c->in_bytes - at);
  c->in_bytes -= at;
}

static void pump(int timeout_ms) {
  static char datagram[65536];
  struct epoll_event events[256];
  int count = epoll_wait(poller, events, 256, timeout_ms);
  for (int i = 0; i < count; i++) {
    conn_t *c = &conns[events[i].data.u32];
    if (!o_tcp) {
      for (ssize_t n; (n = recv(c->fd, datagram, sizeof datagram - 1, MSG_DONTWAIT)) > 0;) {
        datagram[n] = 0;
        on_message(c, datagram);
      }
      continue;
    }
    if (events[i].events & EPOLLOUT) {
      c->is_up = 1;
      flush_out(c);
    }
    for (;;) {
      if (c->in_room - c->in_bytes < 8192) c->in = realloc(c->in, c->in_room = c->in_room ? c->in_room * 2 : 32768);
      ssize_t n = recv(c->fd, c->in + c->in_bytes, c->in_room - c->in_bytes - 1, MSG_DONTWAIT);
      if (n == 0) {
        fprintf(stderr, "the server closed a connection\n");
        exit(1);
      }
      if (n < 0) break;
      c->in_bytes += n;
      c->in[c->in_bytes] = 0;
      take_stream(c);
    }
  }
}

static void repeat_and_expire(void) {
  static uint64_t last;
  uint64_t now = now_us();
  if (now - last < 20000) return;
  last = now;
  for (int i = 0; i < o_window; i++) {
    slot_t *s = &slots[i];
    if (!s->is_active) continue;
    if (now - s->began_us > o_wait_s * 1000000ull) finish(s, 408);
    else if (!o_tcp && now - s->sent_us > s->again_us) {
      repeated++;
      s->sent_us = now;
      s->again_us = s->again_us * 2 > 4000000 ? 4000000 : s->again_us * 2;
      transmit(&conns[s->user % o_conns], s->text, s->bytes);
    }
  }
}

static void begin(slot_t *s, long k) {
  s->is_active = 1;
  s->generation++;
  s->sequence = s->tries = 0;
  s->began_us = now_us();
  s->user = s->peer = k % o_users;
  if (method == MESSAGE) {
    s->user = (k * 7 + 1) % o_users;
    s->peer = (k * 13 + 5) % o_users;
    if (s->peer == s->user) s->peer = (s->user + 1) % o_users;
  }
  started++;
  send_request(s, NULL, NULL, 0);
}

/* Closed loop: as soon as one transaction is done the next one begins. */
static void run(int kind, long ops) {
  method = kind;
  memset(&latency, 0, sizeof latency);
  memset(statuses, 0, sizeof statuses);
  started = done = failed = repeated = delivered = 0;
  for (long k = 0; k < ops || done + failed < started;) {
    for (int i = 0; i < o_window && k < ops; i++)
      if (!slots[i].is_active) begin(&slots[i], k++);
    pump(1);
    repeat_and_expire();
  }
  uint64_t quiet_since = now_us();
  for (long seen = delivered; method == MESSAGE && delivered < done && now_us() - quiet_since < o_wait_s * 1000000ull;) {
    pump(5);
    if (delivered != seen) quiet_since = now_us();
    seen = delivered;
  }
}

static void measured_run(const char *mode, int kind) {
  tree_t before = tree_of(o_pids);
  double own = own_cpu_s(), busy = machine_busy_s();
  uint64_t began = now_us();
  run(kind, o_ops);
  double elapsed_s = (now_us() - began) / 1e6;
  tree_t after = tree_of(o_pids);
  own = own_cpu_s() - own;
  busy = machine_busy_s() - busy;
  double cpu_s = after.cpu_s - before.cpu_s, ops = done ? done : 1;
  printf("{\"mode\":\"%s\",\"transport\":\"%s\",\"users\":%d,\"conns\":%d,\"window\":%d,\"ops\":%ld,\"failed\":%ld,"
         "\"repeated\":%ld,\"delivered\":%ld,\"elapsedS\":%.3f,\"opsPerS\":%.0f,\"serverUsPerOp\":%.2f,"
         "\"ownUsPerOp\":%.2f,\"serverCores\":%.2f,\"loadUsPerOp\":%.2f,\"otherCores\":%.2f,\"p50Us\":%lu,\"p99Us\":%lu,\"maxUs\":%lu,"
         "\"rssMb\":%.1f,\"pssMb\":%.1f,\"processes\":%d,\"statuses\":{",
         mode, o_tcp ? "tcp" : "udp", o_users, o_conns, o_window, done, failed, repeated, delivered, elapsed_s,
         done / elapsed_s, cpu_s * 1e6 / ops, (after.own_cpu_s - before.own_cpu_s) * 1e6 / ops, cpu_s / elapsed_s, own * 1e6 / ops, (busy - cpu_s - own) / elapsed_s,
         hist_percentile(&latency, .5), hist_percentile(&latency, .99), latency.max, after.rss_kb / 1024.0,
         after.pss_kb / 1024.0, after.processes);
  const char *comma = "";
  for (int i = 0; i < 700; i++)
    if (statuses[i]) printf("%s\"%d\":%ld", comma, i, statuses[i]), comma = ",";
  printf("}}\n");
  fflush(stdout);
}

static int usage(void) {
  fprintf(stderr,
          "sipload register|message --target 127.0.0.1:PORT [--transport udp|tcp] [--domain D] [--users N]\n"
          "  [--password password-%%d] [--conns K] [--sources S] [--window W] [--ops N] [--wait SECONDS] [--server-pid PID[,PID]]\n");
  return 2;
}

int main(int argc, char **argv) {
  static const struct option options[] = {
      {"target", 1, 0, 't'},  {"transport", 1, 0, 'T'}, {"domain", 1, 0, 'd'}, {"users", 1, 0, 'u'},
      {"password", 1, 0, 'P'}, {"conns", 1, 0, 'c'},    {"sources", 1, 0, 'S'}, {"window", 1, 0, 'w'},
      {"ops", 1, 0, 'o'},      {"wait", 1, 0, 'W'},     {"server-pid", 1, 0, 's'}, {0, 0, 0, 0}};
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) switch (option) {
      case 't': {
        char *colon = strrchr(optarg, ':');
        if (!colon) return usage();
        o_port = atoi(colon + 1);
        snprintf(o_host, sizeof o_host, "%.*s", (int)(colon - optarg), optarg);
        break;
      }
      case 'T': o_tcp = !strcmp(optarg, "tcp"); break;
      case 'd': snprintf(o_domain, sizeof o_domain, "%s", optarg); break;
      case 'u': o_users = atoi(optarg); break;
      case 'P': snprintf(o_password, sizeof o_password, "%s", optarg); break;
      case 'c': o_conns = atoi(optarg); break;
      case 'S': o_sources = atoi(optarg); break;
      case 'w': o_window = atoi(optarg); break;
      case 'o': o_ops = atol(optarg); break;
      case 'W': o_wait_s = atoi(optarg); break;
      case 's': o_pids = optarg; break;
      default: return usage();
    }
  if (optind >= argc || o_users < 2 || o_conns < 1 || o_window < 1 || o_sources < 1 || o_sources > 250) return usage();
  const char *mode = argv[optind];
  int is_register = !strcmp(mode, "register");
  if (!is_register && strcmp(mode, "message")) return usage();
  if (strncmp(o_host, "127.", 4)) {
    fprintf(stderr, "loopback only\n");
    return 2;
  }
  server.sin_family = AF_INET;
  server.sin_port = htons(o_port);
  inet_pton(AF_INET, o_host, &server.sin_addr);
  poller = epoll_create1(0);
  run_id = ((uint64_t)time(NULL) << 16) ^ getpid();
  conns = calloc(o_conns, sizeof *conns);
  slots = calloc(o_window, sizeof *slots);
  register_cseq = calloc(o_users, sizeof *register_cseq);
  for (int i = 0; i < o_conns; i++) open_conn(&conns[i], i);
  uint64_t deadline = now_us() + o_wait_s * 1000000ull;
  for (int up = 0; up < o_conns;) {
    pump(10);
    up = 0;
    for (int i = 0; i < o_conns; i++) up += conns[i].is_up;
    if (now_us() < deadline) continue;
    fprintf(stderr, "only %d of %d connections were accepted\n", up, o_conns);
    return 1;
  }
  if (!is_register) {
    run(REGISTER, o_users);
    if (failed) fprintf(stderr, "%ld registrations failed\n", failed);
  }
  measured_run(mode, is_register ? REGISTER : MESSAGE);
  int status = failed ? 3 : !is_register && delivered < done ? 4 : 0;
  /* Phones that stay registered and do not answer would disturb the next run. */
  o_expires_s = 0;
  run(REGISTER, o_users);
  return status;
}
