/* The UDP batch port in native code: recvmmsg and sendmmsg on the process's own event loop, straight into and out of the
 * memory that JavaScript holds. Node-API only, so one build serves every Node; loaded by udp-native.ts. */
#define _GNU_SOURCE
#define NAPI_VERSION 8
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <node_api.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "loop.h"
#include "peer.h"
#include "sieve.h"
#include "values.h"

/* Room for both kinds of packet information, the time stamp and the count of what was lost. */
enum { BATCH = 64, CONTROL_BYTES = 160, ROUNDS = 4 };

/* The arrays of a batch, as JavaScript handed them over. */
typedef struct {
  uint8_t *slab;
  size_t slab_bytes;
  uint32_t *offsets, *lengths, *ages_us;
  uint16_t *ports;
  uint8_t *truncated, *peers, *locals;
  size_t capacity;
} batch_t;

typedef struct {
  napi_env env;
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;
  napi_ref arrays, on_receive, on_writable, on_closed;
  uv_poll_t *poll;
  int fd, events;
  bool is_ipv6, is_closing;
  size_t slot_bytes;
  uint32_t overflowed;
  /* NULL where nothing is to be dropped. */
  uint32_t *sieve;
  batch_t received;
  struct mmsghdr headers[BATCH];
  struct iovec vectors[BATCH];
  struct sockaddr_storage names[BATCH];
  /* Aligned as cmsghdr wants it. */
  uint64_t controls[BATCH][CONTROL_BYTES / 8];
} udp_port_t;

static bool read_batch(napi_env env, napi_value object, size_t capacity, batch_t *batch) {
  batch->capacity = capacity;
  batch->slab = array_property(env, object, "slab", napi_uint8_array, 0, &batch->slab_bytes);
  batch->offsets = array_property(env, object, "offsets", napi_uint32_array, capacity, NULL);
  batch->lengths = array_property(env, object, "lengths", napi_uint32_array, capacity, NULL);
  batch->ages_us = array_property(env, object, "agesUs", napi_uint32_array, capacity, NULL);
  batch->ports = array_property(env, object, "ports", napi_uint16_array, capacity, NULL);
  batch->truncated = array_property(env, object, "truncated", napi_uint8_array, capacity, NULL);
  batch->peers = array_property(env, object, "peers", napi_uint8_array, capacity * PEER_BYTES, NULL);
  batch->locals = array_property(env, object, "locals", napi_uint8_array, capacity * PEER_BYTES, NULL);
  return batch->slab && batch->offsets && batch->lengths && batch->ages_us && batch->ports && batch->truncated && batch->peers && batch->locals;
}

static void free_batch(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  free(data);
}

/* prepare(arrays, capacity) → an external that names their memory; the caller keeps the arrays as long. */
static napi_value prepare_function(napi_env env, napi_callback_info info) {
  napi_value arguments[2], external;
  size_t count = 2;
  uint32_t capacity = 0;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  napi_get_value_uint32(env, arguments[1], &capacity);
  batch_t *batch = calloc(1, sizeof *batch);
  if (batch == NULL || capacity == 0 || !read_batch(env, arguments[0], capacity, batch)) {
    free(batch);
    napi_throw_error(env, "EINVAL", "these are not the arrays of a batch");
    return NULL;
  }
  napi_create_external(env, batch, free_batch, NULL, &external);
  return external;
}

static uint32_t age_us(const struct timespec *now, const struct timespec *then) {
  int64_t age = (int64_t)(now->tv_sec - then->tv_sec) * 1000000 + (now->tv_nsec - then->tv_nsec) / 1000;
  /* The wall clock may be set in between. */
  return age < 0 ? 0 : age > 60000000 ? 60000000 : (uint32_t)age;
}

/* What the system says beside a datagram: the address of ours that it was sent to, how long it has waited in the
 * socket's queue, and how many found no room there since the socket was opened. */
static void read_control(udp_port_t *port, size_t slot, size_t i, const struct timespec *now) {
  batch_t *batch = &port->received;
  struct msghdr *header = &port->headers[slot].msg_hdr;
  uint8_t *local = batch->locals + i * PEER_BYTES;
  local[20] = 0;
  batch->ages_us[i] = 0;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL; c = CMSG_NXTHDR(header, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      struct in_pktinfo info;
      memcpy(&info, CMSG_DATA(c), sizeof info);
      write_peer(local, &info.ipi_addr, 4, 0);
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      struct in6_pktinfo info;
      memcpy(&info, CMSG_DATA(c), sizeof info);
      write_peer(local, &info.ipi6_addr, 6, 0);
    } else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
      struct timespec arrived;
      memcpy(&arrived, CMSG_DATA(c), sizeof arrived);
      batch->ages_us[i] = age_us(now, &arrived);
    } else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) {
      memcpy(&port->overflowed, CMSG_DATA(c), sizeof port->overflowed);
    }
  }
}

/* Calls into JavaScript; what it throws is uncaught, as from any event of the loop. */
static void call(udp_port_t *port, napi_ref function_ref, size_t count, napi_value *arguments) {
  napi_value function, receiver, result, error;
  bool is_pending = false;
  napi_get_reference_value(port->env, function_ref, &function);
  napi_get_global(port->env, &receiver);
  napi_make_callback(port->env, port->context, receiver, function, count, arguments, &result);
  napi_is_exception_pending(port->env, &is_pending);
  if (!is_pending) return;
  napi_get_and_clear_last_exception(port->env, &error);
  napi_fatal_exception(port->env, error);
}

/* Receives into the slots. @returns how many of them are to be told of, 0 when there are none; `more` says whether more
 * may have come than fitted. */
static int receive(udp_port_t *port, bool *more) {
  batch_t *batch = &port->received;
  for (size_t slot = 0; slot < batch->capacity; slot++) {
    struct msghdr *header = &port->headers[slot].msg_hdr;
    header->msg_namelen = sizeof port->names[slot];
    header->msg_controllen = CONTROL_BYTES;
  }
  int count;
  do count = recvmmsg(port->fd, port->headers, (unsigned)batch->capacity, MSG_DONTWAIT, NULL);
  while (count < 0 && errno == EINTR);
  *more = count == (int)batch->capacity;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  size_t kept = 0;
  for (int slot = 0; slot < count; slot++) {
    struct mmsghdr *message = &port->headers[slot];
    read_control(port, (size_t)slot, kept, &now);
    const uint8_t *bytes = port->vectors[slot].iov_base;
    size_t length = message->msg_len < port->slot_bytes ? message->msg_len : port->slot_bytes;
    if (port->sieve != NULL && sieve_drops(port->sieve, bytes, length, batch->ages_us[kept])) continue;
    batch->offsets[kept] = (uint32_t)((size_t)slot * port->slot_bytes);
    batch->lengths[kept] = message->msg_len;
    batch->truncated[kept] = (message->msg_hdr.msg_flags & MSG_TRUNC) != 0;
    uint8_t *peer = batch->peers + kept * PEER_BYTES;
    if (port->names[slot].ss_family == AF_INET) {
      struct sockaddr_in *in = (struct sockaddr_in *)&port->names[slot];
      batch->ports[kept] = ntohs(in->sin_port);
      write_peer(peer, &in->sin_addr, 4, 0);
    } else {
      struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&port->names[slot];
      batch->ports[kept] = ntohs(in6->sin6_port);
      write_peer(peer, &in6->sin6_addr, 6, in6->sin6_scope_id);
    }
    kept++;
  }
  return (int)kept;
}

static void on_poll(uv_poll_t *handle, int status, int events) {
  udp_port_t *port = uv_handle_get_data(handle);
  if (status < 0 || port->is_closing) return;
  napi_handle_scope scope;
  napi_open_handle_scope(port->env, &scope);
  /* Several rounds for a burst, and then the loop's turn: others live on it, too. */
  for (int round = 0; (events & POLL_READABLE) && round < ROUNDS && !port->is_closing; round++) {
    bool more;
    int count = receive(port, &more);
    napi_value argument = int_value(port->env, count);
    if (count > 0) call(port, port->on_receive, 1, &argument);
    if (!more) break;
  }
  if ((events & POLL_WRITABLE) && !port->is_closing) call(port, port->on_writable, 0, NULL);
  napi_close_handle_scope(port->env, scope);
}

static void on_handle_closed(void *handle) {
  udp_port_t *port = uv_handle_get_data(handle);
  napi_env env = port->env;
  napi_handle_scope scope;
  napi_open_handle_scope(env, &scope);
  if (port->on_closed != NULL) call(port, port->on_closed, 0, NULL);
  napi_ref *references[] = {&port->arrays, &port->on_receive, &port->on_writable, &port->on_closed};
  for (size_t i = 0; i < sizeof references / sizeof *references; i++)
    if (*references[i] != NULL) napi_delete_reference(env, *references[i]);
  napi_async_destroy(env, port->context);
  napi_close_handle_scope(env, scope);
  free(handle);
  napi_remove_async_cleanup_hook(port->cleanup);
  free(port);
}

static void start_closing(udp_port_t *port) {
  if (port->is_closing) return;
  port->is_closing = true;
  uv_poll_stop(port->poll);
  close(port->fd);
  uv_close(port->poll, on_handle_closed);
}

/* The environment (a worker, the process) ends while the port is open. */
static void on_environment_end(napi_async_cleanup_hook_handle handle, void *data) {
  (void)handle;
  start_closing(data);
}

static int bind_socket(udp_port_t *port, const char *address, uint16_t number, int buffer_bytes) {
  struct sockaddr_storage name;
  uint8_t peer[PEER_BYTES] = {0};
  port->is_ipv6 = strchr(address, ':') != NULL;
  peer[20] = port->is_ipv6 ? 6 : 4;
  if (inet_pton(port->is_ipv6 ? AF_INET6 : AF_INET, address, peer) != 1) return EINVAL;
  port->fd = socket(port->is_ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (port->fd < 0) return errno;
  int on = 1, ipv6_only = strcmp(address, "::") != 0;
  /* Who may administer the network may have more than net.core.rmem_max. */
  if (setsockopt(port->fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof buffer_bytes) != 0)
    setsockopt(port->fd, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
  setsockopt(port->fd, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
  setsockopt(port->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  setsockopt(port->fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  setsockopt(port->fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  if (port->is_ipv6) {
    setsockopt(port->fd, IPPROTO_IPV6, IPV6_V6ONLY, &ipv6_only, sizeof ipv6_only);
    setsockopt(port->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
  }
  socklen_t length = read_peer(peer, number, port->is_ipv6, &name);
  return bind(port->fd, (struct sockaddr *)&name, length) == 0 ? 0 : errno;
}

static int give_up(udp_port_t *port, int error) {
  if (port->fd >= 0) close(port->fd);
  free(port->poll);
  free(port);
  return error;
}

static int open_port(napi_env env, napi_value options, udp_port_t **opened) {
  char address[64] = "";
  size_t length;
  udp_port_t *port = calloc(1, sizeof *port);
  if (port == NULL) return ENOMEM;
  port->env = env;
  port->fd = -1;
  napi_value external = property(env, options, "batch");
  batch_t *batch;
  port->slot_bytes = (size_t)number_property(env, options, "slotBytes");
  if (napi_get_value_string_utf8(env, property(env, options, "address"), address, sizeof address, &length) != napi_ok ||
      napi_get_value_external(env, external, (void **)&batch) != napi_ok || batch->capacity > BATCH || port->slot_bytes == 0 ||
      batch->slab_bytes / batch->capacity < port->slot_bytes)
    return give_up(port, EINVAL);
  port->received = *batch;
  port->sieve = array_property(env, property(env, options, "arrays"), "sieve", napi_uint32_array, SIEVE_WORDS, NULL);
  for (size_t i = 0; i < batch->capacity; i++) {
    port->vectors[i] = (struct iovec){port->received.slab + i * port->slot_bytes, port->slot_bytes};
    port->headers[i].msg_hdr = (struct msghdr){
        .msg_name = &port->names[i], .msg_iov = &port->vectors[i], .msg_iovlen = 1, .msg_control = port->controls[i]};
  }
  int error = bind_socket(port, address, (uint16_t)number_property(env, options, "port"),
                          (int)number_property(env, options, "bufferBytes"));
  if (error != 0) return give_up(port, error);
  uv_loop_t *loop;
  port->poll = malloc(uv_handle_size(UV_POLL_TYPE));
  if (port->poll == NULL || napi_get_uv_event_loop(env, (struct uv_loop_s **)&loop) != napi_ok) return give_up(port, ENOMEM);
  error = uv_poll_init(loop, port->poll, port->fd);
  if (error != 0) return give_up(port, -error);
  uv_handle_set_data(port->poll, port);
  napi_value name;
  napi_create_string_utf8(env, "parley:udp", NAPI_AUTO_LENGTH, &name);
  napi_async_init(env, NULL, name, &port->context);
  napi_create_reference(env, property(env, options, "arrays"), 1, &port->arrays);
  napi_create_reference(env, property(env, options, "onReceive"), 1, &port->on_receive);
  napi_create_reference(env, property(env, options, "onWritable"), 1, &port->on_writable);
  napi_add_async_cleanup_hook(env, on_environment_end, port, &port->cleanup);
  port->events = POLL_READABLE;
  uv_poll_start(port->poll, port->events, on_poll);
  *opened = port;
  return 0;
}

/* open(options) → an external, or the number of the system's error. */
static napi_value open_function(napi_env env, napi_callback_info info) {
  napi_value options, handle;
  size_t count = 1;
  udp_port_t *port;
  napi_get_cb_info(env, info, &count, &options, NULL, NULL);
  int error = open_port(env, options, &port);
  if (error != 0) return int_value(env, error);
  napi_create_external(env, port, NULL, NULL, &handle);
  return handle;
}

/* local(port) → the bound port number. */
static napi_value local_function(napi_env env, napi_callback_info info) {
  napi_value handle;
  size_t count = 1;
  udp_port_t *port;
  napi_get_cb_info(env, info, &count, &handle, NULL, NULL);
  napi_get_value_external(env, handle, (void **)&port);
  struct sockaddr_storage name;
  socklen_t length = sizeof name;
  if (getsockname(port->fd, (struct sockaddr *)&name, &length) != 0) return int_value(env, 0);
  return int_value(env, ntohs(port->is_ipv6 ? ((struct sockaddr_in6 *)&name)->sin6_port : ((struct sockaddr_in *)&name)->sin_port));
}

/* overflowed(port) → how many datagrams found no room in the system's queue. */
static napi_value overflowed_function(napi_env env, napi_callback_info info) {
  napi_value handle, value;
  size_t count = 1;
  udp_port_t *port;
  napi_get_cb_info(env, info, &count, &handle, NULL, NULL);
  napi_get_value_external(env, handle, (void **)&port);
  napi_create_uint32(env, port->overflowed, &value);
  return value;
}

/* send(port, batch, first, count, status): status[0] is how many left, status[1] the system's error of the next one. */
static napi_value send_function(napi_env env, napi_callback_info info) {
  napi_value arguments[5];
  size_t count = 5, status_length;
  udp_port_t *port;
  uint32_t first, total;
  batch_t *batch;
  napi_typedarray_type type;
  int32_t *status;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  napi_get_value_external(env, arguments[0], (void **)&port);
  napi_get_value_uint32(env, arguments[2], &first);
  napi_get_value_uint32(env, arguments[3], &total);
  napi_get_typedarray_info(env, arguments[4], &type, &status_length, (void **)&status, NULL, NULL);
  status[0] = 0;
  napi_get_value_external(env, arguments[1], (void **)&batch);
  status[1] = (uint64_t)first + total <= batch->capacity ? 0 : EINVAL;
  struct mmsghdr headers[BATCH];
  struct iovec vectors[BATCH];
  struct sockaddr_storage names[BATCH];
  while (status[1] == 0 && (uint32_t)status[0] < total) {
    uint32_t start = first + (uint32_t)status[0];
    unsigned part = total - (uint32_t)status[0] < BATCH ? total - (uint32_t)status[0] : BATCH;
    int refusal = 0;
    for (unsigned i = 0; i < part; i++) {
      size_t offset = batch->offsets[start + i], length = batch->lengths[start + i];
      const uint8_t *peer = batch->peers + (size_t)(start + i) * PEER_BYTES;
      if (offset > batch->slab_bytes || length > batch->slab_bytes - offset) refusal = EINVAL;
      /* Its first bytes would be somebody else's address. */
      else if (!port->is_ipv6 && peer[20] != 4) refusal = EAFNOSUPPORT;
      if (refusal != 0) {
        part = i;
        break;
      }
      vectors[i] = (struct iovec){batch->slab + offset, length};
      socklen_t name_length = read_peer(peer, batch->ports[start + i], port->is_ipv6, &names[i]);
      headers[i].msg_hdr =
          (struct msghdr){.msg_name = &names[i], .msg_namelen = name_length, .msg_iov = &vectors[i], .msg_iovlen = 1};
    }
    int sent = part == 0 ? -1 : sendmmsg(port->fd, headers, part, MSG_DONTWAIT);
    if (sent > 0) status[0] += sent;
    else if (part == 0) status[1] = refusal;
    else if (errno != EINTR) status[1] = errno;
  }
  return undefined_value(env);
}

/* watch(port, writable): says once that there is room again when `writable`. */
static napi_value watch_function(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t count = 2;
  udp_port_t *port;
  bool writable;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  napi_get_value_external(env, arguments[0], (void **)&port);
  napi_get_value_bool(env, arguments[1], &writable);
  int events = POLL_READABLE | (writable ? POLL_WRITABLE : 0);
  if (!port->is_closing && events != port->events) uv_poll_start(port->poll, port->events = events, on_poll);
  return undefined_value(env);
}

/* close(port, closed): the external must not be used afterwards. */
static napi_value close_function(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t count = 2;
  udp_port_t *port;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  napi_get_value_external(env, arguments[0], (void **)&port);
  if (!port->is_closing) napi_create_reference(env, arguments[1], 1, &port->on_closed);
  start_closing(port);
  return undefined_value(env);
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor functions[] = {
      {"prepare", NULL, prepare_function, NULL, NULL, NULL, napi_enumerable, NULL},
      {"open", NULL, open_function, NULL, NULL, NULL, napi_enumerable, NULL},
      {"local", NULL, local_function, NULL, NULL, NULL, napi_enumerable, NULL},
      {"overflowed", NULL, overflowed_function, NULL, NULL, NULL, napi_enumerable, NULL},
      {"send", NULL, send_function, NULL, NULL, NULL, napi_enumerable, NULL},
      {"watch", NULL, watch_function, NULL, NULL, NULL, napi_enumerable, NULL},
      {"close", NULL, close_function, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions);
  return exports;
}
