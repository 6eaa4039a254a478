/* Values between C and JavaScript. Included by udp-batch.c and udp-hub.c. */
#ifndef VALUES_H
#define VALUES_H
#include <node_api.h>
#include <stdbool.h>
#include <stdint.h>

static napi_value undefined_value(napi_env env) {
  napi_value value;
  napi_get_undefined(env, &value);
  return value;
}

static napi_value int_value(napi_env env, int32_t number) {
  napi_value value;
  napi_create_int32(env, number, &value);
  return value;
}

static napi_value property(napi_env env, napi_value object, const char *name) {
  napi_value value = NULL;
  napi_get_named_property(env, object, name, &value);
  return value;
}

static int64_t number_property(napi_env env, napi_value object, const char *name) {
  int64_t number = 0;
  napi_get_value_int64(env, property(env, object, name), &number);
  return number;
}

/* The memory of a typed array, or NULL when it is none of at least so many elements. */
static void *array_property(napi_env env, napi_value object, const char *name, napi_typedarray_type wanted, size_t least,
                            size_t *length_out) {
  napi_typedarray_type type;
  size_t length;
  void *data;
  if (napi_get_typedarray_info(env, property(env, object, name), &type, &length, &data, NULL, NULL) != napi_ok) return NULL;
  if (type != wanted || length < least) return NULL;
  if (length_out != NULL) *length_out = length;
  return data;
}
#endif
