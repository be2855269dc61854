/** The reader of one text, silenced when its view goes. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { browserSpeech, Reader, type ReaderState } from './reader.ts';
import type { Sentence } from './sentences.ts';

export interface ReaderView extends ReaderState {
  readonly play: () => void;
  readonly pause: () => void;
  readonly stop: () => void;
}

export function useReader(sentences: readonly Sentence[], language: 'zh' | 'en'): ReaderView {
  const [state, setState] = useState<ReaderState>({ state: 'no-voice', at: null });
  const reader = useRef<Reader | null>(null);
  useEffect(() => {
    const mine = new Reader(browserSpeech(), sentences, language, setState);
    reader.current = mine;
    setState(mine.state);
    return () => mine.dispose();
  }, [sentences, language]);
  return useMemo(
    () => ({
      ...state,
      play: () => reader.current?.play(),
      pause: () => reader.current?.pause(),
      stop: () => reader.current?.stop(),
    }),
    [state],
  );
}
