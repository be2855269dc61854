/** The issuing side of RFC 3161: what the reference TSA answers. */
import { createHash } from '#core/crypto/index.ts';
import { isYqError } from '#core/errors/index.ts';
import { buildSignedData } from '../cms/build.ts';
import { integer, namedBits, sequence, utf8String } from '../der.ts';
import { Oid } from '../oids.ts';
import type { Signer } from '../types.ts';
import { parseTimeStampRequest, type TimeStampRequestView } from './request.ts';
import { FailureInfo, type FailureName } from './response.ts';
import { encodeTstInfo } from './tst-info.ts';

export interface IssueTimeStampOptions {
  /** A certificate whose only, critical extended key usage is timeStamping. */
  readonly signer: Signer;
  /** Positive magnitude, at most 20 bytes, never used twice. */
  readonly serial: Uint8Array;
  readonly genTime: Date;
  /** OID of the policy the TSA stamps under. */
  readonly policy: string;
  /** Milliseconds. */
  readonly accuracy?: number;
}

/** DER TimeStampResp, granted. Check the request with `refusalOf` first, or let `answerTimeStampQuery` do all. */
export async function issueTimeStamp(
  request: TimeStampRequestView,
  { signer, serial, genTime, policy, accuracy }: IssueTimeStampOptions,
): Promise<Uint8Array> {
  const { imprintDer, nonce } = request;
  const token = await buildSignedData({
    content: {
      bytes: encodeTstInfo({
        policy,
        imprintDer,
        serial,
        time: genTime,
        nonce,
        ...(accuracy === undefined ? {} : { accuracy }),
      }),
    },
    contentType: Oid.tstInfo,
    signer,
    signingTime: genTime,
    algorithmProtection: true,
    includeCertificates: request.certReq,
  });
  return sequence(sequence(integer(0)), token);
}

/** DER TimeStampResp with status rejection. */
export const timeStampRejection = (failure: FailureName, text: string): Uint8Array =>
  sequence(sequence(integer(2), sequence(utf8String(text)), namedBits([FailureInfo[failure]])));

/** Why a request cannot be served under a policy; undefined when it can. */
export function refusalOf(
  request: TimeStampRequestView,
  policy: string,
): { failure: FailureName; text: string } | undefined {
  const { digestName, imprint } = request;
  if (digestName === undefined || digestName === 'sha1')
    return { failure: 'badAlg', text: `digest ${request.digestOid} is not accepted` };
  if (imprint.length !== createHash(digestName).size)
    return { failure: 'badDataFormat', text: 'imprint of wrong length' };
  if (request.policy !== undefined && request.policy !== policy)
    return { failure: 'unacceptedPolicy', text: `only ${policy}` };
  if (request.extensions.length > 0) return { failure: 'unacceptedExtension', text: 'no extensions are known' };
  return undefined;
}

/** Answers a query as it came over HTTP; always gives a DER TimeStampResp, a rejection where one is due. */
export async function answerTimeStampQuery(query: Uint8Array, options: IssueTimeStampOptions): Promise<Uint8Array> {
  let request: TimeStampRequestView;
  try {
    request = parseTimeStampRequest(query);
  } catch (e) {
    return timeStampRejection('badRequest', isYqError(e) ? (e.detail ?? e.code) : 'unreadable');
  }
  const refusal = refusalOf(request, options.policy);
  return refusal === undefined ? issueTimeStamp(request, options) : timeStampRejection(refusal.failure, refusal.text);
}
