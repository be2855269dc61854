/**
 * Consent by handwriting (medical.md §8): ink, the form, the evidence package, the one-off event certificate (事件证书), and the signatures of
 * the patient's side, a witness and the staff member in one PDF.
 *
 * The order that makes it one chain, without a circle: the form's bytes are fixed (SM3 `document`) → the evidence names that digest and is
 * sealed (SM3 `evidence` of the package as stored) → a key made for this act asks for a certificate that names `evidence` and `document` in an
 * extension → that key signs the PDF and is destroyed → the staff member signs last.
 */

/** x mm, y mm, t ms since the stroke began, pressure 0..1, tilt −90..90°. */
export type InkPoint = readonly [x: number, y: number, t: number, pressure: number, tiltX: number, tiltY: number];

export interface InkStroke {
  /** ms since the surface was opened. */
  readonly at: number;
  readonly pointer: 'pen' | 'touch' | 'mouse';
  readonly points: readonly InkPoint[];
}

export interface Ink {
  /** mm of the writing surface. */
  readonly width: number;
  readonly height: number;
  readonly strokes: readonly InkStroke[];
  /** ISO 8601 UTC of the first touch and of the last lift. */
  readonly begunAt: string;
  readonly endedAt: string;
}

export type ConsentRole = 'self' | 'guardian' | 'relative' | 'authorised' | 'institution' | 'witness';

export interface ConsentParty {
  readonly role: ConsentRole;
  readonly name: string;
  readonly relation: string;
  readonly reason: string;
  readonly idKind: 'none' | 'resident' | 'passport' | 'other';
  readonly idNumber: string;
  readonly phone: string;
}

export interface EvidencePicture {
  readonly format: 'PNG' | 'JPG' | 'BMP';
  readonly data: Uint8Array;
  /** Reader's name, 'file', 'camera'. */
  readonly source: string;
  /** Taken from a simulated device: for training, worth nothing. */
  readonly simulated: boolean;
  readonly at: string;
}

/** What proves one writer's act. Sensitive personal information: it exists in the open only in memory and inside the sealed package. */
export interface Evidence {
  readonly consentId: string;
  readonly template: { readonly id: string; readonly version: number };
  /** Hex SM3 of the form's bytes, before any signature. */
  readonly document: string;
  readonly patientId: string;
  readonly party: ConsentParty;
  /** What was asked and granted before anything was taken. */
  readonly allowed: {
    readonly handwriting: boolean;
    readonly fingerprint: boolean;
    readonly photo: boolean;
    readonly at: string;
  };
  readonly ink: Ink;
  readonly fingerprint?: EvidencePicture;
  readonly photo?: EvidencePicture;
  readonly device: { readonly id: string; readonly pointer: string; readonly system: string };
  /** Person id of the staff member who was there. */
  readonly operator: string;
  readonly openedAt: string;
  readonly confirmedAt: string;
  /** No network at the act: the claimed time is the desk's clock and nothing else. */
  readonly offline: boolean;
}

/** The sealed package (docs/formats.md): CMS EnvelopedData of GB/T 35275 or our own DER, content SM4-GCM, key wrapped with SM2 to the escrow certificate. */
export interface SealedEvidence {
  readonly package: Uint8Array;
  /** Hex SM3 of the package. */
  readonly sm3: string;
}
