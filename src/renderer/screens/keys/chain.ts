/** driver → reader → key → certificate: what each link is, and which one breaks first. */
import type { DriverView, TokenView } from '#shared/models.ts';

export type LinkName = 'driver' | 'reader' | 'token' | 'certificate';
export interface Link {
  readonly name: LinkName;
  readonly value: string;
  readonly broken: boolean;
}

const fileName = (path: string): string => path.split(/[\\/]/).pop() ?? path;

/** The links of a token that was found; the first broken one ends the chain. */
export function linksOf(token: TokenView, drivers: readonly DriverView[]): Link[] {
  const driver = drivers.find((d) => d.path === token.driverPath);
  const key = token.keys.find((k) => k.unusable === null) ?? token.keys.find((k) => k.certificate !== null);
  const links: Link[] = [
    { name: 'driver', value: fileName(token.driverPath), broken: driver !== undefined && driver.state !== 'ready' },
    { name: 'reader', value: token.slotDescription, broken: false },
    { name: 'token', value: token.serial, broken: token.pinTries.kind === 'locked' },
    {
      name: 'certificate',
      value: key?.certificate?.commonName ?? '',
      broken: key === undefined || key.unusable !== null,
    },
  ];
  const broken = links.findIndex((l) => l.broken);
  return broken < 0 ? links : links.slice(0, broken + 1);
}

/** Why no token was found at all: no driver that works, or drivers that see none. */
export function brokenWithoutToken(drivers: readonly DriverView[]): 'driver' | 'reader' {
  return drivers.some((d) => d.state === 'ready') ? 'reader' : 'driver';
}
