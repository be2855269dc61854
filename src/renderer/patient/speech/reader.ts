/**
 * Reading aloud with the system's own speech (Web Speech API). Only voices of this machine: a voice from the network would send the form
 * to strangers. Sentence by sentence; a pause stops and goes on with the sentence it stopped in, as `pause()` itself does nothing on Linux.
 */
import type { Sentence } from './sentences.ts';

export interface Speech {
  readonly synthesis: Pick<SpeechSynthesis, 'speak' | 'cancel' | 'getVoices'> & Partial<EventTarget>;
  readonly utter: (text: string) => SpeechSynthesisUtterance;
}

export interface ReaderState {
  readonly state: 'no-voice' | 'idle' | 'reading' | 'paused';
  /** Index of the sentence in hand; null before the first and after the last. */
  readonly at: number | null;
}

/** A little slower than speech: most who listen are not young. */
const RATE = 0.9;

/** The voice to read with: of this machine and of the language; the system's own choice first. */
export function voiceFor(
  voices: readonly SpeechSynthesisVoice[],
  language: 'zh' | 'en',
): SpeechSynthesisVoice | undefined {
  const fits = voices.filter((v) => v.localService && v.lang.toLowerCase().replace('_', '-').startsWith(language));
  const mainland = (v: SpeechSynthesisVoice): number => Number(/^zh[-_](cn|hans)/i.test(v.lang));
  return fits.toSorted((a, b) => mainland(b) - mainland(a) || Number(b.default) - Number(a.default))[0];
}

export class Reader {
  readonly #speech: Speech | null;
  readonly #sentences: readonly Sentence[];
  readonly #language: 'zh' | 'en';
  readonly #changed: (s: ReaderState) => void;
  #state: ReaderState;
  /** Tells the utterance in hand from those that were cancelled. */
  #turn = 0;
  readonly #voicesCame = (): void => this.#lookForVoice();

  constructor(
    speech: Speech | null,
    sentences: readonly Sentence[],
    language: 'zh' | 'en',
    changed: (s: ReaderState) => void,
  ) {
    this.#speech = speech;
    this.#sentences = sentences;
    this.#language = language;
    this.#changed = changed;
    this.#state = { state: 'no-voice', at: null };
    this.#lookForVoice();
    // Voices come late in Chromium.
    speech?.synthesis.addEventListener?.('voiceschanged', this.#voicesCame);
  }

  get state(): ReaderState {
    return this.#state;
  }

  play(): void {
    if (this.#state.state === 'no-voice' || this.#state.state === 'reading') return;
    this.#read(this.#state.at ?? 0);
  }
  pause(): void {
    if (this.#state.state !== 'reading') return;
    this.#silence();
    this.#set({ state: 'paused', at: this.#state.at });
  }
  stop(): void {
    this.#silence();
    if (this.#state.state !== 'no-voice') this.#set({ state: 'idle', at: null });
  }
  dispose(): void {
    this.#silence();
    this.#speech?.synthesis.removeEventListener?.('voiceschanged', this.#voicesCame);
  }

  #voice(): SpeechSynthesisVoice | undefined {
    return this.#speech === null ? undefined : voiceFor(this.#speech.synthesis.getVoices(), this.#language);
  }
  #lookForVoice(): void {
    const there = this.#voice() !== undefined;
    if (there && this.#state.state === 'no-voice') this.#set({ state: 'idle', at: null });
    else if (!there && this.#state.state === 'idle') this.#set({ state: 'no-voice', at: null });
  }
  #silence(): void {
    this.#turn++;
    this.#speech?.synthesis.cancel();
  }
  #set(s: ReaderState): void {
    this.#state = s;
    this.#changed(s);
  }

  #read(at: number): void {
    const sentence = this.#sentences[at];
    const voice = this.#voice();
    if (this.#speech === null || sentence === undefined || voice === undefined) return this.stop();
    const turn = ++this.#turn;
    const u = this.#speech.utter(sentence.text);
    u.voice = voice;
    u.lang = voice.lang;
    u.rate = RATE;
    u.onend = () => {
      if (turn === this.#turn) this.#read(at + 1);
    };
    u.onerror = () => {
      if (turn === this.#turn) this.stop();
    };
    this.#set({ state: 'reading', at });
    this.#speech.synthesis.speak(u);
  }
}

/** The browser's speech, where it has one. */
export const browserSpeech = (): Speech | null =>
  'speechSynthesis' in window && 'SpeechSynthesisUtterance' in window
    ? { synthesis: window.speechSynthesis, utter: (text) => new SpeechSynthesisUtterance(text) }
    : null;
