/** All error codes of the product. A new family gets its own file here. */
import { auditErrors } from './audit.ts';
import { backendErrors } from './backend.ts';
import { batchErrors } from './batch.ts';
import { consentErrors } from './consent.ts';
import { cosignErrors } from './cosign.ts';
import { cryptoErrors } from './crypto.ts';
import { deskErrors } from './desk.ts';
import { lastingErrors } from './lasting.ts';
import { lifeErrors } from './life.ts';
import { pdfErrors } from './pdf.ts';
import { phoneErrors } from './phone.ts';
import { pkiErrors } from './pki.ts';
import { reportErrors } from './report.ts';
import { sealErrors } from './seal.ts';
import { signingErrors } from './signing.ts';
import { storeErrors } from './store.ts';
import { tokenErrors } from './token.ts';

export const catalog = {
  ...auditErrors,
  ...backendErrors,
  ...batchErrors,
  ...consentErrors,
  ...cosignErrors,
  ...cryptoErrors,
  ...deskErrors,
  ...lastingErrors,
  ...lifeErrors,
  ...pdfErrors,
  ...phoneErrors,
  ...pkiErrors,
  ...reportErrors,
  ...sealErrors,
  ...signingErrors,
  ...storeErrors,
  ...tokenErrors,
};
export type ErrorCode = keyof typeof catalog;
