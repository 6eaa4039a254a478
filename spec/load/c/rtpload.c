/* Phones that talk: RTP for many calls from two sockets, and how much of it comes out at the other end, how late.
 *
 *   rtpload --file CALLS --duration 8 [--warm 2] [--port-a N] [--port-b N] [--one-way] [--payload-type N] [--frames FILE]
 *           [--cipher-key HEX --auth-key HEX --salt HEX]
 *
 * CALLS has a line for each call: the server's port for what A says, and the one for what B says (0: only A speaks, and what comes
 * back to A counts, as from a mixer). With keys, A speaks SRTP (AES-CM, HMAC-SHA1-80, session keys). FRAMES has payloads in hex.
 * Prints `begin` when it begins to measure, and a line of JSON when it has ended. Loopback only. */
#include "measure.h"
#include <arpa/inet.h>
#include <getopt.h>
#include <math.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* Of libcrypto; its headers are not needed for so little. */
typedef struct evp_cipher_st EVP_CIPHER;
typedef struct evp_cipher_ctx_st EVP_CIPHER_CTX;
typedef struct evp_md_st EVP_MD;
extern const EVP_CIPHER *EVP_aes_128_ctr(void);
extern EVP_CIPHER_CTX *EVP_CIPHER_CTX_new(void);
extern int EVP_EncryptInit_ex(EVP_CIPHER_CTX *, const EVP_CIPHER *, void *, const uint8_t *key, const uint8_t *iv);
extern int EVP_EncryptUpdate(EVP_CIPHER_CTX *, uint8_t *out, int *written, const uint8_t *in, int length);
extern const EVP_MD *EVP_sha1(void);
extern uint8_t *HMAC(const EVP_MD *, const void *key, int key_length, const uint8_t *data, size_t length, uint8_t *out, unsigned *written);

enum { MOST_CALLS = 20000, RUN = 64, PACKET_BYTES = 1500, HEADER_BYTES = 12, MOST_FRAMES = 512, PERIOD_MS = 20, TAG_BYTES = 10 };

typedef struct {
  struct sockaddr_in to[2];
  uint16_t sequence[2];
  uint32_t timestamp[2];
} call_t;

static call_t calls[MOST_CALLS];
static int call_count, payload_type, frame_count, frame_bytes[MOST_FRAMES], is_srtp, sockets[2];
static uint8_t frames[MOST_FRAMES][512], tone[8000], cipher_key[16], auth_key[20], salt[14];
static EVP_CIPHER_CTX *cipher;
static hist_t delays;
static long sent, received;
static struct mmsghdr headers[RUN];
static struct iovec vectors[RUN];
static uint8_t packets[RUN][PACKET_BYTES];

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int open_socket(int port) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), big = 8 << 20;
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof big)) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &big, sizeof big);
  if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &big, sizeof big)) setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &big, sizeof big);
  if (bind(fd, (void *)&name, sizeof name)) fail("bind");
  return fd;
}

static int read_hex(const char *text, uint8_t *bytes, int most) {
  int n = 0;
  unsigned value;
  while (n < most && sscanf(text + 2 * n, "%2x", &value) == 1) bytes[n++] = (uint8_t)value;
  return n;
}

static void read_calls(const char *path) {
  FILE *f = fopen(path, "r");
  int port[2];
  if (!f) fail(path);
  while (call_count < MOST_CALLS && fscanf(f, "%d %d", &port[0], &port[1]) == 2) {
    for (int side = 0; side < 2; side++)
      calls[call_count].to[side] =
          (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port[side]), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    calls[call_count].timestamp[0] = call_count * 7919;
    call_count++;
  }
  fclose(f);
}

static void read_frames(const char *path) {
  FILE *f = fopen(path, "r");
  char line[2048];
  if (!f) fail(path);
  while (frame_count < MOST_FRAMES && fgets(line, sizeof line, f))
    if ((frame_bytes[frame_count] = read_hex(line, frames[frame_count], 512)) > 0) frame_count++;
  fclose(f);
}

/* µ-law of a second of a tone, so that mixers have something to mix. */
static void make_tone(void) {
  for (int i = 0; i < 8000; i++) {
    int value = (int)(8000 * sin(i * 0.345575)), sign = value < 0 ? 0x80 : 0, exponent = 7;
    value = (value < 0 ? -value : value) + 132;
    for (int mask = 0x4000; exponent > 0 && !(value & mask); mask >>= 1) exponent--;
    tone[i] = (uint8_t)~(sign | exponent << 4 | (value >> (exponent + 3) & 15));
  }
}

/* RFC 3711: the rollover counter stays 0 in so short a time. */
static size_t protect(uint8_t *packet, size_t length, uint32_t ssrc, uint16_t sequence) {
  uint8_t iv[16] = {0}, digest[20], signed_bytes[PACKET_BYTES];
  int written;
  unsigned digest_bytes;
  memcpy(iv, salt, 14);
  for (int i = 0; i < 4; i++) iv[4 + i] ^= (uint8_t)(ssrc >> (24 - 8 * i));
  iv[12] ^= (uint8_t)(sequence >> 8);
  iv[13] ^= (uint8_t)sequence;
  EVP_EncryptInit_ex(cipher, NULL, NULL, NULL, iv);
  EVP_EncryptUpdate(cipher, packet + HEADER_BYTES, &written, packet + HEADER_BYTES, (int)length - HEADER_BYTES);
  memcpy(signed_bytes, packet, length);
  memset(signed_bytes + length, 0, 4);
  HMAC(EVP_sha1(), auth_key, 20, signed_bytes, length + 4, digest, &digest_bytes);
  memcpy(packet + length, digest, TAG_BYTES);
  return length + TAG_BYTES;
}

static void fill(int slot, int call, int side) {
  call_t *c = &calls[call];
  uint8_t *b = packets[slot];
  uint32_t ssrc = 0x10000000u * (side + 1) + call * 2 + side;
  uint32_t words[2] = {htonl(c->timestamp[side]), htonl(ssrc)};
  uint16_t sequence = ++c->sequence[side], wire = htons(sequence);
  size_t length = 160;
  b[0] = 0x80, b[1] = (uint8_t)payload_type;
  memcpy(b + 2, &wire, 2);
  memcpy(b + 4, words, 8);
  if (frame_count > 0) {
    int frame = (sequence + call) % frame_count;
    length = frame_bytes[frame];
    memcpy(b + HEADER_BYTES, frames[frame], length);
  } else memcpy(b + HEADER_BYTES, tone + (sequence + call) % 49 * 160, length);
  /* What passes through unchanged says when it was sent. */
  if (ntohs(c->to[1].sin_port) != 0) {
    uint64_t at = now_us();
    memcpy(b + HEADER_BYTES, &at, 8);
  }
  c->timestamp[side] += frame_count > 0 ? 960 : 160;
  length += HEADER_BYTES;
  if (is_srtp && side == 0) length = protect(b, length, ssrc, sequence);
  vectors[slot] = (struct iovec){b, length};
  headers[slot].msg_hdr =
      (struct msghdr){.msg_name = &c->to[side], .msg_namelen = sizeof c->to[side], .msg_iov = &vectors[slot], .msg_iovlen = 1};
}

static void send_run(int side, int count) {
  for (int done = 0; done < count;) {
    int left = sendmmsg(sockets[side], headers + done, (unsigned)(count - done), 0);
    if (left <= 0) break;
    done += left;
  }
  sent += count;
}

static void drain(int side) {
  static struct mmsghdr in[RUN];
  static struct iovec at[RUN];
  static uint8_t bytes[RUN][PACKET_BYTES];
  for (int count = RUN; count == RUN;) {
    for (int i = 0; i < RUN; i++) {
      at[i] = (struct iovec){bytes[i], PACKET_BYTES};
      in[i].msg_hdr = (struct msghdr){.msg_iov = &at[i], .msg_iovlen = 1};
    }
    count = recvmmsg(sockets[side], in, RUN, MSG_DONTWAIT, NULL);
    uint64_t now = now_us(), then;
    for (int i = 0; i < count; i++) {
      if (in[i].msg_len < HEADER_BYTES + 8 || (bytes[i][1] >= 192 && bytes[i][1] <= 223)) continue;
      received++;
      memcpy(&then, bytes[i] + HEADER_BYTES, 8);
      if (then <= now && now - then < 5000000) hist_add(&delays, now - then);
    }
  }
}

/* The calls of one millisecond out of twenty: phones are not in step. */
static void speak(long slot, int sides) {
  for (int side = 0; side < sides; side++) {
    int count = 0;
    for (int call = (int)(slot % PERIOD_MS); call < call_count; call += PERIOD_MS) {
      fill(count++, call, side);
      if (count < RUN) continue;
      send_run(side, count);
      count = 0;
      drain(0);
      drain(1);
    }
    send_run(side, count);
  }
}

int main(int argc, char **argv) {
  static const struct option options[] = {
      {"file", 1, 0, 'f'},       {"duration", 1, 0, 'd'},   {"warm", 1, 0, 'w'},     {"port-a", 1, 0, 'a'},
      {"port-b", 1, 0, 'b'},     {"one-way", 0, 0, '1'},    {"frames", 1, 0, 'F'},   {"payload-type", 1, 0, 't'},
      {"cipher-key", 1, 0, 'c'}, {"auth-key", 1, 0, 'k'},   {"salt", 1, 0, 's'},     {0, 0, 0, 0}};
  int option, sides = 2, port[2] = {0, 0}, duration_s = 8, warm_s = 2, key_bytes = 0;
  while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
    if (option == 'f') read_calls(optarg);
    else if (option == 'd') duration_s = atoi(optarg);
    else if (option == 'w') warm_s = atoi(optarg);
    else if (option == 'a') port[0] = atoi(optarg);
    else if (option == 'b') port[1] = atoi(optarg);
    else if (option == '1') sides = 1;
    else if (option == 'F') read_frames(optarg);
    else if (option == 't') payload_type = atoi(optarg);
    else if (option == 'c') key_bytes += read_hex(optarg, cipher_key, 16);
    else if (option == 'k') key_bytes += read_hex(optarg, auth_key, 20);
    else if (option == 's') key_bytes += read_hex(optarg, salt, 14);
    else return 2;
  }
  if (call_count == 0 || (key_bytes != 0 && key_bytes != 50)) return 2;
  is_srtp = key_bytes != 0;
  cipher = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(cipher, EVP_aes_128_ctr(), NULL, cipher_key, NULL);
  make_tone();
  for (int side = 0; side < 2; side++) sockets[side] = open_socket(port[side]);
  uint64_t start = now_us(), next = start, measured_from = 0;
  double load_s = 0, busy_s = 0;
  for (long slot = 0;;) {
    uint64_t now = now_us();
    if (measured_from == 0 && now - start >= warm_s * 1000000ull) {
      sent = received = 0;
      delays = (hist_t){0};
      load_s = own_cpu_s();
      busy_s = machine_busy_s();
      measured_from = now;
      puts("begin");
      fflush(stdout);
    }
    if (measured_from != 0 && now - measured_from >= duration_s * 1000000ull) break;
    if (now >= next) {
      speak(slot++, sides);
      next += 1000;
    }
    drain(0);
    drain(1);
    now = now_us();
    if (now < next) {
      struct timespec pause = {0, next - now > 300 ? 250000 : (long)(next - now) * 1000};
      nanosleep(&pause, NULL);
    }
  }
  double elapsed_s = (now_us() - measured_from) / 1e6;
  load_s = own_cpu_s() - load_s;
  busy_s = machine_busy_s() - busy_s;
  /* What is under way arrives. */
  for (uint64_t end = now_us() + 200000; now_us() < end;) drain(0), drain(1);
  double lost = sent > received ? 100.0 * (sent - received) / sent : 0;
  printf("{\"sent\":%ld,\"received\":%ld,\"elapsedS\":%.3f,\"lostPercent\":%.4f,\"loadCpuS\":%.3f,\"busyCpuS\":%.3f,"
         "\"p50Us\":%lu,\"p99Us\":%lu,\"maxUs\":%lu}\n",
         sent, received, elapsed_s, lost, load_s, busy_s, hist_percentile(&delays, 0.5), hist_percentile(&delays, 0.99), delays.max);
  return 0;
}
