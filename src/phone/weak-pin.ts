/** PINs that everybody tries first. The service can't judge them: it never sees a PIN. */

/** One character over and over, or a run of neighbours up or down (123456, 987654, abcdef). */
export function isWeakPin(pin: string): boolean {
  const codes = [...pin].map((c) => c.codePointAt(0) ?? 0);
  const steps = new Set(codes.slice(1).map((code, i) => code - (codes[i] ?? 0)));
  const [step] = steps;
  return codes.length > 1 && steps.size === 1 && step !== undefined && Math.abs(step) <= 1;
}
