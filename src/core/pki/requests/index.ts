/** What an applicant needs to ask for a certificate; runs in a browser too: no node: module is reached from here. */
export { createCertificateRequest } from './create.ts';
export { readPublicKey, sm2Spki } from '../public-key.ts';
