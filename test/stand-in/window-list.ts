/** The windows that are open, and where a WebContents is found by its DevTools target or session. No imports, so no circles. */
import type { BrowserWindow } from './browser-window.ts';
import type { WebContents } from './web-contents.ts';

export const allWindows = new Set<BrowserWindow>();
export const focus: { window: BrowserWindow | null } = { window: null };
export const byTarget = new Map<string, WebContents>();
export const bySession = new Map<string, WebContents>();

let last = 0;
/** Electron numbers windows and web contents from 1. */
export const nextId = (): number => ++last;
