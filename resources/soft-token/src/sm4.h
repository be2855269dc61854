/* SM4 (GB/T 32907) in counter mode: all that the key store needs. */
#ifndef YIQIAN_SM4_H
#define YIQIAN_SM4_H
#include <stddef.h>
#include <stdint.h>

void sm4_encrypt_block(const uint8_t key[16], const uint8_t in[16], uint8_t out[16]);
/* Encrypts and decrypts alike; the counter is the whole block, big-endian. */
void sm4_ctr(const uint8_t key[16], const uint8_t iv[16], const uint8_t *in, size_t length, uint8_t *out);
#endif
