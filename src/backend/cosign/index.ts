/** The room's parts, wired to those of the backend. */
import type { Authority } from '../ca/authority.ts';
import type { Revocation } from '../ca/revocation.ts';
import { Certificate } from '#core/pki/index.ts';
import type { Sessions } from '../login/sessions.ts';
import type { Hierarchy } from '../ca/hierarchy.ts';
import type { Persons } from '../login/persons.ts';
import type { Store } from '../store/database.ts';
import { CosignRegistry } from './registry.ts';
import { Cosign, type CosignHooks } from './service.ts';
import type { ShareVault } from './share-vault.ts';

export interface CosignRoom {
  readonly cosign: Cosign;
  readonly registry: CosignRegistry;
}

interface Parts {
  readonly store: Store;
  readonly vault: () => Promise<ShareVault>;
  readonly authority: Authority;
  readonly hierarchies: readonly Hierarchy[];
  readonly persons: Persons;
  readonly revocation: Revocation;
  readonly sessions: Sessions;
  readonly clock: () => Date;
  readonly hooks?: CosignHooks;
}

export type { CosignHooks, KeyEnd } from './settings.ts';
export type { CosignKey, CosignRegistry, KeyPlace } from './registry.ts';

export function openCosign({
  store,
  vault,
  authority,
  hierarchies,
  persons,
  revocation,
  sessions,
  clock,
  hooks,
}: Parts): CosignRoom {
  const registry = new CosignRegistry(store);
  const sm2 = hierarchies.find(({ kind }) => kind === 'sm2');
  const cosign = new Cosign({
    registry,
    vault,
    clock,
    ...(hooks !== undefined && { hooks }),
    person: (id) => (id === '' ? undefined : persons.get(id)),
    certify: async (csr, person, keep) => {
      const listed = (certificate: Certificate): void => {
        persons.register(person.id, certificate);
        keep(certificate);
      };
      return (await authority.issue(csr, { person, listed })).certificate;
    },
    uncertify: (der, reason) => {
      const { serial } = Certificate.parse(der);
      const certificate = authority.revoke(serial, reason);
      sessions.endByCertificate(certificate.issuerDer, serial);
      revocation.renew();
    },
    chain: sm2 === undefined ? [] : [sm2.issuing.certificate, sm2.root.certificate],
  });
  return { cosign, registry };
}
