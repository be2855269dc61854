#include "field.h"
#include <string.h>

typedef unsigned __int128 u128;

int f_compare(const F a, const F b) {
  for (int i = 3; i >= 0; i--)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

int f_is_zero(const F a) { return !(a[0] | a[1] | a[2] | a[3]); }

uint64_t f_subtract(F r, const F a, const F b) {
  uint64_t borrow = 0;
  for (int i = 0; i < 4; i++) {
    u128 t = (u128)a[i] - b[i] - borrow;
    r[i] = (uint64_t)t;
    borrow = (uint64_t)(t >> 64) & 1;
  }
  return borrow;
}

static uint64_t add(F r, const F a, const F b) {
  u128 carry = 0;
  for (int i = 0; i < 4; i++) {
    carry += (u128)a[i] + b[i];
    r[i] = (uint64_t)carry;
    carry >>= 64;
  }
  return (uint64_t)carry;
}

void mod_add(F r, const F a, const F b, const Modulus *M) {
  if (add(r, a, b) || f_compare(r, M->m) >= 0) f_subtract(r, r, M->m);
}

void mod_sub(F r, const F a, const F b, const Modulus *M) {
  if (f_subtract(r, a, b)) add(r, r, M->m);
}

void mod_mul(F r, const F a, const F b, const Modulus *M) {
  uint64_t t[6] = {0};
  for (int i = 0; i < 4; i++) {
    u128 c = 0;
    for (int j = 0; j < 4; j++) {
      c += (u128)a[j] * b[i] + t[j];
      t[j] = (uint64_t)c;
      c >>= 64;
    }
    c += t[4];
    t[4] = (uint64_t)c;
    t[5] = (uint64_t)(c >> 64);
    uint64_t q = t[0] * M->k0;
    c = (u128)q * M->m[0] + t[0];
    c >>= 64;
    for (int j = 1; j < 4; j++) {
      c += (u128)q * M->m[j] + t[j];
      t[j - 1] = (uint64_t)c;
      c >>= 64;
    }
    c += t[4];
    t[3] = (uint64_t)c;
    t[4] = t[5] + (uint64_t)(c >> 64);
    t[5] = 0;
  }
  F x = {t[0], t[1], t[2], t[3]};
  if (t[4] || f_compare(x, M->m) >= 0) f_subtract(r, x, M->m);
  else memcpy(r, x, sizeof x);
}

void to_montgomery(F r, const F a, const Modulus *M) { mod_mul(r, a, M->r2, M); }

void from_montgomery(F r, const F a, const Modulus *M) {
  static const F plain_one = {1, 0, 0, 0};
  mod_mul(r, a, plain_one, M);
}

void mod_invert(F r, const F a, const Modulus *M) {
  static const F two = {2, 0, 0, 0};
  F exponent, x;
  f_subtract(exponent, M->m, two);
  memcpy(x, M->one, sizeof x);
  for (int i = 255; i >= 0; i--) {
    mod_mul(x, x, x, M);
    if (exponent[i / 64] >> (i % 64) & 1) mod_mul(x, x, a, M);
  }
  memcpy(r, x, sizeof x);
}

void modulus_setup(Modulus *M) {
  uint64_t k = 1; /* Newton: each step doubles the correct bits of m⁻¹ */
  for (int i = 0; i < 6; i++) k *= 2 - M->m[0] * k;
  M->k0 = -k;
  F x = {1, 0, 0, 0};
  for (int i = 0; i < 512; i++) {
    mod_add(x, x, x, M);
    if (i == 255) memcpy(M->one, x, sizeof x);
  }
  memcpy(M->r2, x, sizeof x);
}

void f_load(F r, const uint8_t bytes[32]) {
  for (int i = 0; i < 4; i++) {
    r[i] = 0;
    for (int j = 0; j < 8; j++) r[i] = r[i] << 8 | bytes[(3 - i) * 8 + j];
  }
}

void f_store(uint8_t bytes[32], const F a) {
  for (int i = 0; i < 32; i++) bytes[i] = (uint8_t)(a[(31 - i) / 8] >> 8 * ((31 - i) % 8));
}
