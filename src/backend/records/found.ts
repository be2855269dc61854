/** The version a call is about, and what of it concerns the person. */
import { YqError } from '#core/errors/index.ts';
import type { Call } from '../http/app.ts';
import { required } from '../login/login.ts';
import type { LoginSession } from '../login/sessions.ts';
import type { Register, Signing, Version } from './register.ts';

export interface Found {
  readonly version: Version;
  readonly session: LoginSession;
  /** The lines of this version that are the person's; none when he signs another version, or wrote it. */
  readonly mine: readonly Signing[];
}

/** A record that does not concern the person is RECORD_NOT_YOURS; one that isn't there RECORD_NOT_FOUND. */
export function find({ register }: { readonly register: Register }, { params, session }: Call): Found {
  const who = required(session);
  const version = register.version(String(params['id']), Number(params['version']));
  if (version === undefined) throw new YqError('RECORD_NOT_FOUND');
  if (!register.concerns(version.summary.id, who.person.id)) throw new YqError('RECORD_NOT_YOURS');
  return { version, session: who, mine: version.signers.filter((s) => s.personId === who.person.id) };
}
