/* SM3 (GB/T 32905), HMAC-SM3 and PBKDF2-HMAC-SM3. */
#ifndef YIQIAN_SM3_H
#define YIQIAN_SM3_H
#include <stddef.h>
#include <stdint.h>

#define SM3_SIZE 32

typedef struct {
  uint32_t state[8];
  uint64_t length;
  uint8_t block[64];
} Sm3;

void sm3_init(Sm3 *);
void sm3_update(Sm3 *, const void *data, size_t length);
void sm3_final(Sm3 *, uint8_t out[SM3_SIZE]);

typedef struct {
  Sm3 inner, outer;
} HmacSm3;

void hmac_sm3_init(HmacSm3 *, const void *key, size_t length);
void hmac_sm3_update(HmacSm3 *, const void *data, size_t length);
void hmac_sm3_final(HmacSm3 *, uint8_t out[SM3_SIZE]);

/* RFC 8018 §5.2 with HMAC-SM3 as the PRF. */
void pbkdf2_sm3(const void *password, size_t password_length, const uint8_t *salt, size_t salt_length, unsigned iterations,
                uint8_t *out, size_t out_length);

/* Overwrites secrets in a way that the optimiser may not drop. */
void wipe(void *, size_t);
/* 1 when equal; takes the same time wherever the difference lies. */
int equal_bytes(const uint8_t *, const uint8_t *, size_t);
#endif
