/*
 * 256-bit modular arithmetic in Montgomery form (R = 2^256), four little-endian 64-bit limbs.
 * Montgomery form because both moduli of SM2 then share one multiplication without any division.
 */
#ifndef YIQIAN_FIELD_H
#define YIQIAN_FIELD_H
#include <stdint.h>

typedef uint64_t F[4];
typedef struct {
  F m, r2, one;  /* modulus, R² mod m, R mod m */
  uint64_t k0;   /* −m⁻¹ mod 2^64 */
} Modulus;

void modulus_setup(Modulus *);
int f_compare(const F, const F);
int f_is_zero(const F);
uint64_t f_subtract(F r, const F a, const F b);
void mod_add(F r, const F a, const F b, const Modulus *);
void mod_sub(F r, const F a, const F b, const Modulus *);
void mod_mul(F r, const F a, const F b, const Modulus *);
void to_montgomery(F r, const F a, const Modulus *);
void from_montgomery(F r, const F a, const Modulus *);
/* a^(m−2): Montgomery form in and out; m is prime. */
void mod_invert(F r, const F a, const Modulus *);
void f_load(F r, const uint8_t bytes[32]);
void f_store(uint8_t bytes[32], const F a);
#endif
