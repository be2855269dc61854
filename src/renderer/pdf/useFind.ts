/** The state of a search in a document: how many hits, which one is in hand, and the highlights on the pages that are drawn. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { fold, hitsIn, occurrences, pageText, showHits } from './find.ts';
import type { PdfDocument } from './open.ts';

export interface Find {
  readonly query: string;
  readonly count: number;
  /** From 0; -1 when nothing was found. */
  readonly current: number;
  readonly search: (query: string) => void;
  readonly step: (by: number) => void;
  /** A page's text layer was drawn. */
  readonly drawn: (page: number, layer: HTMLElement) => void;
}

interface Hit {
  readonly page: number;
  /** Which hit of its page, from 0. */
  readonly nth: number;
}

export function useFind(pdf: PdfDocument | null, toPage: (page: number) => void): Find {
  const [query, setQuery] = useState('');
  const [hits, setHits] = useState<readonly Hit[]>([]);
  const [current, setCurrent] = useState(-1);
  const texts = useRef(new Map<number, Promise<string>>());
  const layers = useRef(new Map<number, HTMLElement>());
  /** The last search asked for: answers of earlier ones come too late. */
  const turn = useRef(0);
  const state = useRef({ query: '', hit: undefined as Hit | undefined });

  useEffect(() => {
    texts.current = new Map();
    layers.current = new Map();
    return () => showHits([], undefined);
  }, [pdf]);

  const paint = useCallback((scroll: boolean) => {
    const { query: q, hit } = state.current;
    const all: Range[] = [];
    let inHand: Range | undefined;
    for (const [page, layer] of layers.current) {
      const ranges = layer.isConnected ? hitsIn(layer, q) : [];
      all.push(...ranges);
      if (hit?.page === page) inHand = ranges[hit.nth];
    }
    showHits(all, inHand);
    if (scroll) inHand?.startContainer.parentElement?.scrollIntoView({ block: 'center' });
  }, []);

  const show = useCallback(
    (all: readonly Hit[], index: number) => {
      const hit = all[index];
      state.current.hit = hit;
      setCurrent(hit === undefined ? -1 : index);
      if (hit !== undefined && !(layers.current.get(hit.page)?.isConnected ?? false)) toPage(hit.page);
      paint(true);
    },
    [paint, toPage],
  );

  const search = useCallback(
    (asked: string) => {
      setQuery(asked);
      state.current = { query: asked, hit: undefined };
      const mine = ++turn.current;
      const wanted = fold(asked);
      if (pdf === null || wanted === '') {
        setHits([]);
        show([], -1);
        return;
      }
      void (async () => {
        const found: Hit[] = [];
        for (let page = 1; page <= pdf.numPages; page++) {
          const text = texts.current.get(page) ?? pageText(pdf, page).catch(() => '');
          texts.current.set(page, text);
          occurrences(await text, wanted).forEach((_, nth) => found.push({ page, nth }));
          if (mine !== turn.current) return;
        }
        setHits(found);
        show(found, 0);
      })();
    },
    [pdf, show],
  );

  return {
    query,
    count: hits.length,
    current,
    search,
    step: (by) => show(hits, hits.length === 0 ? -1 : (current + by + hits.length) % hits.length),
    drawn: useCallback(
      (page, layer) => {
        layers.current.set(page, layer);
        if (state.current.query !== '') paint(state.current.hit?.page === page);
      },
      [paint],
    ),
  };
}
