/**
 * Where the window may go and what it may open: nowhere but its own entry page, and nothing. Links that are fit for the
 * system's browser are named one by one; none is today.
 */
import type { WebContents } from 'electron';
import { entryUrl } from '../protocol/bundle.ts';

/** Addresses that may be handed to the system's browser, each with its reason. Empty: the desk has no link that leads out. */
export const externalAddresses: readonly { readonly prefix: string; readonly reason: string }[] = [];

/** The window's own entry page with any query or fragment, and nothing else. */
export function mayNavigate(url: string, entryPage: string = entryUrl): boolean {
  try {
    const { protocol, host, pathname } = new URL(url);
    const entry = new URL(entryPage);
    return protocol === entry.protocol && host === entry.host && pathname === entry.pathname;
  } catch {
    return false;
  }
}

export const mayOpenExternally = (url: string): boolean => externalAddresses.some((a) => url.startsWith(a.prefix));

export interface NavigationGuardOptions {
  /** The page this window shows; default the desk's. */
  readonly entry?: string;
  readonly openExternally: (url: string) => Promise<void>;
  readonly refused: (what: string) => void;
}

export function guardNavigation(
  contents: WebContents,
  { entry, openExternally, refused }: NavigationGuardOptions,
): void {
  contents.on('will-frame-navigate', (event) => {
    if (event.isMainFrame && mayNavigate(event.url, entry)) return;
    event.preventDefault();
    refused('navigation');
  });
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    refused('webview');
  });
  contents.setWindowOpenHandler(({ url }) => {
    if (mayOpenExternally(url)) void openExternally(url);
    else refused('window');
    return { action: 'deny' };
  });
}
