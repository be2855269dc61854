/** `sign --seal X.esl`: the seal is read and checked before anybody types a PIN. */
import type { Certificate, TrustMaterial } from '#core/pki/index.ts';
import { checkSealUsable, type SealPicture } from '#core/seal/index.ts';
import type { SealToUse } from '#core/signing/index.ts';
import { UsageError, type Invocation } from './arguments.ts';
import { readSeal } from './commands/seal-show.ts';

export interface ChosenSeal {
  readonly use: SealToUse;
  readonly picture: SealPicture;
}

/** Throws UsageError, SIGN_INPUT, SEAL_FORMAT, SEAL_LIMIT, SEAL_UNSUPPORTED. */
export async function readSealToUse(text: Invocation['text']): Promise<ChosenSeal | undefined> {
  const { seal: path, carrier = 'attribute' } = text;
  if (path === undefined) {
    if (text['carrier'] === undefined) return undefined;
    throw new UsageError('--carrier 要和 --seal 一起用。', '--carrier goes together with --seal.', 'sign');
  }
  if (carrier !== 'attribute' && carrier !== 'contents') {
    throw new UsageError(
      '--carrier 只能是 attribute 或 contents。',
      '--carrier is either attribute or contents.',
      'sign',
    );
  }
  if (carrier === 'contents' && /^lta?$/.test(text['level'] ?? '')) {
    throw new UsageError(
      '--carrier contents 的文件不带 PAdES 级别，请改用 attribute。',
      'With --carrier contents a file has no PAdES level; use attribute.',
      'sign',
    );
  }
  const { der, picture } = await readSeal(path);
  return { use: { seal: der, carrier }, picture };
}

/** Throws SEAL_* as checkSealUsable. */
export function requireUsableSeal(
  { use }: ChosenSeal,
  certificate: Certificate,
  chain: readonly Certificate[],
  trust: TrustMaterial,
): void {
  const material = { ...trust, intermediates: [...(trust.intermediates ?? []), ...chain] };
  checkSealUsable(use.seal, certificate, { trust: material, now: new Date() });
}
