/* What SRTP needs of cryptography, in contexts that live as long as a key: AES in counter mode, AES-GCM, HMAC-SHA1. The work is done
 * by the OpenSSL that Node itself carries and exports; no header and no library of it is needed. Loaded by native-cipher.ts. */
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct evp_cipher_st EVP_CIPHER;
typedef struct evp_cipher_ctx_st EVP_CIPHER_CTX;
typedef struct evp_md_st EVP_MD;
typedef struct hmac_ctx_st HMAC_CTX;
extern const EVP_CIPHER *EVP_aes_128_ctr(void), *EVP_aes_192_ctr(void), *EVP_aes_256_ctr(void);
extern const EVP_CIPHER *EVP_aes_128_gcm(void), *EVP_aes_256_gcm(void);
extern const EVP_MD *EVP_sha1(void);
extern EVP_CIPHER_CTX *EVP_CIPHER_CTX_new(void);
extern void EVP_CIPHER_CTX_free(EVP_CIPHER_CTX *ctx);
extern int EVP_CipherInit_ex(EVP_CIPHER_CTX *ctx, const EVP_CIPHER *type, void *engine, const uint8_t *key, const uint8_t *iv, int encrypts);
extern int EVP_CipherUpdate(EVP_CIPHER_CTX *ctx, uint8_t *out, int *written, const uint8_t *in, int length);
extern int EVP_CipherFinal_ex(EVP_CIPHER_CTX *ctx, uint8_t *out, int *written);
extern int EVP_CIPHER_CTX_ctrl(EVP_CIPHER_CTX *ctx, int type, int argument, void *pointer);
extern HMAC_CTX *HMAC_CTX_new(void);
extern void HMAC_CTX_free(HMAC_CTX *ctx);
extern int HMAC_Init_ex(HMAC_CTX *ctx, const void *key, int length, const EVP_MD *type, void *engine);
extern int HMAC_Update(HMAC_CTX *ctx, const uint8_t *data, size_t length);
extern int HMAC_Final(HMAC_CTX *ctx, uint8_t *digest, unsigned *length);

enum { GET_TAG = 0x10, SET_TAG = 0x11, TAG_BYTES = 16, DIGEST_BYTES = 20, ARGUMENTS = 5 };

typedef struct {
  uint8_t *bytes;
  size_t length;
} bytes_t;

/* A Uint8Array; anything else is empty. */
static bytes_t bytes_of(napi_env env, napi_value value) {
  napi_typedarray_type type;
  bytes_t found = {NULL, 0};
  void *data = NULL;
  size_t length = 0;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, NULL, NULL) == napi_ok && type == napi_uint8_array)
    found = (bytes_t){data, length};
  return found;
}

static napi_value undefined_value(napi_env env) {
  napi_value value;
  napi_get_undefined(env, &value);
  return value;
}

static napi_value failed(napi_env env, const char *sentence) {
  napi_throw_error(env, NULL, sentence);
  return NULL;
}

static void free_cipher(napi_env env, void *context, void *hint) {
  (void)env, (void)hint;
  EVP_CIPHER_CTX_free(context);
}

static void free_hmac(napi_env env, void *context, void *hint) {
  (void)env, (void)hint;
  HMAC_CTX_free(context);
}

static napi_value new_cipher(napi_env env, napi_callback_info info, bool is_gcm) {
  napi_value argument, handle;
  size_t count = 1;
  napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  bytes_t key = bytes_of(env, argument);
  const EVP_CIPHER *type = key.length == 16   ? (is_gcm ? EVP_aes_128_gcm() : EVP_aes_128_ctr())
                           : key.length == 32 ? (is_gcm ? EVP_aes_256_gcm() : EVP_aes_256_ctr())
                           : key.length == 24 && !is_gcm ? EVP_aes_192_ctr()
                                                         : NULL;
  EVP_CIPHER_CTX *context = type == NULL ? NULL : EVP_CIPHER_CTX_new();
  if (context == NULL) return failed(env, "a key of AES has 16 or 32 bytes");
  if (EVP_CipherInit_ex(context, type, NULL, key.bytes, NULL, 1) != 1 ||
      napi_create_external(env, context, free_cipher, NULL, &handle) != napi_ok) {
    EVP_CIPHER_CTX_free(context);
    return failed(env, "the key was not taken");
  }
  return handle;
}

/* counter(key), galois(key) → a handle. */
static napi_value counter_function(napi_env env, napi_callback_info info) { return new_cipher(env, info, false); }
static napi_value galois_function(napi_env env, napi_callback_info info) { return new_cipher(env, info, true); }

/* hmac(key) → a handle. */
static napi_value hmac_function(napi_env env, napi_callback_info info) {
  napi_value argument, handle;
  size_t count = 1;
  napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  bytes_t key = bytes_of(env, argument);
  HMAC_CTX *context = HMAC_CTX_new();
  if (context == NULL) return failed(env, "no memory");
  if (HMAC_Init_ex(context, key.length == 0 ? (const void *)"" : key.bytes, (int)key.length, EVP_sha1(), NULL) != 1 ||
      napi_create_external(env, context, free_hmac, NULL, &handle) != napi_ok) {
    HMAC_CTX_free(context);
    return failed(env, "the key was not taken");
  }
  return handle;
}

/* The handle and up to four arrays behind it. */
static void *arguments(napi_env env, napi_callback_info info, bytes_t *arrays, size_t wanted) {
  napi_value values[ARGUMENTS];
  size_t count = wanted + 1;
  void *handle = NULL;
  napi_get_cb_info(env, info, &count, values, NULL, NULL);
  if (count != wanted + 1 || napi_get_value_external(env, values[0], &handle) != napi_ok) return NULL;
  for (size_t i = 0; i < wanted; i++) arrays[i] = bytes_of(env, values[i + 1]);
  return handle;
}

/* stream(counter, block, bytes): changes the bytes where they are. */
static napi_value stream_function(napi_env env, napi_callback_info info) {
  bytes_t arrays[2];
  int written;
  EVP_CIPHER_CTX *context = arguments(env, info, arrays, 2);
  if (context == NULL || arrays[0].length != 16) return failed(env, "a counter has 16 bytes");
  if (EVP_CipherInit_ex(context, NULL, NULL, NULL, arrays[0].bytes, 1) != 1 ||
      (arrays[1].length > 0 &&
       EVP_CipherUpdate(context, arrays[1].bytes, &written, arrays[1].bytes, (int)arrays[1].length) != 1))
    return failed(env, "AES did not work");
  return undefined_value(env);
}

static bool run_galois(EVP_CIPHER_CTX *context, const bytes_t *nonce, const bytes_t *associated, const bytes_t *bytes, int encrypts) {
  int written;
  return EVP_CipherInit_ex(context, NULL, NULL, NULL, nonce->bytes, encrypts) == 1 &&
         (associated->length == 0 ||
          EVP_CipherUpdate(context, NULL, &written, associated->bytes, (int)associated->length) == 1) &&
         (bytes->length == 0 || EVP_CipherUpdate(context, bytes->bytes, &written, bytes->bytes, (int)bytes->length) == 1);
}

/* seal(galois, nonce, associated, bytes, tag): encrypts where it is and fills the tag. */
static napi_value seal_function(napi_env env, napi_callback_info info) {
  bytes_t arrays[4];
  uint8_t rest[TAG_BYTES];
  int written;
  EVP_CIPHER_CTX *context = arguments(env, info, arrays, 4);
  if (context == NULL || arrays[0].length != 12 || arrays[3].length != TAG_BYTES)
    return failed(env, "a nonce has 12 bytes, a tag 16");
  if (!run_galois(context, &arrays[0], &arrays[1], &arrays[2], 1) || EVP_CipherFinal_ex(context, rest, &written) != 1 ||
      EVP_CIPHER_CTX_ctrl(context, GET_TAG, TAG_BYTES, arrays[3].bytes) != 1)
    return failed(env, "AES-GCM did not work");
  return undefined_value(env);
}

/* open(galois, nonce, associated, bytes, tag) → whether it is authentic; if not, the bytes are as they were. */
static napi_value open_function(napi_env env, napi_callback_info info) {
  bytes_t arrays[4];
  uint8_t rest[TAG_BYTES];
  int written;
  napi_value result;
  EVP_CIPHER_CTX *context = arguments(env, info, arrays, 4);
  if (context == NULL || arrays[0].length != 12 || arrays[3].length != TAG_BYTES)
    return failed(env, "a nonce has 12 bytes, a tag 16");
  if (!run_galois(context, &arrays[0], &arrays[1], &arrays[2], 0) ||
      EVP_CIPHER_CTX_ctrl(context, SET_TAG, TAG_BYTES, arrays[3].bytes) != 1)
    return failed(env, "AES-GCM did not work");
  bool is_authentic = EVP_CipherFinal_ex(context, rest, &written) == 1;
  /* Encrypted again, it is what came. */
  if (!is_authentic) run_galois(context, &arrays[0], &arrays[1], &arrays[2], 1);
  napi_get_boolean(env, is_authentic, &result);
  return result;
}

/* digest(hmac, first, second, out): 20 bytes over both. */
static napi_value digest_function(napi_env env, napi_callback_info info) {
  bytes_t arrays[3];
  unsigned length;
  HMAC_CTX *context = arguments(env, info, arrays, 3);
  if (context == NULL || arrays[2].length != DIGEST_BYTES) return failed(env, "a digest has 20 bytes");
  if (HMAC_Init_ex(context, NULL, 0, NULL, NULL) != 1 ||
      (arrays[0].length > 0 && HMAC_Update(context, arrays[0].bytes, arrays[0].length) != 1) ||
      (arrays[1].length > 0 && HMAC_Update(context, arrays[1].bytes, arrays[1].length) != 1) ||
      HMAC_Final(context, arrays[2].bytes, &length) != 1)
    return failed(env, "HMAC did not work");
  return undefined_value(env);
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor functions[] = {
      {"counter", NULL, counter_function, NULL, NULL, NULL, napi_enumerable, NULL},
      {"galois", NULL, galois_function, NULL, NULL, NULL, napi_enumerable, NULL},
      {"hmac", NULL, hmac_function, NULL, NULL, NULL, napi_enumerable, NULL},
      {"stream", NULL, stream_function, NULL, NULL, NULL, napi_enumerable, NULL},
      {"seal", NULL, seal_function, NULL, NULL, NULL, napi_enumerable, NULL},
      {"open", NULL, open_function, NULL, NULL, NULL, napi_enumerable, NULL},
      {"digest", NULL, digest_function, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions);
  return exports;
}
