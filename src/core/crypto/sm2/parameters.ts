/** The recommended curve sm2p256v1 (GB/T 32918.5-2017; OID 1.2.156.10197.1.301): y² = x³ + ax + b over p, order n, cofactor 1. */
import { concatBytes, fromHex } from '../bytes.ts';

export const P = fromHex('FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF');
export const A = fromHex('FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC');
export const B = fromHex('28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93');
export const N = fromHex('FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123');
export const N_MINUS_1 = fromHex('FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54122');
export const GX = fromHex('32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7');
export const GY = fromHex('BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0');

/**
 * −G = (n−1)·G as 04‖X‖Y. The standard's private keys end at n−2, so it is nobody's public key, and under it s drops out of the
 * verification: everybody could make signatures for it. It is refused wherever a public key comes in.
 */
export const MINUS_G = concatBytes(
  Uint8Array.of(4),
  GX,
  fromHex('43C8C95C0B098863A642311C9496DEAC2F56788239D5B8C0FD20CD1ADEC60F5F'),
);
