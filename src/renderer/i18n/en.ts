/** English: one file per place, each of the shape of its zh file. */
import { audit } from './en/audit.ts';
import { batch } from './en/batch.ts';
import { cosign } from './en/cosign.ts';
import { consent } from './en/consent.ts';
import { diagnosis } from './en/diagnosis.ts';
import { judging } from './en/judging.ts';
import { keys } from './en/keys.ts';
import { patient } from './en/patient.ts';
import { phone } from './en/phone.ts';
import { life } from './en/life.ts';
import { placing } from './en/placing.ts';
import { review } from './en/review.ts';
import { seals } from './en/seals.ts';
import { session } from './en/session.ts';
import { shell } from './en/shell.ts';
import { verify } from './en/verify.ts';
import { worklist } from './en/worklist.ts';
import type { Catalogue } from './zh.ts';

export const en: Catalogue = {
  ...shell,
  ...session,
  ...worklist,
  ...review,
  ...batch,
  ...life,
  ...audit,
  ...placing,
  ...verify,
  ...judging,
  ...keys,
  ...cosign,
  ...phone,
  ...seals,
  ...consent,
  ...patient,
  ...diagnosis,
};
