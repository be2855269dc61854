/** What all parts of the stand-in's main process share: the command line, the package, Chromium, and how far the app has come. */
import type { Cdp } from './cdp.ts';

/** Electron's and Chromium's versions that the stand-in speaks for. */
export const versions = { electron: '45.4.1', chrome: '156.0.0.0' } as const;

export interface Boot {
  /** Path of the stand-in's executable. */
  readonly exe: string;
  /** The app's folder. */
  readonly root: string;
  readonly pkg: Readonly<Record<string, string>>;
  readonly switches: Map<string, string>;
}

export const state: { boot: Boot; cdp: Cdp | undefined; ready: boolean; quitting: boolean; headed: boolean } = {
  boot: { exe: '', root: '.', pkg: {}, switches: new Map() },
  cdp: undefined,
  ready: false,
  quitting: false,
  headed: false,
};

export function cdp(): Cdp {
  if (!state.cdp) throw new Error('stand-in: Chromium is not running yet');
  return state.cdp;
}
