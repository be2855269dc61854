/** The crypto room: SM2, SM3, SM4, random. The one place that knows the algorithms; everything synchronous. */
export * from './portable/index.ts';
export { aesBlock, aesCbc, md5, rc4 } from './document-ciphers.ts';
export { createHash, digest } from './hash.ts';
