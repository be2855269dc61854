/** The forger's tools of the neighbouring rooms under one name. */
export { append, fromLatin1, judge, lastSignature, latin1, objectText, open, reasons, overwrite } from '../forge.ts';
export { joined } from '../crafted.ts';
