/** Times and reports the six steps a person sees, and stops between them when the act is cancelled. */
import { YqError } from '#core/errors/index.ts';
import type { SignPdfRequest, SigningPoint, SigningStep } from './types.ts';

export const SIGNING_STEPS: readonly SigningStep[] = ['prepare', 'sign', 'timestamp', 'seal', 'selfcheck', 'archive'];

export class Stages {
  readonly #request: Pick<SignPdfRequest, 'onStep' | 'signal' | 'atPoint'>;
  readonly #milliseconds: Record<SigningStep, number> = {
    prepare: 0,
    sign: 0,
    timestamp: 0,
    seal: 0,
    selfcheck: 0,
    archive: 0,
  };

  constructor(request: Pick<SignPdfRequest, 'onStep' | 'signal' | 'atPoint'>) {
    this.#request = request;
  }

  /** Throws SIGN_CANCELLED once the request's signal is aborted. */
  readonly checkpoint = (): void => {
    if (this.#request.signal?.aborted) throw new YqError('SIGN_CANCELLED');
  };

  /** Runs one step; a step that runs a second time (placeholder measured anew) adds to its first time. */
  async run<T>(step: SigningStep, act: () => Promise<T>): Promise<T> {
    this.checkpoint();
    this.#request.onStep?.({ step, state: 'begun' });
    const start = performance.now();
    const result = await act();
    this.#milliseconds[step] += performance.now() - start;
    this.#request.onStep?.({ step, state: 'done', milliseconds: this.#milliseconds[step] });
    return result;
  }

  /** A point where a test may stop the act or break something; in the product nothing happens here. */
  async reach(point: SigningPoint): Promise<void> {
    await this.#request.atPoint?.(point);
  }

  milliseconds(): Readonly<Record<SigningStep, number>> {
    return { ...this.#milliseconds };
  }
}
