/** Marks the words of a placement rule on the pages that are drawn. */
import { useCallback, useEffect, useRef } from 'react';
import { hitsIn, showMarks } from './find.ts';
import type { PdfDocument } from './open.ts';

export function useMarks(pdf: PdfDocument | null, words: string): (page: number, layer: HTMLElement) => void {
  const layers = useRef(new Map<number, HTMLElement>());
  const wanted = useRef(words);
  wanted.current = words;
  const paint = useCallback(() => {
    const all = [...layers.current.values()].filter((l) => l.isConnected);
    showMarks(wanted.current.trim() === '' ? [] : all.flatMap((l) => hitsIn(l, wanted.current)));
  }, []);
  useEffect(() => {
    layers.current = new Map();
    return () => showMarks([]);
  }, [pdf]);
  useEffect(paint, [paint, words]);
  return useCallback(
    (page, layer) => {
      layers.current.set(page, layer);
      if (wanted.current !== '') paint();
    },
    [paint],
  );
}
