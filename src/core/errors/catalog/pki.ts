import { entry, type Catalog } from './entry.ts';

export const pkiErrors = {
  PKI_PARSE: entry(
    '证书或签名数据无法解析。',
    '请核对文件是否完整，向出具方索取新的一份。',
    'The certificate or signature data cannot be parsed.',
    'Check that the file is whole and ask its issuer for a new copy.',
  ),
  TSA_UNREACHABLE: entry(
    '时间戳服务连不上。',
    '记录未改动。请检查网络或稍后重试；信息科可在诊断页查看地址与代理。',
    'The time stamp service cannot be reached.',
    'The record is untouched. Check the network or try later; IT finds address and proxy on the diagnosis page.',
  ),
  TSA_TIMEOUT: entry(
    '时间戳服务在 {seconds} 秒内没有回答。',
    '记录未改动。请稍后重试；信息科可换用备用时间戳服务。',
    'The time stamp service did not answer within {seconds} s.',
    'The record is untouched. Try later; IT may switch to the spare service.',
  ),
  TSA_HTTP: entry(
    '时间戳服务回答了错误状态 {status}。',
    '记录未改动。请把此信息告诉信息科。',
    'The time stamp service answered with status {status}.',
    'The record is untouched. Tell IT about this message.',
  ),
  TSA_REJECTED: entry(
    '时间戳服务拒绝了请求：{reason}。',
    '记录未改动。请信息科核对服务的策略与配额。',
    'The time stamp service rejected the request: {reason}.',
    'The record is untouched. IT should check the policy and quota of the service.',
  ),
  TSA_MALFORMED: entry(
    '时间戳服务的回答不是合规的时间戳。',
    '记录未改动。请信息科核对服务地址。',
    'The answer is not a proper time stamp.',
    'The record is untouched. IT should check the address of the service.',
  ),
  TSA_WRONG_IMPRINT: entry(
    '时间戳盖在了别的数据上。',
    '记录未改动。此服务不可信，请立即告诉信息科。',
    'The time stamp covers other data than ours.',
    'The record is untouched. This service cannot be trusted; tell IT at once.',
  ),
  TSA_WRONG_NONCE: entry(
    '时间戳的随机数与请求不符，可能是重放。',
    '记录未改动。请重试；如再次出现请告诉信息科。',
    'The nonce of the time stamp differs from the request; it may be a replay.',
    'The record is untouched. Try again; tell IT if it happens again.',
  ),
  TSA_WRONG_POLICY: entry(
    '时间戳的策略与请求不符。',
    '记录未改动。请信息科核对时间戳策略。',
    'The policy of the time stamp differs from the request.',
    'The record is untouched. IT should check the time stamp policy.',
  ),
  TSA_WRONG_SIGNER: entry(
    '时间戳的签名人不是受信任的时间戳机构。',
    '记录未改动。请信息科核对受信任的时间戳根证书。',
    'The time stamp is not signed by a trusted authority.',
    'The record is untouched. IT should check the trusted time stamp roots.',
  ),
  TSA_BAD_SIGNATURE: entry(
    '时间戳的签名无效。',
    '记录未改动。此服务不可信，请立即告诉信息科。',
    'The signature of the time stamp is invalid.',
    'The record is untouched. This service cannot be trusted; tell IT at once.',
  ),
  TSA_CLOCK: entry(
    '时间戳与本机时间相差 {seconds} 秒。',
    '请信息科校准本机时间后重试。',
    'The time stamp and this clock differ by {seconds} s.',
    'IT should set the clock of this PC, then try again.',
  ),
} as const satisfies Catalog;
