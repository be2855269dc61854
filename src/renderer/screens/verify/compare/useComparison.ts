/** Draws one page as two revisions had it and finds where the drawings differ. */
import { useEffect, useState } from 'react';
import { openDocument } from '../../../pdf/open.ts';
import { differences, type Region } from './difference.ts';

/** One of the two states. */
export interface Source {
  /** Tells one from another. */
  readonly key: string;
  /** Where its bytes are; rejects when they cannot be had. */
  readonly url: () => Promise<string>;
}
export interface Pair {
  readonly page: number;
  readonly before: Source;
  readonly after: Source;
  readonly password: string | undefined;
}

export type Comparison =
  | { readonly state: 'loading' | 'failed' }
  | {
      readonly state: 'ready';
      /** Null where that revision has no such page. */
      readonly before: HTMLCanvasElement | null;
      readonly after: HTMLCanvasElement | null;
      readonly regions: readonly Region[];
    };

/** px per point of the drawings that are compared: sharp enough to read, small enough to be quick. */
const SCALE = 1.6;

async function draw(pair: Pair, source: Source, closing: (() => void)[]): Promise<HTMLCanvasElement | null> {
  const { promise, destroy } = openDocument(await source.url(), pair.password);
  closing.push(destroy);
  const pdf = await promise;
  if (pair.page > pdf.numPages) return null;
  const page = await pdf.getPage(pair.page);
  const viewport = page.getViewport({ scale: SCALE });
  const canvas = document.createElement('canvas');
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  await page.render({ canvas, viewport }).promise;
  return canvas;
}

const bitmap = (canvas: HTMLCanvasElement | null): ImageData | null =>
  canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? null;

export function useComparison(pair: Pair): Comparison {
  const [comparison, setComparison] = useState<Comparison>({ state: 'loading' });
  const { page, before, after, password } = pair;
  useEffect(() => {
    let late = false;
    const closing: (() => void)[] = [];
    const asked: Pair = { page, before, after, password };
    setComparison({ state: 'loading' });
    Promise.all([draw(asked, before, closing), draw(asked, after, closing)])
      .then(([a, b]) => {
        if (late) return;
        const [p, q] = [bitmap(a), bitmap(b)];
        const regions = p === null || q === null ? [{ x: 0, y: 0, width: 1, height: 1 }] : differences(p, q);
        setComparison({ state: 'ready', before: a, after: b, regions });
      })
      .catch(() => !late && setComparison({ state: 'failed' }))
      .finally(() => closing.forEach((close) => close()));
    return () => {
      late = true;
    };
    // The sources are made anew with every drawing of the screen; their keys say whether they are others.
  }, [page, before.key, after.key, password]);
  return comparison;
}
