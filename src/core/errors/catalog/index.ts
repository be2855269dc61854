/** All error codes of the product. A new family gets its own file here. */
import { backendErrors } from './backend.ts';
import { cryptoErrors } from './crypto.ts';
import { deskErrors } from './desk.ts';
import { lastingErrors } from './lasting.ts';
import { pdfErrors } from './pdf.ts';
import { pkiErrors } from './pki.ts';
import { reportErrors } from './report.ts';
import { sealErrors } from './seal.ts';
import { signingErrors } from './signing.ts';
import { tokenErrors } from './token.ts';

export const catalog = {
  ...backendErrors,
  ...cryptoErrors,
  ...deskErrors,
  ...lastingErrors,
  ...pdfErrors,
  ...pkiErrors,
  ...reportErrors,
  ...sealErrors,
  ...signingErrors,
  ...tokenErrors,
};
export type ErrorCode = keyof typeof catalog;
