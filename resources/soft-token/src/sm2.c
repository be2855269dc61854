#include "sm2.h"
#include "field.h"
#include "sm3.h"
#include <string.h>
#ifdef _WIN32
#include <windows.h>
#include <bcrypt.h>
int random_bytes(void *p, size_t n) { return BCryptGenRandom(NULL, p, (ULONG)n, BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0; }
#else
#include <pthread.h>
#include <sys/random.h>
int random_bytes(void *p, size_t n) {
  for (uint8_t *b = p; n;) { /* one call gives at most 256 bytes for sure */
    ssize_t got = getrandom(b, n < 256 ? n : 256, 0);
    if (got <= 0) return 0;
    b += got;
    n -= (size_t)got;
  }
  return 1;
}
#endif

/* a, b, Gx, Gy of sm2p256v1, GB/T 32918.5 */
static const uint8_t CURVE[128] = {
    0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFC,
    0x28, 0xE9, 0xFA, 0x9E, 0x9D, 0x9F, 0x5E, 0x34, 0x4D, 0x5A, 0x9E, 0x4B, 0xCF, 0x65, 0x09, 0xA7,
    0xF3, 0x97, 0x89, 0xF5, 0x15, 0xAB, 0x8F, 0x92, 0xDD, 0xBC, 0xBD, 0x41, 0x4D, 0x94, 0x0E, 0x93,
    0x32, 0xC4, 0xAE, 0x2C, 0x1F, 0x19, 0x81, 0x19, 0x5F, 0x99, 0x04, 0x46, 0x6A, 0x39, 0xC9, 0x94,
    0x8F, 0xE3, 0x0B, 0xBF, 0xF2, 0x66, 0x0B, 0xE1, 0x71, 0x5A, 0x45, 0x89, 0x33, 0x4C, 0x74, 0xC7,
    0xBC, 0x37, 0x36, 0xA2, 0xF4, 0xF6, 0x77, 0x9C, 0x59, 0xBD, 0xCE, 0xE3, 0x6B, 0x69, 0x21, 0x53,
    0xD0, 0xA9, 0x87, 0x7C, 0xC6, 0x2A, 0x47, 0x40, 0x02, 0xDF, 0x32, 0xE5, 0x21, 0x39, 0xF0, 0xA0};
static Modulus P = {.m = {0xFFFFFFFFFFFFFFFF, 0xFFFFFFFF00000000, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFEFFFFFFFF}};
static Modulus N = {.m = {0x53BBF40939D54123, 0x7203DF6B21C6052B, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFEFFFFFFFF}};

typedef struct { F x, y, z; } Point; /* Jacobian; z = 0 is the point at infinity */
static Point BASE[64][16];           /* BASE[i][j] = j · 16^i · G */
static F B;                          /* b in Montgomery form */

static void point_double(Point *r, const Point *p) { /* a = −3 */
  F delta, gamma, beta, alpha, t, u, x, y, z;
  mod_mul(delta, p->z, p->z, &P);
  mod_mul(gamma, p->y, p->y, &P);
  mod_mul(beta, p->x, gamma, &P);
  mod_sub(t, p->x, delta, &P);
  mod_add(u, p->x, delta, &P);
  mod_mul(t, t, u, &P);
  mod_add(alpha, t, t, &P);
  mod_add(alpha, alpha, t, &P);
  mod_add(z, p->y, p->z, &P);
  mod_mul(z, z, z, &P);
  mod_sub(z, z, gamma, &P);
  mod_sub(z, z, delta, &P);
  F beta4, beta8;
  mod_add(beta4, beta, beta, &P);
  mod_add(beta4, beta4, beta4, &P);
  mod_add(beta8, beta4, beta4, &P);
  mod_mul(x, alpha, alpha, &P);
  mod_sub(x, x, beta8, &P);
  mod_sub(t, beta4, x, &P);
  mod_mul(t, alpha, t, &P);
  mod_mul(gamma, gamma, gamma, &P);
  for (int i = 0; i < 3; i++) mod_add(gamma, gamma, gamma, &P);
  mod_sub(y, t, gamma, &P);
  memcpy(r->x, x, sizeof x);
  memcpy(r->y, y, sizeof y);
  memcpy(r->z, z, sizeof z);
}

static void point_add(Point *r, const Point *a, const Point *b) {
  if (f_is_zero(a->z)) { *r = *b; return; }
  if (f_is_zero(b->z)) { *r = *a; return; }
  F z1, z2, u1, u2, s1, s2, h, t, i, j, v;
  Point o;
  mod_mul(z1, a->z, a->z, &P);
  mod_mul(z2, b->z, b->z, &P);
  mod_mul(u1, a->x, z2, &P);
  mod_mul(u2, b->x, z1, &P);
  mod_mul(s1, a->y, b->z, &P);
  mod_mul(s1, s1, z2, &P);
  mod_mul(s2, b->y, a->z, &P);
  mod_mul(s2, s2, z1, &P);
  mod_sub(h, u2, u1, &P);
  mod_sub(t, s2, s1, &P);
  if (f_is_zero(h)) {
    if (f_is_zero(t)) point_double(r, a);
    else memset(r, 0, sizeof *r);
    return;
  }
  mod_mul(i, h, h, &P);
  mod_mul(j, h, i, &P);
  mod_mul(v, u1, i, &P);
  mod_mul(o.x, t, t, &P);
  mod_sub(o.x, o.x, j, &P);
  mod_sub(o.x, o.x, v, &P);
  mod_sub(o.x, o.x, v, &P);
  mod_sub(v, v, o.x, &P);
  mod_mul(v, v, t, &P);
  mod_mul(s1, s1, j, &P);
  mod_sub(o.y, v, s1, &P);
  mod_mul(o.z, a->z, b->z, &P);
  mod_mul(o.z, o.z, h, &P);
  *r = o;
}

static void setup_once(void) {
  modulus_setup(&P);
  modulus_setup(&N);
  F t;
  Point g;
  f_load(t, CURVE + 32);
  to_montgomery(B, t, &P);
  f_load(t, CURVE + 64);
  to_montgomery(g.x, t, &P);
  f_load(t, CURVE + 96);
  to_montgomery(g.y, t, &P);
  memcpy(g.z, P.one, sizeof g.z);
  for (int i = 0; i < 64; i++) {
    for (int j = 1; j < 16; j++) point_add(&BASE[i][j], &BASE[i][j - 1], &g);
    for (int j = 0; j < 4; j++) point_double(&g, &g);
  }
}
#ifdef _WIN32
static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
static BOOL CALLBACK once_callback(PINIT_ONCE a, PVOID b, PVOID *c) {
  (void)a, (void)b, (void)c;
  setup_once();
  return TRUE;
}
static void setup(void) { InitOnceExecuteOnce(&once, once_callback, NULL, NULL); }
#else
static pthread_once_t once = PTHREAD_ONCE_INIT;
static void setup(void) { pthread_once(&once, setup_once); }
#endif

static unsigned nibble(const F k, int i) { return (unsigned)(k[i / 16] >> (i % 16 * 4) & 15); }

static void multiply_base(Point *r, const F k) {
  memset(r, 0, sizeof *r);
  for (int i = 0; i < 64; i++) point_add(r, r, &BASE[i][nibble(k, i)]);
}

static void multiply(Point *r, const F k, const Point *p) {
  Point table[16];
  memset(&table[0], 0, sizeof table[0]);
  for (int i = 1; i < 16; i++) point_add(&table[i], &table[i - 1], p);
  memset(r, 0, sizeof *r);
  for (int i = 63; i >= 0; i--) {
    for (int j = 0; j < 4; j++) point_double(r, r);
    point_add(r, r, &table[nibble(k, i)]);
  }
}

/* y may be NULL when only x is wanted. */
static int to_affine(const Point *p, F x, F y) {
  if (f_is_zero(p->z)) return 0;
  F inverse, power;
  mod_invert(inverse, p->z, &P);
  mod_mul(power, inverse, inverse, &P);
  mod_mul(x, p->x, power, &P);
  from_montgomery(x, x, &P);
  if (y) {
    mod_mul(power, power, inverse, &P);
    mod_mul(y, p->y, power, &P);
    from_montgomery(y, y, &P);
  }
  return 1;
}

/* 1 … n−2: d = n−1 would make 1 + d non-invertible. */
static int is_scalar(const F a) {
  static const F one = {1, 0, 0, 0};
  F limit;
  f_subtract(limit, N.m, one);
  return !f_is_zero(a) && f_compare(a, limit) < 0;
}
static void reduce(F a) {
  if (f_compare(a, N.m) >= 0) f_subtract(a, a, N.m);
}

int sm2_public_key(const uint8_t d[32], uint8_t public_key[64]) {
  setup();
  F k, x, y;
  Point p;
  f_load(k, d);
  if (!is_scalar(k)) return 0;
  multiply_base(&p, k);
  to_affine(&p, x, y);
  f_store(public_key, x);
  f_store(public_key + 32, y);
  wipe(k, sizeof k);
  return 1;
}

int sm2_generate(uint8_t d[32], uint8_t public_key[64]) {
  do {
    if (!random_bytes(d, 32)) return 0;
  } while (!sm2_public_key(d, public_key));
  return 1;
}

/* GB/T 32918.2 §6.1: r = e + x₁, s = (1 + d)⁻¹ (k − r d) mod n. */
int sm2_sign(const uint8_t private_key[32], const uint8_t digest[32], uint8_t signature[64]) {
  setup();
  static const F one = {1, 0, 0, 0};
  F d, e, k, x, r, s, t;
  uint8_t nonce[32];
  Point p;
  f_load(d, private_key);
  f_load(e, digest);
  reduce(e);
  for (;;) {
    if (!random_bytes(nonce, 32)) return 0;
    f_load(k, nonce);
    if (!is_scalar(k)) continue;
    multiply_base(&p, k);
    to_affine(&p, x, NULL);
    reduce(x);
    mod_add(r, e, x, &N);
    mod_add(t, r, k, &N);
    if (f_is_zero(r) || f_is_zero(t)) continue;
    F dm, rm, km;
    to_montgomery(dm, d, &N);
    to_montgomery(rm, r, &N);
    to_montgomery(km, k, &N);
    mod_mul(t, rm, dm, &N);
    mod_sub(t, km, t, &N);
    mod_add(s, d, one, &N);
    to_montgomery(s, s, &N);
    mod_invert(s, s, &N);
    mod_mul(s, s, t, &N);
    from_montgomery(s, s, &N);
    wipe(dm, sizeof dm);
    wipe(km, sizeof km);
    if (!f_is_zero(s)) break;
  }
  f_store(signature, r);
  f_store(signature + 32, s);
  wipe(d, sizeof d);
  wipe(k, sizeof k);
  wipe(nonce, sizeof nonce);
  return 1;
}

/* GB/T 32918.2 §7.1: (x, y) = s G + (r + s) P, accept when e + x = r. */
int sm2_verify(const uint8_t public_key[64], const uint8_t digest[32], const uint8_t signature[64]) {
  setup();
  F x, y, e, r, s, t, left, right;
  Point q, a, b;
  f_load(x, public_key);
  f_load(y, public_key + 32);
  f_load(e, digest);
  f_load(r, signature);
  f_load(s, signature + 32);
  if (f_is_zero(r) || f_is_zero(s) || f_compare(r, N.m) >= 0 || f_compare(s, N.m) >= 0) return 0;
  if (f_compare(x, P.m) >= 0 || f_compare(y, P.m) >= 0) return 0;
  to_montgomery(q.x, x, &P);
  to_montgomery(q.y, y, &P);
  memcpy(q.z, P.one, sizeof q.z);
  mod_mul(left, q.y, q.y, &P);
  mod_mul(right, q.x, q.x, &P);
  mod_mul(right, right, q.x, &P);
  mod_add(right, right, B, &P);
  for (int i = 0; i < 3; i++) mod_sub(right, right, q.x, &P);
  if (f_compare(left, right)) return 0; /* y² ≠ x³ − 3x + b */
  mod_add(t, r, s, &N);
  if (f_is_zero(t)) return 0;
  multiply_base(&a, s);
  multiply(&b, t, &q);
  point_add(&a, &a, &b);
  if (!to_affine(&a, x, NULL)) return 0;
  reduce(x);
  reduce(e);
  mod_add(t, e, x, &N);
  return f_compare(t, r) == 0;
}

void sm2_za(const uint8_t *id, size_t id_length, const uint8_t public_key[64], uint8_t z[32]) {
  uint8_t entl[2] = {(uint8_t)(id_length >> 5), (uint8_t)(id_length << 3)};
  Sm3 s;
  sm3_init(&s);
  sm3_update(&s, entl, 2);
  sm3_update(&s, id, id_length);
  sm3_update(&s, CURVE, sizeof CURVE);
  sm3_update(&s, public_key, 64);
  sm3_final(&s, z);
}

static size_t integer_to_der(const uint8_t value[32], uint8_t *out) {
  int skip = 0;
  while (skip < 31 && value[skip] == 0) skip++;
  size_t sign = value[skip] >> 7, n = (size_t)(32 - skip);
  out[0] = 2;
  out[1] = (uint8_t)(n + sign);
  out[2] = 0;
  memcpy(out + 2 + sign, value + skip, n);
  return 2 + sign + n;
}

size_t sm2_to_der(const uint8_t signature[64], uint8_t der[SM2_DER_MAX]) {
  size_t n = integer_to_der(signature, der + 2);
  n += integer_to_der(signature + 32, der + 2 + n);
  der[0] = 0x30;
  der[1] = (uint8_t)n;
  return n + 2;
}

static size_t integer_from_der(const uint8_t *p, size_t left, uint8_t value[32]) {
  if (left < 3 || p[0] != 2 || p[1] < 1 || p[1] > 33 || (size_t)p[1] + 2 > left) return 0;
  size_t n = p[1];
  const uint8_t *v = p + 2;
  if (v[0] & 0x80 || (n > 1 && v[0] == 0 && !(v[1] & 0x80))) return 0; /* negative, or not minimal */
  if (v[0] == 0) { v++; n--; }
  if (n > 32) return 0;
  memset(value, 0, 32);
  memcpy(value + 32 - n, v, n);
  return (size_t)p[1] + 2;
}

int sm2_from_der(const uint8_t *der, size_t length, uint8_t signature[64]) {
  if (length < 8 || length > SM2_DER_MAX || der[0] != 0x30 || der[1] != length - 2) return 0;
  size_t r = integer_from_der(der + 2, length - 2, signature);
  return r && integer_from_der(der + 2 + r, length - 2 - r, signature + 32) == length - 2 - r;
}
