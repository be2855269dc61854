/** A record as the service lists it: what the window shows of it without the state that only the desk knows. */
import type { z } from 'zod';
import { recordSummary } from '#shared/models.ts';

export const listedRecord = recordSummary.omit({ state: true, error: true });
export type ListedRecord = z.output<typeof listedRecord>;
