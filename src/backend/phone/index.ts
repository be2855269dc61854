/** Signing by phone: requests of desks, what phones do with them, and the page that they load (docs/design/026). */
import type { Hierarchy } from '../ca/hierarchy.ts';
import { CosignRegistry } from '../cosign/registry.ts';
import type { CosignHooks } from '../cosign/settings.ts';
import type { Persons } from '../login/persons.ts';
import type { Store } from '../store/database.ts';
import { PhoneDesk } from './desk.ts';
import { PhoneDevices } from './device.ts';
import { PhoneEvents } from './events.ts';
import { PhoneLife } from './life.ts';
import { PhoneRegister } from './register.ts';
import { Watch } from './watch.ts';

export interface PhoneRoom {
  readonly desk: PhoneDesk;
  readonly events: PhoneEvents;
  readonly register: PhoneRegister;
  /** For the co-signing service: what phones ask, and what their keys may sign. */
  readonly hooks: CosignHooks;
  /** Lines and polls that wait are answered a last time; to be called before the server closes them. */
  close(): void;
}

interface Parts {
  readonly store: Store;
  readonly backendId: string;
  readonly persons: Persons;
  readonly hierarchies: readonly Hierarchy[];
  readonly clock: () => Date;
}

export function openPhone({ store, backendId, persons, hierarchies, clock }: Parts): PhoneRoom {
  const register = new PhoneRegister(store);
  const watch = new Watch(clock);
  const sm2 = hierarchies.find(({ kind }) => kind === 'sm2');
  const life = new PhoneLife({
    backendId,
    register,
    keys: new CosignRegistry(store),
    watch,
    person: (id) => (id === '' ? undefined : persons.get(id)),
    chain: sm2 === undefined ? [] : [sm2.issuing.certificate.der, sm2.root.certificate.der],
    clock,
  });
  const desk = new PhoneDesk(life);
  const devices = new PhoneDevices(life);
  life.sweep();
  return {
    desk,
    events: new PhoneEvents(life, desk),
    register,
    hooks: {
      operations: {
        phoneScan: (key, { request }) => devices.scan(key, request),
        phoneRefuse: (key, given) => devices.refuse(key, given),
        phoneApprove: (key, given) => devices.approve(key, given),
        phoneWork: (key, given) => devices.work(key, given),
      },
      mayPhoneSign: (key, message) => devices.maySign(key, message),
      keyEnded: (keyId) => devices.keyEnded(keyId),
    },
    close: () => watch.close(),
  };
}
