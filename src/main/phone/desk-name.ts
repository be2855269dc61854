/** How this desk is named on a phone. */
import { hostname } from 'node:os';

/** As the service takes it. */
const MOST = 80;

export const deskName = (): string => hostname().slice(0, MOST);
