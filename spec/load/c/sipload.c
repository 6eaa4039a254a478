/* sipload: many SIP users in one process, against a server on loopback. Used by spec/load.
 *   register: REGISTER with a digest challenge each time (RFC 3261 §10, §22); --known-nonce answers without being asked
 *   message:  MESSAGE user -> server -> user (RFC 3428); ends when all were delivered
 *   call:     INVITE, 180, 200, ACK, BYE, 200 (RFC 3665 §3.1), along the Record-Route
 *   presence: everybody publishes and is watched by --watchers others, or --star: one is (RFC 3856, 3903); each operation is
 *             a PUBLISH, which ends when all its NOTIFYs have come
 * Both ends of every transaction live here. User u sits on socket u mod --conns; each socket is bound to an address of
 * its own (127.0.0.1, .2, ... up to --sources), because a server limits what one source may send.
 * Closed loop with --window outstanding, or --phases SECONDS:RATE,... at fixed rates, whatever comes back;
 * --warm operations come before and are not counted.
 * Prints one JSON line. Exits with 3 when a transaction failed, with 4 when deliveries are missing. */
#include "sip-text.h"
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

static char o_host[64] = "127.0.0.1", o_domain[128] = "example.test", o_password[64] = "password-%d", *o_pids = "", *o_phases = NULL;
static int o_port = 5060, o_expires_s = 3600, o_tcp, o_users = 1000, o_conns = 1, o_sources = 1, o_window = 32, o_wait_s = 10;
static int o_known_nonce, o_leave, o_first_user, o_watchers = 40, o_star;
static long o_ops = 20000, o_warm;

typedef struct {
  int fd, port, is_up, in_bytes, in_room, out_bytes, out_room;
  char ip[16], *in, *out;
} conn_t;
enum { REGISTER, MESSAGE, INVITE, PUBLISH, SUBSCRIBE, BYE };
/* One operation after the other; `tries` counts its challenges, `missing` the NOTIFYs of a PUBLISH. */
typedef struct {
  int is_active, method, user, peer, tries, bytes, next_free, missing, is_answered;
  uint32_t generation, sequence;
  uint64_t began_us, sent_us, again_us;
  char *text, to_tag[80], contact[160], routes[700];
} slot_t;
/* What came of the operations that were begun in one second. */
typedef struct {
  long begun, done, refused, lost;
  hist_t latency;
} second_t;
enum { TEXT_BYTES = 4096, SECONDS = 400 };

static conn_t *conns;
static slot_t *slots;
static challenge_t *challenges;
static second_t *seconds;
static int free_slot, second_count, watchers_came;
static uint32_t *register_cseq;
/* By presentity: the slot of its PUBLISH plus one, how many there were, and the entity-tag of the last. */
static int *publishing, *publications;
static char (*etags)[64];
static struct sockaddr_in server;
static int poller, operation;
static uint64_t run_id, run_began_us;
static long started, done, failed, repeated, delivered, statuses[700];
static hist_t latency, setup;

/* ---- sockets ---- */

static void watch(conn_t *c, int how) {
  struct epoll_event event = {.events = EPOLLIN | (c->out_bytes || !c->is_up ? EPOLLOUT : 0), .data.u32 = c - conns};
  epoll_ctl(poller, how, c->fd, &event);
}

static void flush_out(conn_t *c) {
  int had = c->out_bytes > 0 || !c->is_up;
  while (c->out_bytes > 0) {
    ssize_t sent = send(c->fd, c->out, c->out_bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent <= 0) break;
    memmove(c->out, c->out + sent, c->out_bytes - sent);
    c->out_bytes -= sent;
  }
  if (had) watch(c, EPOLL_CTL_MOD);
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

/* ---- one operation ---- */

static conn_t *conn_of(int user) { return &conns[user % o_conns]; }

static int contact_of(char *out, int room, int user) {
  conn_t *c = conn_of(user);
  return snprintf(out, room, "Contact: <sip:u%d@%s:%d%s>\r\n", user, c->ip, c->port, o_tcp ? ";transport=tcp" : "");
}

static int offer_of(char *out, int room, slot_t *s) {
  conn_t *c = conn_of(s->user);
  return snprintf(out, room, "v=0\r\no=- %d 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\nm=audio %d RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\n"
           "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n",
           (int)(s - slots), c->ip, c->ip, 20000 + (int)(s - slots) % 20000 * 2);
}

/* RFC 3863 §4 with an activity of RFC 4480 §3.2, every other time. */
static void write_pidf(char *out, int room, int user, int is_busy) {
  snprintf(out, room,
           "<?xml version=\"1.0\"?>\r\n<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" "
           "xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"sip:u%d@%s\"><tuple id=\"t\"><status><basic>open</basic></status></tuple>"
           "<dm:person id=\"p\"><rpid:activities>%s</rpid:activities></dm:person></presence>",
           user, o_domain, is_busy ? "<rpid:busy/>" : "");
}

static int write_request(slot_t *s, const char *verb, const char *uri, const char *call_id, uint32_t cseq, const char *mark,
                         const char *fields, const char *body) {
  conn_t *c = conn_of(s->user);
  int i = s - slots;
  return snprintf(s->text, TEXT_BYTES,
                  "%s %s SIP/2.0\r\n"
                  "Via: SIP/2.0/%s %s:%d;rport;branch=z9hG4bK%x.%x.%s%x\r\n"
                  "Max-Forwards: 70\r\n"
                  "From: <sip:u%d@%s>;tag=f%x.%x\r\n"
                  "To: <sip:u%d@%s>%s\r\n"
                  "Call-ID: %s\r\n"
                  "CSeq: %u %s\r\n"
                  "%sUser-Agent: sipload\r\n"
                  "Content-Length: %d\r\n\r\n%s",
                  verb, uri, o_tcp ? "TCP" : "UDP", c->ip, c->port, i, s->generation, mark, s->sequence, s->user, o_domain, i,
                  s->generation, s->peer, o_domain, s->to_tag, call_id, cseq, verb, fields, (int)strlen(body), body);
}

static void call_id_of(char *out, int room, slot_t *s) {
  if (s->method == REGISTER) snprintf(out, room, "r%lx-%d", (long)run_id, s->user);
  else snprintf(out, room, "m%lx-%x-%x", (long)run_id, (int)(s - slots), s->generation);
}

/* Sends the request of a slot, with credentials once there is a challenge to answer. */
static void send_request(slot_t *s, int with_credentials) {
  static const char *const verbs[] = {"REGISTER", "MESSAGE", "INVITE", "PUBLISH", "SUBSCRIBE", "BYE"};
  char uri[200], fields[2600], body[700] = "", call_id[64], name[24], password[80];
  const char *verb = verbs[s->method];
  int n = 0;
  uint32_t cseq = s->method == REGISTER ? ++register_cseq[s->user] : s->sequence + 1;
  s->sequence++;
  *fields = 0;
  call_id_of(call_id, sizeof call_id, s);
  if (s->method == REGISTER) snprintf(uri, sizeof uri, "sip:%s", o_domain);
  else if (s->method == BYE) snprintf(uri, sizeof uri, "%s", s->contact);
  else snprintf(uri, sizeof uri, "sip:u%d@%s", s->peer, o_domain);
  if (s->method == REGISTER || s->method == INVITE || s->method == SUBSCRIBE) n = contact_of(fields, sizeof fields, s->user);
  if (s->method == PUBLISH || s->method == SUBSCRIBE) n += sprintf(fields + n, "Event: presence\r\n");
  if (s->method == SUBSCRIBE) n += sprintf(fields + n, "Accept: application/pidf+xml\r\n");
  if (s->method == PUBLISH) {
    if (*etags[s->user]) n += sprintf(fields + n, "SIP-If-Match: %s\r\n", etags[s->user]);
    n += sprintf(fields + n, "Content-Type: application/pidf+xml\r\n");
    write_pidf(body, sizeof body, s->user, publications[s->user] % 2);
  }
  if (s->method == REGISTER || s->method == PUBLISH || s->method == SUBSCRIBE) n += sprintf(fields + n, "Expires: %d\r\n", o_expires_s);
  if (s->method == MESSAGE) {
    n += sprintf(fields + n, "Content-Type: text/plain\r\n");
    memset(body, 'x', 60);
    body[60] = 0;
  }
  if (s->method == INVITE) {
    n += sprintf(fields + n, "Content-Type: application/sdp\r\n");
    offer_of(body, sizeof body, s);
  }
  if (s->method == BYE) n += sprintf(fields + n, "%s", s->routes);
  if (with_credentials) {
    snprintf(name, sizeof name, "u%d", s->user);
    snprintf(password, sizeof password, o_password, s->user);
    write_credentials(fields + n, sizeof fields - n, &challenges[s->user], verb, uri, name, password);
  }
  s->bytes = write_request(s, verb, uri, call_id, cseq, "", fields, body);
  s->sent_us = now_us();
  s->again_us = 500000; /* RFC 3261 §17.1.1.2, §17.1.2.2: T1 */
  transmit(conn_of(s->user), s->text, s->bytes);
}

/* RFC 3261 §17.1.1.3 for a refusal, §13.2.2.4 for a 2xx. */
static void send_ack(slot_t *s, const char *response, int is_success) {
  static char kept[TEXT_BYTES];
  char uri[200], call_id[64], to_tag[80];
  int length, bytes = s->bytes;
  const char *to = find_header(response, "To", &length);
  memcpy(to_tag, s->to_tag, sizeof to_tag);
  memcpy(kept, s->text, bytes);
  *s->to_tag = 0;
  const char *tag = to ? memmem(to, length, ";tag=", 5) : NULL;
  if (tag) snprintf(s->to_tag, sizeof s->to_tag, "%.*s", (int)(to + length - tag), tag);
  call_id_of(call_id, sizeof call_id, s);
  if (is_success) snprintf(uri, sizeof uri, "%s", s->contact);
  else snprintf(uri, sizeof uri, "sip:u%d@%s", s->peer, o_domain);
  int count = write_request(s, "ACK", uri, call_id, s->sequence, is_success ? "a" : "", is_success ? s->routes : "", "");
  transmit(conn_of(s->user), s->text, count);
  if (is_success) return;
  memcpy(s->to_tag, to_tag, sizeof to_tag);
  memcpy(s->text, kept, bytes);
}

static void finish(slot_t *s, int status) {
  if (s->method == PUBLISH) publishing[s->user] = 0;
  uint64_t took_us = now_us() - s->began_us;
  int second = (s->began_us - run_began_us) / 1000000;
  second_t *of = seconds && second < SECONDS ? &seconds[second] : NULL;
  if (status < 300) {
    done++;
    hist_add(&latency, took_us);
  } else failed++;
  if (of) {
    if (status < 300) of->done++, hist_add(&of->latency, took_us);
    else if (status == 408) of->lost++;
    else of->refused++;
  }
  if (status < 700) statuses[status]++;
  s->is_active = 0;
  s->next_free = free_slot;
  free_slot = s - slots;
}

/* The call stands: acknowledged, and ended at once. */
static void on_answer(slot_t *s, const char *message) {
  int length;
  const char *contact = find_header(message, "Contact", &length);
  const char *open = contact ? memchr(contact, '<', length) : NULL;
  const char *close = open ? memchr(open, '>', contact + length - open) : NULL;
  if (!close) {
    finish(s, 500);
    return;
  }
  snprintf(s->contact, sizeof s->contact, "%.*s", (int)(close - open - 1), open + 1);
  write_routes(s->routes, sizeof s->routes, message);
  send_ack(s, message, 1);
  hist_add(&setup, now_us() - s->began_us);
  s->method = BYE;
  s->tries = 0;
  send_request(s, 0);
}

/* A PUBLISH is over when it was answered and everybody knows. */
static void on_published(slot_t *s, const char *message) {
  int length;
  const char *etag = find_header(message, "SIP-ETag", &length);
  snprintf(etags[s->user], sizeof *etags, "%.*s", etag ? length : 0, etag ? etag : "");
  s->is_answered = 1;
  s->again_us = 1u << 30;
  if (s->missing <= 0) finish(s, 200);
}

/* The presentity speaks: From is what the watcher subscribed to (RFC 6665 §4.1.3). */
static void on_notify(const char *message) {
  int length, user = -1;
  const char *from = find_header(message, "From", &length), *uri = from ? memmem(from, length, "sip:u", 5) : NULL;
  delivered++;
  if (uri) user = atoi(uri + 5);
  if (operation != PUBLISH || user < 0 || user >= o_first_user + o_users || !publishing[user]) return;
  slot_t *s = &slots[publishing[user] - 1];
  hist_add(&setup, now_us() - s->began_us);
  if (--s->missing <= 0 && s->is_answered) finish(s, 200);
}

static void on_response(const char *message) {
  int status = atoi(message + 8), length;
  const char *via = find_header(message, "Via", &length);
  const char *branch = via ? memmem(via, length, "branch=z9hG4bK", 14) : NULL;
  unsigned i, generation, sequence;
  if (!branch || sscanf(branch + 14, "%x.%x.%x", &i, &generation, &sequence) != 3 || (int)i >= o_window) return;
  slot_t *s = &slots[i];
  if (!s->is_active || s->generation != generation || s->sequence != sequence) return;
  if (status < 200) {
    if (s->method == INVITE) s->again_us = 1u << 30; /* RFC 3261 §17.1.1.2: a provisional response ends the repetition */
    return;
  }
  if (s->method == INVITE && status >= 300) send_ack(s, message, 0);
  if ((status == 401 || status == 407) && s->tries++ < 2) {
    const char *challenge = find_challenge(message, status == 401 ? "WWW-Authenticate" : "Proxy-Authenticate", &length);
    if (challenge) {
      read_challenge(&challenges[s->user], challenge, length, status);
      send_request(s, 1);
      return;
    }
  }
  if (s->method == INVITE && status < 300) on_answer(s, message);
  else if (s->method == PUBLISH && status < 300) on_published(s, message);
  else finish(s, status);
}

static void on_request(conn_t *c, const char *message) {
  char out[8192], contact[100];
  if (!strncmp(message, "ACK ", 4)) return;
  if (!strncmp(message, "MESSAGE ", 8)) delivered++;
  if (!strncmp(message, "NOTIFY ", 7)) on_notify(message);
  if (!strncmp(message, "INVITE ", 7)) {
    snprintf(contact, sizeof contact, "Contact: <sip:callee@%s:%d%s>\r\n", c->ip, c->port, o_tcp ? ";transport=tcp" : "");
    transmit(c, out, write_response(out, sizeof out, message, "180 Ringing", c->port, contact));
    transmit(c, out, write_response(out, sizeof out, message, "200 OK", c->port, contact));
  } else transmit(c, out, write_response(out, sizeof out, message, "200 OK", c->port, ""));
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
      flush_out(c);
      c->is_up = 1;
      watch(c, EPOLL_CTL_MOD);
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
  if (now - last < 50000) return;
  last = now;
  for (int i = 0; i < o_window; i++) {
    slot_t *s = &slots[i];
    if (!s->is_active) continue;
    if (now - s->began_us > o_wait_s * 1000000ull) finish(s, 408);
    else if (!o_tcp && now - s->sent_us > s->again_us) {
      repeated++;
      s->sent_us = now;
      s->again_us = s->again_us * 2 > 4000000 && s->method != INVITE ? 4000000 : s->again_us * 2;
      transmit(conn_of(s->user), s->text, s->bytes);
    }
  }
}

/* False when everything that may be outstanding is. */
static int begin(long k) {
  if (free_slot < 0) return 0;
  slot_t *s = &slots[free_slot];
  free_slot = s->next_free;
  if (!s->text) s->text = malloc(TEXT_BYTES);
  s->is_active = 1;
  s->generation++;
  s->sequence = s->tries = 0;
  *s->to_tag = 0;
  s->began_us = now_us();
  s->method = operation;
  s->user = s->peer = o_first_user + (o_star && operation == PUBLISH ? 0 : k % o_users);
  if (operation == PUBLISH) {
    s->is_answered = 0;
    publications[s->user]++;
    s->missing = watchers_came ? o_watchers : 0;
    publishing[s->user] = s - slots + 1;
  } else if (operation == SUBSCRIBE) {
    s->peer = o_first_user + k / o_watchers;
    s->user = o_first_user + (k / o_watchers + 1 + k % o_watchers) % o_users;
  } else if (operation != REGISTER) {
    s->user = o_first_user + (k * 7 + 1) % o_users;
    s->peer = o_first_user + (k * 13 + 5) % o_users;
    if (s->peer == s->user) s->peer = o_first_user + (s->user - o_first_user + 1) % o_users;
  }
  int second = (s->began_us - run_began_us) / 1000000;
  if (seconds && second < SECONDS) seconds[second].begun++;
  started++;
  send_request(s, o_known_nonce && *challenges[s->user].nonce);
  return 1;
}

static void clear_counts(int kind) {
  operation = kind;
  memset(&latency, 0, sizeof latency);
  memset(&setup, 0, sizeof setup);
  memset(statuses, 0, sizeof statuses);
  started = done = failed = repeated = delivered = 0;
  run_began_us = now_us();
}

/* Closed loop: as soon as one operation is done the next one begins. */
static void run(int kind, long ops) {
  clear_counts(kind);
  for (long k = 0; k < ops || done + failed < started;) {
    while (k < ops && started - done - failed < (o_phases ? 64 : o_window) && begin(k)) k++;
    pump(1);
    repeat_and_expire();
  }
  uint64_t quiet_since = now_us();
  for (long seen = delivered; kind == MESSAGE && delivered < done && now_us() - quiet_since < o_wait_s * 1000000ull;) {
    pump(5);
    if (delivered != seen) quiet_since = now_us();
    seen = delivered;
  }
}

/* Open loop: so many a second, whatever comes back. */
static void run_phases(int kind) {
  seconds = calloc(SECONDS, sizeof *seconds);
  clear_counts(kind);
  long k = 0;
  char *list = strdup(o_phases);
  uint64_t phase_began_us = run_began_us;
  for (char *phase = strtok(list, ","); phase; phase = strtok(NULL, ",")) {
    double length_s = 1, rate = 100;
    sscanf(phase, "%lf:%lf", &length_s, &rate);
    for (long begun = 0;;) {
      double elapsed_s = (now_us() - phase_began_us) / 1e6;
      if (elapsed_s >= length_s) break;
      /* What this process itself could not send in time is not made up for in one blow. */
      long due = elapsed_s * rate;
      if (due - begun > rate / 20 + 64) begun = due - rate / 20 - 64;
      for (int burst = 0; begun < due && burst < 64 && begin(k); burst++) begun++, k++;
      pump(begun < due ? 0 : 1);
      repeat_and_expire();
    }
    phase_began_us += length_s * 1e6;
    second_count += length_s;
  }
  free(list);
  while (done + failed < started) {
    pump(1);
    repeat_and_expire();
  }
}

static void print_seconds(void) {
  printf(",\"seconds\":[");
  for (int i = 0; i < second_count && i < SECONDS; i++) {
    second_t *s = &seconds[i];
    printf("%s{\"begun\":%ld,\"done\":%ld,\"refused\":%ld,\"lost\":%ld,\"p50Us\":%lu,\"p99Us\":%lu}", i ? "," : "", s->begun, s->done,
           s->refused, s->lost, hist_percentile(&s->latency, .5), hist_percentile(&s->latency, .99));
  }
  printf("]");
}

static void measured_run(const char *mode, int kind) {
  tree_t before = tree_of(o_pids);
  double own = own_cpu_s(), busy = machine_busy_s();
  uint64_t began = now_us();
  if (o_phases) run_phases(kind);
  else run(kind, o_ops);
  double elapsed_s = (now_us() - began) / 1e6;
  tree_t after = tree_of(o_pids);
  own = own_cpu_s() - own;
  busy = machine_busy_s() - busy;
  double cpu_s = after.cpu_s - before.cpu_s, ops = done ? done : 1;
  printf("{\"mode\":\"%s\",\"transport\":\"%s\",\"users\":%d,\"conns\":%d,\"window\":%d,\"ops\":%ld,\"failed\":%ld,"
         "\"repeated\":%ld,\"delivered\":%ld,\"elapsedS\":%.3f,\"opsPerS\":%.0f,\"serverUsPerOp\":%.2f,"
         "\"ownUsPerOp\":%.2f,\"serverCores\":%.2f,\"loadUsPerOp\":%.2f,\"otherCores\":%.2f,\"p50Us\":%lu,\"p99Us\":%lu,\"maxUs\":%lu,"
         "\"setupP50Us\":%lu,\"setupP99Us\":%lu,\"rssMb\":%.1f,\"pssMb\":%.1f,\"processes\":%d,\"statuses\":{",
         mode, o_tcp ? "tcp" : "udp", o_users, o_conns, o_window, done, failed, repeated, delivered, elapsed_s,
         done / elapsed_s, cpu_s * 1e6 / ops, (after.own_cpu_s - before.own_cpu_s) * 1e6 / ops, cpu_s / elapsed_s, own * 1e6 / ops,
         (busy - cpu_s - own) / elapsed_s, hist_percentile(&latency, .5), hist_percentile(&latency, .99), latency.max,
         hist_percentile(&setup, .5), hist_percentile(&setup, .99), after.rss_kb / 1024.0, after.pss_kb / 1024.0, after.processes);
  const char *comma = "";
  for (int i = 0; i < 700; i++)
    if (statuses[i]) printf("%s\"%d\":%ld", comma, i, statuses[i]), comma = ",";
  printf("}");
  if (seconds) print_seconds();
  printf("}\n");
  fflush(stdout);
}

static int usage(void) {
  fprintf(stderr,
          "sipload register|message|call|presence --target 127.0.0.1:PORT [--transport udp|tcp] [--domain D] [--users N] [--first-user U]\n"
          "  [--password password-%%d] [--conns K] [--sources S] [--window W] [--ops N | --phases SECONDS:RATE,...]\n"
          "  [--warm N] [--known-nonce] [--watchers N] [--star] [--leave] [--wait SECONDS] [--server-pid PID[,PID]]\n");
  return 2;
}

int main(int argc, char **argv) {
  static const struct option options[] = {
      {"target", 1, 0, 't'},   {"transport", 1, 0, 'T'},   {"domain", 1, 0, 'd'},      {"users", 1, 0, 'u'}, {"password", 1, 0, 'P'},
      {"conns", 1, 0, 'c'},    {"sources", 1, 0, 'S'},     {"window", 1, 0, 'w'},      {"ops", 1, 0, 'o'},   {"wait", 1, 0, 'W'},
      {"phases", 1, 0, 'p'},   {"known-nonce", 0, 0, 'n'}, {"leave", 0, 0, 'l'},  {"warm", 1, 0, 'm'},       {"first-user", 1, 0, 'f'},
      {"watchers", 1, 0, 'a'}, {"star", 0, 0, '*'},
      {"server-pid", 1, 0, 's'}, {0, 0, 0, 0}};
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
      case 'p': o_phases = optarg; break;
      case 'n': o_known_nonce = 1; break;
      case 'l': o_leave = 1; break;
      case 'm': o_warm = atol(optarg); break;
      case 'f': o_first_user = atoi(optarg); break;
      case 'a': o_watchers = atoi(optarg); break;
      case '*': o_star = 1; break;
      case 'W': o_wait_s = atoi(optarg); break;
      case 's': o_pids = optarg; break;
      default: return usage();
    }
  if (optind >= argc || o_users < 2 || o_conns < 1 || o_window < 1 || o_sources < 1 || o_sources > 250 || o_first_user < 0 ||
      o_watchers < 1 || o_watchers >= o_users) return usage();
  static const char *const modes[] = {"register", "message", "call", "presence"};
  int kind = 0;
  while (kind < 4 && strcmp(argv[optind], modes[kind])) kind++;
  if (kind == 4) return usage();
  if (kind == PUBLISH) o_known_nonce = 1;
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
  register_cseq = calloc(o_first_user + o_users, sizeof *register_cseq);
  challenges = calloc(o_first_user + o_users, sizeof *challenges);
  publishing = calloc(o_first_user + o_users, sizeof *publishing);
  publications = calloc(o_first_user + o_users, sizeof *publications);
  etags = calloc(o_first_user + o_users, sizeof *etags);
  for (int i = 0; i < o_window; i++) slots[i].next_free = i + 1 < o_window ? i + 1 : -1;
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
  if (kind != REGISTER || o_known_nonce) {
    run(REGISTER, o_users);
    if (failed) fprintf(stderr, "%ld registrations failed\n", failed);
  }
  if (kind == PUBLISH) {
    run(PUBLISH, o_star ? 1 : o_users);
    run(SUBSCRIBE, (o_star ? 1l : o_users) * o_watchers);
    if (failed) fprintf(stderr, "%ld subscriptions failed\n", failed);
    watchers_came = 1;
    /* The first NOTIFY of each (RFC 6665 §4.2.1.2) is no part of what is measured. */
    uint64_t quiet_since = now_us();
    for (long seen = delivered; now_us() - quiet_since < 1000000; seen = delivered) {
      pump(5);
      if (delivered != seen) quiet_since = now_us();
    }
  }
  if (o_warm) run(kind, o_warm);
  measured_run(modes[kind], kind);
  int status = failed ? 3 : kind == MESSAGE && !o_phases && delivered < done ? 4 : 0;
  if (o_leave) return status;
  /* Phones that stay registered and do not answer would disturb the next run. */
  o_expires_s = 0;
  o_wait_s = 3;
  run(REGISTER, o_users);
  return status;
}
