/** zh-CN, the first language: one file per place. The English files have the same shape; a test compares them. */
import { audit } from './zh/audit.ts';
import { batch } from './zh/batch.ts';
import { cosign } from './zh/cosign.ts';
import { consent } from './zh/consent.ts';
import { diagnosis } from './zh/diagnosis.ts';
import { judging } from './zh/judging.ts';
import { keys } from './zh/keys.ts';
import { patient } from './zh/patient.ts';
import { phone } from './zh/phone.ts';
import { life } from './zh/life.ts';
import { placing } from './zh/placing.ts';
import { review } from './zh/review.ts';
import { seals } from './zh/seals.ts';
import { session } from './zh/session.ts';
import { shell } from './zh/shell.ts';
import { verify } from './zh/verify.ts';
import { worklist } from './zh/worklist.ts';

export const zh = {
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
export type Catalogue = typeof zh;
