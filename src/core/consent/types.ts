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

/** Who may stand behind one signature of a form. */
export type ConsentWriter = 'patient' | 'witness';
export type ConsentSignature = ConsentWriter | 'staff';

/** In the clear on the outside of a sealed package and authenticated with it: what it belongs to, nothing of what is inside. */
export interface EvidenceHeader {
  readonly consentId: string;
  readonly writer: ConsentWriter;
  /** Hex SM3 of the form's bytes. */
  readonly document: string;
  /** ISO 8601 UTC: when it was sealed, by the desk's clock. */
  readonly sealedAt: string;
}

export interface OpenedEvidence {
  readonly header: EvidenceHeader;
  readonly evidence: Evidence;
}

/**
 * Unwraps the content key: `encryptedKey` is a DER SM2Cipher (GB/T 35276). Gives 16 bytes, which the caller of this function wipes.
 * Rejects with CONSENT_ESCROW_KEY when it holds no key for this recipient.
 */
export type UnwrapKey = (
  encryptedKey: Uint8Array,
  recipient: {
    readonly issuerDer: Uint8Array;
    readonly serial: string;
    /** Hex SM3 of the escrow key's SubjectPublicKeyInfo. */
    readonly keySm3: string;
  },
) => Promise<Uint8Array> | Uint8Array;

export interface ConsentText {
  readonly zh: string;
  readonly en: string;
}

/** One blank of a form, as in shared/consent.ts. */
export interface TemplateField {
  readonly id: string;
  readonly label: ConsentText;
  readonly kind: 'line' | 'text' | 'date' | 'choice' | 'checks';
  readonly options: readonly string[];
  readonly required: boolean;
  /** What stands there until somebody fills it in; of `checks` the options, one a line. */
  readonly value: string;
}

/** What a form is made of, top to bottom. `{name}` in a text stands for a blank or for patientName, signerName, hospital, department. */
export type FormBlock =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  /** Numbered: risks, duties. */
  | { readonly kind: 'items'; readonly items: readonly string[] }
  /** Blanks as label and value, those of a row side by side. */
  | { readonly kind: 'fields'; readonly rows: readonly (readonly string[])[] }
  /** Every option of a blank of kind checks or choice with its box, ticked or not. */
  | { readonly kind: 'checks'; readonly field: string };

export interface FormTemplate {
  readonly id: string;
  readonly version: number;
  readonly kind: 'surgery' | 'anaesthesia' | 'transfusion' | 'special' | 'critical' | 'other';
  readonly title: string;
  /** Printed at the foot. */
  readonly formNumber: string;
  readonly fields: readonly TemplateField[];
  readonly body: readonly FormBlock[];
  /** What the patient's side declares, above its signature. */
  readonly statement: readonly string[];
  /** What the staff member declares, above his. */
  readonly staffStatement: readonly string[];
  readonly witness: 'none' | 'optional' | 'required';
  readonly fingerprint: 'none' | 'optional' | 'required';
  readonly photo: 'none' | 'optional' | 'required';
}

export interface ConsentPatient {
  readonly id: string;
  readonly name: string;
  readonly sex: 'male' | 'female';
  readonly age: number;
  readonly bed: string;
  readonly admissionNumber: string;
}

/** Everything a form says once it is filled in. */
export interface FormContent {
  readonly template: FormTemplate;
  /** By blank; of `checks` the ticked options, one a line. */
  readonly values: Readonly<Record<string, string>>;
  readonly patient: ConsentPatient;
  readonly hospital: { readonly name: string; readonly department: string; readonly ward: string };
  readonly signer: Pick<ConsentParty, 'role' | 'name' | 'relation' | 'reason'>;
  readonly witness: { readonly name: string; readonly relation: string } | null;
  /** The staff member who explains and signs. */
  readonly staff: { readonly name: string; readonly title: string };
  readonly createdAt: Date;
}

/** The same text for large type and for reading aloud. */
export interface FormParagraph {
  readonly kind: 'title' | 'heading' | 'text' | 'item';
  readonly text: string;
}

export interface FormFonts {
  /** TTF bytes. */
  readonly regular: Uint8Array;
  /** Headings; the regular one when absent. */
  readonly bold?: Uint8Array;
}
