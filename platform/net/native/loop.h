/* The process's own event loop, for who brings sockets of their own. Included by udp-batch.c and udp-hub.c. */
#ifndef LOOP_H
#define LOOP_H
#include <stddef.h>
#include <stdint.h>

/* The loop's own functions come from the program that loads this; its handles are opaque here, so that no header of a
 * particular version of it is needed. */
typedef struct uv_loop_s uv_loop_t;
typedef struct uv_poll_s uv_poll_t;
typedef struct uv_timer_s uv_timer_t;
enum { UV_POLL_TYPE = 8, UV_TIMER_TYPE = 13, POLL_READABLE = 1, POLL_WRITABLE = 2 };
extern size_t uv_handle_size(int type);
extern int uv_poll_init(uv_loop_t *loop, uv_poll_t *handle, int fd);
extern int uv_poll_start(uv_poll_t *handle, int events, void (*callback)(uv_poll_t *, int status, int events));
extern int uv_poll_stop(uv_poll_t *handle);
extern void uv_close(void *handle, void (*callback)(void *));
extern void uv_handle_set_data(void *handle, void *data);
extern void *uv_handle_get_data(const void *handle);
extern int uv_timer_init(uv_loop_t *loop, uv_timer_t *handle);
extern int uv_timer_start(uv_timer_t *handle, void (*callback)(uv_timer_t *), uint64_t timeout_ms, uint64_t repeat_ms);
extern int uv_timer_stop(uv_timer_t *handle);
extern uint64_t uv_now(const uv_loop_t *loop);
#endif
