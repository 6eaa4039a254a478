/* Many UDP sockets that live as one: what came to any of them is handed over at once, in the memory that JavaScript holds, and
 * what leaves through any of them leaves in one call. While much comes, the sockets are looked at once a millisecond instead of for
 * each datagram (decision 0030). For media: what finds no room in a socket is dropped. Loaded by udp-hub-native.ts. */
#define _GNU_SOURCE
#define NAPI_VERSION 8
#include <errno.h>
#include <node_api.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>
#include "loop.h"
#include "peer.h"
#include "values.h"

enum { BATCH = 256, EVENTS = 256, ROUNDS = 4, RUN = 64, MOST_SOCKETS = 65536 };
/* So many wakes in a row with no more than PACE_MS between them begin the pace; so many empty ticks end it. */
enum { PACE_MS = 3, HURRIED_WAKES = 4, EMPTY_TICKS = 3 };

typedef struct {
  uint8_t *slab;
  size_t slab_bytes;
  uint32_t *offsets, *lengths, *sockets;
  uint16_t *ports;
  uint8_t *peers;
  size_t capacity;
} batch_t;

typedef struct {
  int fd;
  /* How many datagrams are asked for at once: one, unless there was more again and again. */
  uint32_t eager;
  bool is_ipv6;
} hub_socket_t;

typedef struct {
  napi_env env;
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;
  napi_ref arrays, on_receive, on_closed;
  uv_loop_t *loop;
  uv_poll_t *poll;
  uv_timer_t *timer;
  int epoll_fd, open_handles;
  bool is_closing, is_paced;
  uint64_t woken_at_ms;
  unsigned hurried, empty;
  size_t slot_bytes, socket_count;
  hub_socket_t *sockets;
  batch_t received;
  struct mmsghdr headers[BATCH];
  struct iovec vectors[BATCH];
  struct sockaddr_storage names[BATCH];
} hub_t;

static bool read_batch(napi_env env, napi_value object, size_t capacity, batch_t *batch) {
  batch->capacity = capacity;
  batch->slab = array_property(env, object, "slab", napi_uint8_array, 0, &batch->slab_bytes);
  batch->offsets = array_property(env, object, "offsets", napi_uint32_array, capacity, NULL);
  batch->lengths = array_property(env, object, "lengths", napi_uint32_array, capacity, NULL);
  batch->sockets = array_property(env, object, "sockets", napi_uint32_array, capacity, NULL);
  batch->ports = array_property(env, object, "ports", napi_uint16_array, capacity, NULL);
  batch->peers = array_property(env, object, "peers", napi_uint8_array, capacity * PEER_BYTES, NULL);
  return batch->slab && batch->offsets && batch->lengths && batch->sockets && batch->ports && batch->peers;
}

static void free_batch(napi_env env, void *data, void *hint) {
  (void)env, (void)hint;
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

/* What it throws is uncaught, as from any event of the loop. */
static void call(hub_t *hub, napi_ref function_ref, size_t count, napi_value *arguments) {
  napi_value function, receiver, result, error;
  bool is_pending = false;
  napi_get_reference_value(hub->env, function_ref, &function);
  napi_get_global(hub->env, &receiver);
  napi_make_callback(hub->env, hub->context, receiver, function, count, arguments, &result);
  napi_is_exception_pending(hub->env, &is_pending);
  if (!is_pending) return;
  napi_get_and_clear_last_exception(hub->env, &error);
  napi_fatal_exception(hub->env, error);
}

/* Takes what waits at one socket into the slots from `kept` on. `again`: there was more than was asked for just now.
 * @returns how many slots are in use then. */
static size_t take(hub_t *hub, uint32_t id, size_t kept, bool again) {
  hub_socket_t *socket = &hub->sockets[id];
  batch_t *batch = &hub->received;
  size_t room = batch->capacity - kept, wanted = socket->eager < room ? socket->eager : room;
  for (size_t i = kept; i < kept + wanted; i++) hub->headers[i].msg_hdr.msg_namelen = sizeof hub->names[i];
  int count;
  do count = recvmmsg(socket->fd, hub->headers + kept, (unsigned)wanted, MSG_DONTWAIT, NULL);
  while (count < 0 && errno == EINTR);
  if (count <= 0) return kept;
  if ((uint32_t)count < wanted) socket->eager = (uint32_t)count;
  else if (again && socket->eager < RUN) socket->eager *= 2;
  size_t end = kept;
  for (size_t i = kept; i < kept + (size_t)count; i++) {
    /* What is longer than a packet of media may be is none. */
    if ((hub->headers[i].msg_hdr.msg_flags & MSG_TRUNC) != 0) continue;
    void *bytes = hub->vectors[i].iov_base;
    /* What was dropped leaves its memory to who comes next. */
    hub->vectors[i].iov_base = hub->vectors[end].iov_base;
    hub->vectors[end].iov_base = bytes;
    batch->offsets[end] = (uint32_t)((uint8_t *)bytes - batch->slab);
    batch->lengths[end] = hub->headers[i].msg_len;
    batch->sockets[end] = id;
    uint8_t *peer = batch->peers + end * PEER_BYTES;
    if (hub->names[i].ss_family == AF_INET) {
      struct sockaddr_in *in = (struct sockaddr_in *)&hub->names[i];
      batch->ports[end] = ntohs(in->sin_port);
      write_peer(peer, &in->sin_addr, 4, 0);
    } else {
      struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&hub->names[i];
      batch->ports[end] = ntohs(in6->sin6_port);
      write_peer(peer, &in6->sin6_addr, 6, in6->sin6_scope_id);
    }
    end++;
  }
  return end;
}

static void deliver(hub_t *hub, size_t count) {
  if (count == 0) return;
  napi_value argument = int_value(hub->env, (int32_t)count);
  call(hub, hub->on_receive, 1, &argument);
}

/* Hands over what waits at all sockets. @returns whether there was anything. */
static bool receive(hub_t *hub) {
  struct epoll_event events[EVENTS];
  bool was_any = false;
  napi_handle_scope scope;
  napi_open_handle_scope(hub->env, &scope);
  /* Several rounds for a burst, and then the loop's turn: others live on it, too. */
  for (int round = 0; round < ROUNDS && !hub->is_closing; round++) {
    int ready = epoll_wait(hub->epoll_fd, events, EVENTS, 0);
    size_t kept = 0, capacity = hub->received.capacity;
    for (int i = 0; i < ready && !hub->is_closing; i++) {
      uint32_t id = events[i].data.u32;
      if (hub->sockets[id].fd < 0) continue;
      kept = take(hub, id, kept, round > 0);
      if (kept < capacity) continue;
      was_any = true;
      deliver(hub, kept);
      kept = 0;
    }
    was_any = was_any || kept > 0;
    if (!hub->is_closing) deliver(hub, kept);
    if (ready <= 0) break;
  }
  napi_close_handle_scope(hub->env, scope);
  return was_any;
}

static void on_poll(uv_poll_t *handle, int status, int events);

static void on_timer(uv_timer_t *handle) {
  hub_t *hub = uv_handle_get_data(handle);
  if (hub->is_closing) return;
  hub->empty = receive(hub) ? 0 : hub->empty + 1;
  if (hub->empty < EMPTY_TICKS || hub->is_closing) return;
  hub->is_paced = false;
  hub->hurried = 0;
  uv_timer_stop(hub->timer);
  uv_poll_start(hub->poll, POLL_READABLE, on_poll);
}

static void on_poll(uv_poll_t *handle, int status, int events) {
  hub_t *hub = uv_handle_get_data(handle);
  (void)events;
  if (status < 0 || hub->is_closing) return;
  uint64_t now_ms = uv_now(hub->loop);
  hub->hurried = now_ms - hub->woken_at_ms <= PACE_MS ? hub->hurried + 1 : 0;
  hub->woken_at_ms = now_ms;
  receive(hub);
  if (hub->hurried < HURRIED_WAKES || hub->is_closing) return;
  hub->is_paced = true;
  hub->empty = 0;
  uv_poll_stop(hub->poll);
  uv_timer_start(hub->timer, on_timer, PACE_MS, PACE_MS);
}

static void on_handle_closed(void *handle) {
  hub_t *hub = uv_handle_get_data(handle);
  napi_env env = hub->env;
  free(handle);
  if (--hub->open_handles > 0) return;
  napi_handle_scope scope;
  napi_open_handle_scope(env, &scope);
  if (hub->on_closed != NULL) call(hub, hub->on_closed, 0, NULL);
  napi_ref *references[] = {&hub->arrays, &hub->on_receive, &hub->on_closed};
  for (size_t i = 0; i < sizeof references / sizeof *references; i++)
    if (*references[i] != NULL) napi_delete_reference(env, *references[i]);
  napi_async_destroy(env, hub->context);
  napi_close_handle_scope(env, scope);
  napi_remove_async_cleanup_hook(hub->cleanup);
  free(hub->sockets);
  free(hub);
}

static void start_closing(hub_t *hub) {
  if (hub->is_closing) return;
  hub->is_closing = true;
  uv_poll_stop(hub->poll);
  uv_timer_stop(hub->timer);
  for (size_t id = 0; id < hub->socket_count; id++)
    if (hub->sockets[id].fd >= 0) close(hub->sockets[id].fd);
  close(hub->epoll_fd);
  uv_close(hub->poll, on_handle_closed);
  uv_close(hub->timer, on_handle_closed);
}

/* The environment (a worker, the process) ends while the hub is open. */
static void on_environment_end(napi_async_cleanup_hook_handle handle, void *data) {
  (void)handle;
  start_closing(data);
}

static int give_up(hub_t *hub, int error) {
  if (hub->epoll_fd >= 0) close(hub->epoll_fd);
  free(hub->poll);
  free(hub->timer);
  free(hub);
  return error;
}

static int open_hub(napi_env env, napi_value options, hub_t **opened) {
  batch_t *batch;
  hub_t *hub = calloc(1, sizeof *hub);
  if (hub == NULL) return ENOMEM;
  hub->env = env;
  hub->epoll_fd = -1;
  hub->slot_bytes = (size_t)number_property(env, options, "slotBytes");
  if (napi_get_value_external(env, property(env, options, "batch"), (void **)&batch) != napi_ok || batch->capacity > BATCH ||
      hub->slot_bytes == 0 || batch->slab_bytes / batch->capacity < hub->slot_bytes)
    return give_up(hub, EINVAL);
  hub->received = *batch;
  for (size_t i = 0; i < batch->capacity; i++) {
    hub->vectors[i] = (struct iovec){batch->slab + i * hub->slot_bytes, hub->slot_bytes};
    hub->headers[i].msg_hdr = (struct msghdr){.msg_name = &hub->names[i], .msg_iov = &hub->vectors[i], .msg_iovlen = 1};
  }
  hub->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (hub->epoll_fd < 0) return give_up(hub, errno);
  hub->poll = malloc(uv_handle_size(UV_POLL_TYPE));
  hub->timer = malloc(uv_handle_size(UV_TIMER_TYPE));
  if (hub->poll == NULL || hub->timer == NULL || napi_get_uv_event_loop(env, (struct uv_loop_s **)&hub->loop) != napi_ok)
    return give_up(hub, ENOMEM);
  int error = uv_poll_init(hub->loop, hub->poll, hub->epoll_fd);
  if (error != 0) return give_up(hub, -error);
  uv_timer_init(hub->loop, hub->timer);
  hub->open_handles = 2;
  uv_handle_set_data(hub->poll, hub);
  uv_handle_set_data(hub->timer, hub);
  napi_value name;
  napi_create_string_utf8(env, "parley:udp-hub", NAPI_AUTO_LENGTH, &name);
  napi_async_init(env, NULL, name, &hub->context);
  napi_create_reference(env, property(env, options, "arrays"), 1, &hub->arrays);
  napi_create_reference(env, property(env, options, "onReceive"), 1, &hub->on_receive);
  napi_add_async_cleanup_hook(env, on_environment_end, hub, &hub->cleanup);
  uv_poll_start(hub->poll, POLL_READABLE, on_poll);
  *opened = hub;
  return 0;
}

/* open(options) → an external, or the number of the system's error. */
static napi_value open_function(napi_env env, napi_callback_info info) {
  napi_value options, handle;
  size_t count = 1;
  hub_t *hub;
  napi_get_cb_info(env, info, &count, &options, NULL, NULL);
  int error = open_hub(env, options, &hub);
  if (error != 0) return int_value(env, error);
  napi_create_external(env, hub, NULL, NULL, &handle);
  return handle;
}

static int bind_socket(hub_socket_t *opened, const char *address, uint16_t number, int buffer_bytes) {
  struct sockaddr_storage name;
  uint8_t peer[PEER_BYTES] = {0};
  bool is_ipv6 = strchr(address, ':') != NULL;
  peer[20] = is_ipv6 ? 6 : 4;
  if (inet_pton(is_ipv6 ? AF_INET6 : AF_INET, address, peer) != 1) return EINVAL;
  int fd = socket(is_ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  /* Who may administer the network may have more than net.core.rmem_max. */
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof buffer_bytes) != 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
  int ipv6_only = strcmp(address, "::") != 0;
  if (is_ipv6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &ipv6_only, sizeof ipv6_only);
  socklen_t length = read_peer(peer, number, is_ipv6, &name);
  if (bind(fd, (struct sockaddr *)&name, length) != 0) {
    int error = errno;
    close(fd);
    return error;
  }
  *opened = (hub_socket_t){.fd = fd, .eager = 1, .is_ipv6 = is_ipv6};
  return 0;
}

static int add_socket(hub_t *hub, uint32_t id, const char *address, uint16_t number, int buffer_bytes) {
  if (hub->is_closing || id >= MOST_SOCKETS || (id < hub->socket_count && hub->sockets[id].fd >= 0)) return EINVAL;
  if (id >= hub->socket_count) {
    size_t more = id + 1 < 64 ? 64 : (size_t)id * 2 + 1;
    hub_socket_t *grown = realloc(hub->sockets, more * sizeof *grown);
    if (grown == NULL) return ENOMEM;
    for (size_t i = hub->socket_count; i < more; i++) grown[i].fd = -1;
    hub->sockets = grown;
    hub->socket_count = more;
  }
  hub_socket_t *socket = &hub->sockets[id];
  int error = bind_socket(socket, address, number, buffer_bytes);
  if (error != 0) return error;
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = id};
  if (epoll_ctl(hub->epoll_fd, EPOLL_CTL_ADD, socket->fd, &event) == 0) return 0;
  error = errno;
  close(socket->fd);
  socket->fd = -1;
  return error;
}

/* add(hub, id, address, port, bufferBytes) → the bound port number, or the system's error below 0. */
static napi_value add_function(napi_env env, napi_callback_info info) {
  napi_value arguments[5];
  size_t count = 5, length;
  hub_t *hub;
  char address[64] = "";
  uint32_t id = MOST_SOCKETS, number = 0;
  int32_t buffer_bytes = 0;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  napi_get_value_external(env, arguments[0], (void **)&hub);
  napi_get_value_uint32(env, arguments[1], &id);
  napi_get_value_uint32(env, arguments[3], &number);
  napi_get_value_int32(env, arguments[4], &buffer_bytes);
  if (napi_get_value_string_utf8(env, arguments[2], address, sizeof address, &length) != napi_ok) return int_value(env, -EINVAL);
  int error = add_socket(hub, id, address, (uint16_t)number, buffer_bytes);
  if (error != 0) return int_value(env, -error);
  struct sockaddr_storage name;
  socklen_t name_length = sizeof name;
  if (getsockname(hub->sockets[id].fd, (struct sockaddr *)&name, &name_length) != 0) return int_value(env, -errno);
  return int_value(env, ntohs(hub->sockets[id].is_ipv6 ? ((struct sockaddr_in6 *)&name)->sin6_port
                                                       : ((struct sockaddr_in *)&name)->sin_port));
}

/* remove(hub, id): closes that socket. */
static napi_value remove_function(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t count = 2;
  hub_t *hub;
  uint32_t id = MOST_SOCKETS;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  napi_get_value_external(env, arguments[0], (void **)&hub);
  napi_get_value_uint32(env, arguments[1], &id);
  if (!hub->is_closing && id < hub->socket_count && hub->sockets[id].fd >= 0) {
    close(hub->sockets[id].fd);
    hub->sockets[id].fd = -1;
  }
  return undefined_value(env);
}

/* send(hub, batch, count) → how many the system took; the others are gone. */
static napi_value send_function(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  size_t count = 3;
  hub_t *hub;
  batch_t *batch;
  uint32_t total = 0, sent = 0;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  napi_get_value_external(env, arguments[0], (void **)&hub);
  napi_get_value_external(env, arguments[1], (void **)&batch);
  napi_get_value_uint32(env, arguments[2], &total);
  if (hub->is_closing) return int_value(env, 0);
  if (total > batch->capacity) total = (uint32_t)batch->capacity;
  struct mmsghdr headers[RUN];
  struct iovec vectors[RUN];
  struct sockaddr_storage names[RUN];
  for (uint32_t next = 0; next < total;) {
    uint32_t id = batch->sockets[next];
    if (id >= hub->socket_count || hub->sockets[id].fd < 0) {
      next++;
      continue;
    }
    hub_socket_t *socket = &hub->sockets[id];
    unsigned run = 0;
    for (; run < RUN && next < total && batch->sockets[next] == id; next++) {
      size_t offset = batch->offsets[next], length = batch->lengths[next];
      const uint8_t *peer = batch->peers + (size_t)next * PEER_BYTES;
      if (offset > batch->slab_bytes || length > batch->slab_bytes - offset || (!socket->is_ipv6 && peer[20] != 4)) continue;
      vectors[run] = (struct iovec){batch->slab + offset, length};
      socklen_t name_length = read_peer(peer, batch->ports[next], socket->is_ipv6, &names[run]);
      headers[run].msg_hdr =
          (struct msghdr){.msg_name = &names[run], .msg_namelen = name_length, .msg_iov = &vectors[run], .msg_iovlen = 1};
      run++;
    }
    for (unsigned done = 0; done < run;) {
      int left = sendmmsg(socket->fd, headers + done, run - done, MSG_DONTWAIT);
      if (left > 0) done += (unsigned)left, sent += (unsigned)left;
      /* This one cannot leave (no route, no room); the next one may. */
      else if (errno != EINTR) done++;
    }
  }
  return int_value(env, (int32_t)sent);
}

/* close(hub, closed): the external must not be used afterwards. */
static napi_value close_function(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t count = 2;
  hub_t *hub;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  napi_get_value_external(env, arguments[0], (void **)&hub);
  if (!hub->is_closing) napi_create_reference(env, arguments[1], 1, &hub->on_closed);
  start_closing(hub);
  return undefined_value(env);
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor functions[] = {
      {"prepare", NULL, prepare_function, NULL, NULL, NULL, napi_enumerable, NULL},
      {"open", NULL, open_function, NULL, NULL, NULL, napi_enumerable, NULL},
      {"add", NULL, add_function, NULL, NULL, NULL, napi_enumerable, NULL},
      {"remove", NULL, remove_function, NULL, NULL, NULL, napi_enumerable, NULL},
      {"send", NULL, send_function, NULL, NULL, NULL, napi_enumerable, NULL},
      {"close", NULL, close_function, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions);
  return exports;
}
