/**
 * The part of the pki room that runs wherever JavaScript does: no node: module is reached from here. What a device needs to ask for a
 * certificate, to show the one it has, and to look at what it is to sign. Everybody else imports the room's index.ts.
 */
export { Certificate } from '../certificate.ts';
export { childrenOf, DerCursor, readDer, readOid, Tag, type DerElement, type DerLimits } from '../der.ts';
export { Oid } from '../oids.ts';
export { readPublicKey, sm2Spki } from '../public-key.ts';
export { createCertificateRequest } from '../requests/create.ts';
