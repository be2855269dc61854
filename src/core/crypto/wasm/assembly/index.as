/** What the module offers to engine.ts. */
export * from './sm2';
export * from './two-party';
export { sm3Compress, sm3Forget } from './sm3';
export { sm3Pbkdf2 } from './pbkdf2';
export { sm4SetKey, sm4Ecb, sm4CbcEncrypt, sm4CbcDecrypt, sm4Ctr, sm4Forget } from './sm4';
export { ghashStart, ghashUpdate, ghashForget } from './ghash';
import { IV } from './sm4';
import { Y } from './ghash';

/** Where the host lays small values (keys, points, digests, the SM3 chaining value): 1024 bytes. */
export const exchange: usize = memory.data(1024, 16);
/** Where the host lays the data to hash or to encrypt, piece by piece. */
export const staging: usize = memory.data(65536, 16);
export const stagingSize: usize = 65536;
export const sm4Iv: usize = IV;
export const ghashValue: usize = Y;
