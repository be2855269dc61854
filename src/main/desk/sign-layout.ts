/**
 * What a record will carry when it is signed: which picture, of which size and where, and with which seal. Planned for the whole list
 * before the PIN is used, so that a seal that has expired costs no PIN try and no signature. A rule is worked out in the document itself
 * by the signing workers (src/main/batch/work), there too before the PIN.
 */
import { YqError } from '#core/errors/index.ts';
import { pictureInfo, readPdf, resolvePlacement } from '#core/pdf/index.ts';
import type { PlacementRule } from '#core/pdf/types.ts';
import type { Certificate } from '#core/pki/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import { checkSealUsable, type Seal } from '#core/seal/index.ts';
import type { BatchItem } from '#shared/batch.ts';
import type { CallOutput } from '#shared/ipc.ts';
import type { PlacementRuleView } from '#shared/models.ts';
import type { SigningPlan } from '../batch/work/messages.ts';
import { sourceOf, type HeldDocument, type HeldFile } from './documents.ts';
import type { Appearance } from './open-record.ts';
import type { DeskPorts } from './ports.ts';

type Item = Pick<BatchItem, 'placement' | 'layout' | 'sealId'>;

/** mm of a doctor's handwriting where nothing names another size. */
const HANDWRITING = { widthMm: 40, heightMm: 15 } as const;

export interface SignLayoutDeps {
  readonly ports: DeskPorts;
  readonly appearance: Appearance;
  readonly findSeal: (sealId: string) => Seal;
}

export interface Signing {
  readonly signerName: string;
  readonly certificate: Certificate;
  readonly trust: TrustMaterial;
}

/** Plans one record; `at` goes into the line under the picture. Throws what is wrong with the seal. */
export type Planner = (item: Item, at: Date) => Promise<SigningPlan>;

/** zod writes optional members as possibly undefined; absent ones are absent here too. */
const ruleOf = (rule: PlacementRuleView): PlacementRule => rule as PlacementRule;

/** Name and local time in one line under the picture, as the ward reads them (UTC+8). */
const appearanceLines = (name: string, at: Date): readonly string[] => [
  `${name}  ${new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')}`,
];

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

/** Gives a planner per list: a seal is checked once for all of its records. */
export function createSignLayout({ ports, appearance, findSeal }: SignLayoutDeps) {
  const usableSeal = (sealId: string, { certificate, trust }: Signing): Seal => {
    const seal = findSeal(sealId);
    const { sealCarrier, signatureLevel } = ports.configuration;
    if (sealCarrier.value === 'contents' && signatureLevel.value !== 'B-T') {
      throw new YqError('SEAL_CARRIER_LEVEL', { params: { level: signatureLevel.value } });
    }
    checkSealUsable(seal.der, certificate, { trust, now: ports.now() });
    pictureInfo(seal.picture.data);
    return seal;
  };
  const placeOf = ({ layout, placement }: Item, seal: Seal | undefined): SigningPlan['place'] => {
    if (layout !== null) {
      const { widthMm, heightMm } = seal?.picture ?? (placement && mmOf(placement)) ?? HANDWRITING;
      return { kind: 'rule', rule: ruleOf(layout), size: { widthMm, heightMm } };
    }
    if (placement === null) return null;
    // A seal is as large as it says, wherever its corner was put.
    const size = seal ? { width: seal.picture.widthMm, height: seal.picture.heightMm } : {};
    return { kind: 'placement', placement: { ...placement, ...size } };
  };

  return (signing: Signing): Planner => {
    const seals = new Map<string, Seal>();
    const sealOf = (sealId: string): Seal => {
      const seal = seals.get(sealId) ?? usableSeal(sealId, signing);
      seals.set(sealId, seal);
      return seal;
    };
    return async (item, at) => {
      const seal = item.sealId === null ? undefined : sealOf(item.sealId);
      const image = seal ? undefined : await appearance.png().catch(() => undefined);
      return {
        place: placeOf(item, seal),
        appearance: seal
          ? { picture: seal.picture, trueToSize: true }
          : { ...(image && { image }), lines: appearanceLines(signing.signerName, at) },
        seal: seal ? { der: seal.der, carrier: ports.configuration.sealCarrier.value } : null,
      };
    };
  };
}
export type SignLayout = ReturnType<typeof createSignLayout>;

const mmOf = ({ width, height }: { readonly width: number; readonly height: number }) => ({
  widthMm: width,
  heightMm: height,
});
