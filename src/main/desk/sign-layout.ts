/**
 * What a record will carry when it is signed: which picture, where, and with which seal. Worked out for the whole list before the PIN
 * is used, so that a keyword that is not there or a seal that has expired costs no PIN try and no signature.
 */
import { YqError } from '#core/errors/index.ts';
import { pictureInfo, readPdf, resolvePlacement } from '#core/pdf/index.ts';
import type { PlacementRule, ResolvedPlacement, SignatureAppearance } from '#core/pdf/types.ts';
import type { Certificate } from '#core/pki/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import { checkSealUsable, type Seal } from '#core/seal/index.ts';
import type { SignPdfRequest } from '#core/signing/types.ts';
import type { CallInput, CallOutput } from '#shared/ipc.ts';
import type { PlacementRuleView } from '#shared/models.ts';
import { sourceOf, type HeldDocument, type HeldFile } from './documents.ts';
import type { Appearance } from './open-record.ts';
import type { DeskPorts } from './ports.ts';

type Item = CallInput<'sign:approve'>['items'][number];

/** mm of a doctor's handwriting where nothing names another size. */
const HANDWRITING = { widthMm: 40, heightMm: 15 } as const;

/** The part of signPdf's request that this decides. */
export type Look = Pick<SignPdfRequest, 'placement' | 'part' | 'copies' | 'fieldName' | 'appearance' | 'seal'>;

export interface SignLayoutDeps {
  readonly ports: DeskPorts;
  readonly appearance: Appearance;
  readonly findSeal: (sealId: string) => Seal;
  readonly font: () => Promise<Uint8Array>;
}

export interface Signing {
  readonly signerName: string;
  readonly certificate: Certificate;
  readonly trust: TrustMaterial;
  readonly at: Date;
}

/** zod writes optional members as possibly undefined; absent ones are absent here too. */
const ruleOf = (rule: PlacementRuleView): PlacementRule => rule as PlacementRule;

/** Name and local time in one line under the picture, as the ward reads them (UTC+8). */
const appearanceLines = (name: string, at: Date): readonly string[] => [
  `${name}  ${new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')}`,
];

const placed = ({ widget, fieldName, copies }: ResolvedPlacement): Look => ({
  ...(widget && { placement: widget.place }),
  ...(widget?.part && { part: widget.part }),
  ...(fieldName !== undefined && { fieldName }),
  ...(copies.length > 0 && { copies }),
});

/** Works a rule out in a held document. Throws PDF_KEYWORD_ABSENT, PDF_FIELD_ABSENT, PDF_PLACEMENT and the like. */
export async function resolveIn(
  held: HeldDocument | HeldFile,
  rule: PlacementRuleView,
  size: { readonly widthMm: number; readonly heightMm: number },
): Promise<CallOutput<'placement:resolve'>> {
  const { widget, fieldName, copies } = await resolvePlacement(await readPdf(sourceOf(held)), ruleOf(rule), size);
  return {
    widget: widget ? { ...widget } : null,
    fieldName: fieldName ?? null,
    copies: copies.map((c) => ({ ...c })),
  };
}

export function createSignLayout({ ports, appearance, findSeal, font }: SignLayoutDeps) {
  const sealOf = (item: Item, { certificate, trust, at }: Signing): Seal | undefined => {
    if (item.sealId === null) return undefined;
    const seal = findSeal(item.sealId);
    const { sealCarrier, signatureLevel } = ports.configuration;
    if (sealCarrier.value === 'contents' && signatureLevel.value !== 'B-T') {
      throw new YqError('SEAL_CARRIER_LEVEL', { params: { level: signatureLevel.value } });
    }
    checkSealUsable(seal.der, certificate, { trust, now: at });
    pictureInfo(seal.picture.data);
    return seal;
  };
  const whereOf = async (item: Item, held: HeldDocument, seal: Seal | undefined): Promise<Look> => {
    if (item.layout !== null) {
      const size = seal?.picture ?? (item.placement && mmOf(item.placement)) ?? HANDWRITING;
      const { widthMm, heightMm } = size;
      return placed(await resolvePlacement(await readPdf(sourceOf(held)), ruleOf(item.layout), { widthMm, heightMm }));
    }
    if (item.placement === null) return {};
    // A seal is as large as it says, wherever its corner was put.
    const size = seal ? { width: seal.picture.widthMm, height: seal.picture.heightMm } : {};
    return { placement: { ...item.placement, ...size } };
  };
  const pictureOf = async (seal: Seal | undefined, { signerName, at }: Signing): Promise<SignatureAppearance> => {
    if (seal) return { picture: seal.picture, trueToSize: true };
    const image = await appearance.png().catch(() => undefined);
    return { ...(image && { image }), lines: appearanceLines(signerName, at), font: await font() };
  };

  /** Throws what is wrong with the rule or the seal. */
  return async (item: Item, held: HeldDocument, signing: Signing): Promise<Look> => {
    const seal = sealOf(item, signing);
    const where = await whereOf(item, held, seal);
    const isVisible = where.placement !== undefined || where.fieldName !== undefined;
    return {
      ...where,
      ...(isVisible && { appearance: await pictureOf(seal, signing) }),
      ...(seal && {
        seal: { seal: seal.der, carrier: ports.configuration.sealCarrier.value, trust: signing.trust },
      }),
    };
  };
}
export type SignLayout = ReturnType<typeof createSignLayout>;

const mmOf = ({ width, height }: { readonly width: number; readonly height: number }) => ({
  widthMm: width,
  heightMm: height,
});
