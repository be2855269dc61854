/*
 * SM2 signatures (GB/T 32918.2) on sm2p256v1. For tests and demonstrations: not hardened against side channels.
 * Scalars, coordinates and digests are 32 bytes big-endian; public keys are X‖Y, signatures r‖s, 64 bytes each.
 */
#ifndef YIQIAN_SM2_H
#define YIQIAN_SM2_H
#include <stddef.h>
#include <stdint.h>

/* All return 1 on success and 0 otherwise. */
int random_bytes(void *, size_t);
int sm2_public_key(const uint8_t d[32], uint8_t public_key[64]);
int sm2_generate(uint8_t d[32], uint8_t public_key[64]);
int sm2_sign(const uint8_t d[32], const uint8_t e[32], uint8_t signature[64]);
int sm2_verify(const uint8_t public_key[64], const uint8_t e[32], const uint8_t signature[64]);
/* Z_A = SM3(ENTL ‖ ID ‖ a ‖ b ‖ G ‖ X ‖ Y), GM/T 0009 §8.1; the ID has at most 8191 bytes. */
void sm2_za(const uint8_t *id, size_t id_length, const uint8_t public_key[64], uint8_t z[32]);

#define SM2_DER_MAX 72
/* SEQUENCE{INTEGER r, INTEGER s}, minimal DER; gives its length. */
size_t sm2_to_der(const uint8_t signature[64], uint8_t der[SM2_DER_MAX]);
int sm2_from_der(const uint8_t *der, size_t length, uint8_t signature[64]);
#endif
