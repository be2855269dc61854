/** The CA over HTTP: requests and revocation for the administrator; certificates, CRLs and OCSP for everybody. */
import { equalBytes, sm3 } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { Certificate } from '#core/pki/index.ts';
import type { Handlers } from '../http/app.ts';
import type { Person, Persons } from '../login/persons.ts';
import type { Sessions } from '../login/sessions.ts';
import type { Authority, RevocationReason } from './authority.ts';
import type { CaName, Hierarchy, ServiceName } from './hierarchy.ts';
import type { Revocation } from './revocation.ts';

export interface CaRoom {
  readonly hierarchies: readonly Hierarchy[];
  readonly authority: Authority;
  readonly revocation: Revocation;
  readonly persons: Persons;
  readonly sessions: Sessions;
}

const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64');
const fromBase64 = (s: string): Uint8Array => Uint8Array.from(Buffer.from(s, 'base64'));

export function caHandlers({ hierarchies, authority, revocation, persons, sessions }: CaRoom): Handlers {
  const certificates = new Map<string, Certificate>(
    hierarchies.flatMap((h): [ServiceName, Certificate][] => [
      [h.names.root, h.root.certificate],
      [h.names.issuing, h.issuing.certificate],
      [h.names.tsa, h.tsa.certificate],
    ]),
  );
  return {
    requestCertificate: async ({ body }) => {
      const { csr, person, days } = body as { csr: string; person?: Person; days?: number };
      const { certificate, chain } = await authority.issue(fromBase64(csr), {
        ...(person === undefined ? {} : { person }),
        ...(days === undefined ? {} : { days }),
      });
      if (person !== undefined) {
        persons.put(person);
        persons.register(person.id, certificate);
      }
      return {
        status: 201,
        body: {
          serial: certificate.serial,
          certificate: base64(certificate.der),
          chain: chain.map((c) => base64(c.der)),
        },
      };
    },
    revokeCertificate: ({ params, body }) => {
      const { reason } = body as { reason: RevocationReason };
      const certificate = authority.revoke(String(params['serial']), reason);
      sessions.endByCertificate(certificate.issuerDer, certificate.serial);
      revocation.renew();
      return { status: 204 };
    },
    caCertificate: ({ params }) => {
      const certificate = certificates.get(String(params['name']));
      if (certificate === undefined) throw new YqError('BACKEND_NOT_FOUND');
      return { type: 'application/pkix-cert', body: certificate.der };
    },
    caCrl: async ({ params }) => ({
      type: 'application/pkix-crl',
      body: await revocation.crl(String(params['name']) as CaName),
    }),
    ocspPost: async ({ body }) => ({
      type: 'application/ocsp-response',
      body: await revocation.ocsp(body as Uint8Array),
    }),
    ocspGet: async ({ params }) => ({
      type: 'application/ocsp-response',
      body: await revocation.ocsp(fromBase64(String(params['*']))),
    }),
  };
}

/** Compares the SM3 of both, so that the time taken tells nothing about the secret. */
export function adminGuard(secret: string): (bearer: string | undefined) => void {
  const digest = sm3(Buffer.from(secret, 'utf8'));
  return (bearer) => {
    if (bearer === undefined || !equalBytes(sm3(Buffer.from(bearer, 'utf8')), digest)) throw new YqError('CA_SECRET');
  };
}
