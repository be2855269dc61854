import { entry, type Catalog } from './entry.ts';

export const tokenErrors = {
  TOKEN_NOT_FOUND: entry(
    '没有找到密钥“{token}”。',
    '请插入密钥后重试。',
    'Token “{token}” was not found.',
    'Insert the key and try again.',
  ),
  TOKEN_REMOVED: entry(
    '密钥已拔出。',
    '请插回同一把密钥，再重新输入 PIN。',
    'The key was pulled out.',
    'Put the same key back and enter the PIN again.',
  ),
  TOKEN_PIN_INCORRECT: entry(
    'PIN 不正确。',
    '请核对后重新输入；多次输错会锁定密钥。',
    'The PIN is wrong.',
    'Check it and enter it again; too many wrong entries lock the key.',
  ),
  TOKEN_PIN_LOCKED: entry(
    'PIN 已锁定。',
    '请带密钥到信息科或证书服务点解锁，不要再试。',
    'The PIN is locked.',
    'Take the key to IT or the certificate desk to unblock it; do not try again.',
  ),
  TOKEN_DRIVER_TIMEOUT: entry(
    '密钥驱动在 {seconds} 秒内没有回答，已重启驱动进程。',
    '记录未改动。请重插密钥后重试。',
    'The driver did not answer within {seconds} s and was restarted.',
    'The record is untouched. Plug the key in again and retry.',
  ),
  TOKEN_DRIVER_CRASHED: entry(
    '密钥驱动崩溃，已重启驱动进程。',
    '记录未改动。请重新输入 PIN 后重试；如再次出现请告诉信息科。',
    'The driver crashed and was restarted.',
    'The record is untouched. Enter the PIN again and retry; tell IT if it happens again.',
  ),
  TOKEN_SIGNATURE_WRONG: entry(
    '密钥给出的签名通不过软件验证，未使用。',
    '记录未改动。请信息科核对驱动配置。',
    'The signature from the key failed verification in software and was not used.',
    'The record is untouched. IT should check the driver profile.',
  ),
} as const satisfies Catalog;
