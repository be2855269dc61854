#include "sm3.h"
#include <string.h>

#define ROTATE(x, n) ((x) << ((n) & 31) | (x) >> ((32 - (n)) & 31))
#define P0(x) ((x) ^ ROTATE(x, 9) ^ ROTATE(x, 17))
#define P1(x) ((x) ^ ROTATE(x, 15) ^ ROTATE(x, 23))

/* The compression function CF, GB/T 32905 §5.3. */
static void compress(uint32_t v[8], const uint8_t *p) {
  uint32_t w[68];
  for (int i = 0; i < 16; i++)
    w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 | (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
  for (int i = 16; i < 68; i++) {
    uint32_t x = w[i - 16] ^ w[i - 9] ^ ROTATE(w[i - 3], 15);
    w[i] = P1(x) ^ ROTATE(w[i - 13], 7) ^ w[i - 6];
  }
  uint32_t a = v[0], b = v[1], c = v[2], d = v[3], e = v[4], f = v[5], g = v[6], h = v[7];
  for (int i = 0; i < 64; i++) {
    uint32_t t = i < 16 ? 0x79cc4519u : 0x7a879d8au;
    uint32_t ss1 = ROTATE(a, 12) + e + ROTATE(t, i);
    ss1 = ROTATE(ss1, 7);
    uint32_t ss2 = ss1 ^ ROTATE(a, 12);
    uint32_t ff = i < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    uint32_t gg = i < 16 ? e ^ f ^ g : (e & f) | (~e & g);
    uint32_t tt1 = ff + d + ss2 + (w[i] ^ w[i + 4]);
    uint32_t tt2 = gg + h + ss1 + w[i];
    d = c;
    c = ROTATE(b, 9);
    b = a;
    a = tt1;
    h = g;
    g = ROTATE(f, 19);
    f = e;
    e = P0(tt2);
  }
  v[0] ^= a; v[1] ^= b; v[2] ^= c; v[3] ^= d;
  v[4] ^= e; v[5] ^= f; v[6] ^= g; v[7] ^= h;
}

void sm3_init(Sm3 *s) {
  static const uint32_t iv[8] = {0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e};
  memcpy(s->state, iv, sizeof iv);
  s->length = 0;
}

void sm3_update(Sm3 *s, const void *data, size_t length) {
  const uint8_t *p = data;
  size_t held = s->length & 63;
  if (!length) return;
  s->length += length;
  if (held) {
    size_t take = 64 - held < length ? 64 - held : length;
    memcpy(s->block + held, p, take);
    p += take;
    length -= take;
    if (held + take < 64) return;
    compress(s->state, s->block);
  }
  for (; length >= 64; p += 64, length -= 64) compress(s->state, p);
  memcpy(s->block, p, length);
}

void sm3_final(Sm3 *s, uint8_t out[SM3_SIZE]) {
  uint64_t bits = s->length * 8;
  uint8_t pad[72] = {0x80};
  size_t held = s->length & 63, zeros = held < 56 ? 56 - held : 120 - held;
  for (int i = 0; i < 8; i++) pad[zeros + (size_t)i] = (uint8_t)(bits >> (56 - 8 * i));
  sm3_update(s, pad, zeros + 8);
  for (int i = 0; i < SM3_SIZE; i++) out[i] = (uint8_t)(s->state[i / 4] >> (24 - 8 * (i % 4)));
}

void hmac_sm3_init(HmacSm3 *h, const void *key, size_t length) {
  uint8_t k[64] = {0}, pad[64];
  if (length > sizeof k) {
    Sm3 s;
    sm3_init(&s);
    sm3_update(&s, key, length);
    sm3_final(&s, k);
  } else if (length) {
    memcpy(k, key, length);
  }
  for (int i = 0; i < 64; i++) pad[i] = k[i] ^ 0x36;
  sm3_init(&h->inner);
  sm3_update(&h->inner, pad, 64);
  for (int i = 0; i < 64; i++) pad[i] = k[i] ^ 0x5c;
  sm3_init(&h->outer);
  sm3_update(&h->outer, pad, 64);
  wipe(k, sizeof k);
  wipe(pad, sizeof pad);
}

void hmac_sm3_update(HmacSm3 *h, const void *data, size_t length) { sm3_update(&h->inner, data, length); }

void hmac_sm3_final(HmacSm3 *h, uint8_t out[SM3_SIZE]) {
  uint8_t digest[SM3_SIZE];
  sm3_final(&h->inner, digest);
  sm3_update(&h->outer, digest, sizeof digest);
  sm3_final(&h->outer, out);
  wipe(h, sizeof *h);
}

void pbkdf2_sm3(const void *password, size_t password_length, const uint8_t *salt, size_t salt_length, unsigned iterations,
                uint8_t *out, size_t out_length) {
  HmacSm3 keyed, h;
  hmac_sm3_init(&keyed, password, password_length);
  for (uint32_t block = 1; out_length; block++) {
    uint8_t index[4] = {(uint8_t)(block >> 24), (uint8_t)(block >> 16), (uint8_t)(block >> 8), (uint8_t)block};
    uint8_t u[SM3_SIZE], t[SM3_SIZE];
    h = keyed;
    hmac_sm3_update(&h, salt, salt_length);
    hmac_sm3_update(&h, index, 4);
    hmac_sm3_final(&h, u);
    memcpy(t, u, sizeof t);
    for (unsigned i = 1; i < iterations; i++) {
      h = keyed;
      hmac_sm3_update(&h, u, sizeof u);
      hmac_sm3_final(&h, u);
      for (int j = 0; j < SM3_SIZE; j++) t[j] ^= u[j];
    }
    size_t n = out_length < sizeof t ? out_length : sizeof t;
    memcpy(out, t, n);
    out += n;
    out_length -= n;
    wipe(t, sizeof t);
    wipe(u, sizeof u);
  }
  wipe(&keyed, sizeof keyed);
}

void wipe(void *p, size_t n) {
  volatile uint8_t *b = p;
  while (n--) *b++ = 0;
}

int equal_bytes(const uint8_t *a, const uint8_t *b, size_t n) {
  uint8_t difference = 0;
  while (n--) difference |= (uint8_t)(*a++ ^ *b++);
  return difference == 0;
}
