/** `--level`: B-B, B-T, B-LT, B-LTA, written short. */
import type { SignatureLevel } from '#core/signing/index.ts';
import { UsageError } from './arguments.ts';
import type { CommandName } from './usage.ts';

const LEVELS = { b: 'B-B', t: 'B-T', lt: 'B-LT', lta: 'B-LTA' } as const satisfies Record<string, SignatureLevel>;
type ShortLevel = keyof typeof LEVELS;

/** @throws UsageError for anything that is not one of `allowed` */
export function readLevel<T extends ShortLevel>(
  given: string,
  allowed: readonly T[],
  command: CommandName,
): (typeof LEVELS)[T] {
  const short = allowed.find((one) => one === given.toLowerCase().replace(/^b-(?=.)/, ''));
  if (short !== undefined) return LEVELS[short];
  const list = allowed.join(', ');
  throw new UsageError(`--level 只能是 ${list} 之一。`, `--level is one of ${list}.`, command);
}
