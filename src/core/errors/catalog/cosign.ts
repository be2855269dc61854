import { entry, type Catalog } from './entry.ts';

/** Signing by two parties (协同签名). What the server says of a bad request is one error for all causes, on purpose. */
export const cosignErrors = {
  COSIGN_REFUSED: entry(
    '协同签名服务拒绝了这次请求。',
    '没有签名。请重试；如再次出现请告诉信息科。',
    'The co-signing service refused this request.',
    'Nothing was signed. Try again; tell IT if it happens again.',
  ),
  COSIGN_UNREACHABLE: entry(
    '协同签名服务连不上。',
    '请检查网络后重试；也可以改用 USB 密钥签名。',
    'The co-signing service cannot be reached.',
    'Check the network and try again, or sign with a USB key.',
  ),
  COSIGN_SERVER_FAULT: entry(
    '协同签名服务给出的结果不正确，已经丢弃。',
    '没有签名。请停用这把协同密钥并告诉信息科。',
    'What the co-signing service answered is not right; it was thrown away.',
    'Nothing was signed. Stop using this co-sign key and tell IT.',
  ),
  COSIGN_CODE: entry(
    '注册码不正确或已失效。',
    '请重新取得注册码。',
    'The enrolment code is wrong or has expired.',
    'Ask for a new enrolment code.',
  ),
  COSIGN_PIN: entry(
    'PIN 不正确，还可以试 {left} 次。',
    '请核对后重新输入；用完次数后密钥会锁定。',
    'The PIN is wrong; {left} tries are left.',
    'Check it and enter it again; the key locks when the tries are used up.',
  ),
  COSIGN_LOCKED: entry(
    '协同密钥的 PIN 已锁定。',
    '请联系信息科管理员解锁，不要再试。',
    'The PIN of this co-sign key is locked.',
    'Ask the administrator to unlock it; do not try again.',
  ),
  COSIGN_SUSPENDED: entry(
    '这把协同密钥已暂停使用。',
    '请联系信息科管理员恢复。',
    'This co-sign key is suspended.',
    'Ask the administrator to resume it.',
  ),
  COSIGN_REVOKED: entry(
    '这把协同密钥已吊销。',
    '请重新注册一把协同密钥。',
    'This co-sign key is revoked.',
    'Enrol a new co-sign key.',
  ),
  COSIGN_EPOCH: entry(
    '协同密钥的分量已经更新，本机的是旧的。',
    '请重新输入 PIN；如仍不行请重新注册。',
    'The shares of this co-sign key were renewed; the one on this PC is old.',
    'Enter the PIN again; enrol anew if it stays so.',
  ),
  COSIGN_SESSION: entry(
    '协同密钥的登录已过期。',
    '请重新输入 PIN。',
    'The login of the co-sign key has ended.',
    'Enter the PIN again.',
  ),
  COSIGN_TOO_MANY: entry(
    '请求过于频繁。',
    '请等待 {seconds} 秒后再试。',
    'Too many requests.',
    'Try again in {seconds} seconds.',
  ),
  COSIGN_KEY_FILE: entry(
    '协同密钥文件损坏或不属于这台电脑：{file}。',
    '请重新注册协同密钥；USB 密钥不受影响。',
    'The co-sign key file is damaged or belongs to another PC: {file}.',
    'Enrol the co-sign key anew; USB keys are not affected.',
  ),
} satisfies Catalog;
