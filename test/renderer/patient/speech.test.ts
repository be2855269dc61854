import { describe, expect, it } from 'vitest';
import { consentTemplates } from '../../../src/backend/consent/templates/index.ts';
import { Reader, voiceFor, type ReaderState, type Speech } from '../../../src/renderer/patient/speech/reader.ts';
import { sentencesOf } from '../../../src/renderer/patient/speech/sentences.ts';

describe('sentences', () => {
  const texts = (text: string) => sentencesOf([{ text }]).map((s) => s.text);
  it('end with their marks, closing quotes included', () => {
    expect(texts('您好。疼吗？“不疼。”好！')).toEqual(['您好。', '疼吗？', '“不疼。”', '好！']);
  });
  it('a number with a point is not cut, an English full stop is', () => {
    expect(texts('The stent is 2.5 mm wide. It stays in.')).toEqual(['The stent is 2.5 mm wide.', 'It stays in.']);
  });
  it('long ones are cut at a comma', () => {
    const long = Array.from({ length: 12 }, (_, i) => `第${i}种情况比较少见但仍可能发生，`).join('');
    expect(texts(long).every((s) => s.length <= 90)).toBe(true);
    expect(texts(long).join('')).toBe(long);
  });
  it('lose no character of the demo’s forms', () => {
    for (const t of consentTemplates) {
      const paragraphs = [
        ...t.body.flatMap((b) => (b.kind === 'items' ? [...b.items] : b.kind === 'text' ? [b.text] : [])),
        ...t.statement,
      ].map((text) => ({ text }));
      const spoken = sentencesOf(paragraphs);
      paragraphs.forEach((p, i) =>
        expect(
          spoken
            .filter((s) => s.paragraph === i)
            .map((s) => s.text)
            .join(''),
        ).toBe(p.text),
      );
    }
  });
  it('an empty paragraph is not spoken', () => expect(texts(' ')).toEqual([]));
});

const voice = (name: string, lang: string, localService = true, isDefault = false) =>
  ({ name, lang, localService, default: isDefault, voiceURI: name }) as SpeechSynthesisVoice;

describe('the voice', () => {
  it('never comes from the network', () => {
    expect(voiceFor([voice('cloud', 'zh-CN', false, true)], 'zh')).toBeUndefined();
  });
  it('speaks the form’s language, mainland Chinese first, then the system’s choice', () => {
    const all = [
      voice('en', 'en-GB'),
      voice('hk', 'zh-HK', true, true),
      voice('cn', 'zh_CN'),
      voice('cn2', 'zh-CN', true, true),
    ];
    expect(voiceFor(all, 'zh')?.name).toBe('cn2');
    expect(voiceFor(all, 'en')?.name).toBe('en');
  });
});

function speaking(voices: SpeechSynthesisVoice[]) {
  const spoken: SpeechSynthesisUtterance[] = [];
  let came: (() => void) | undefined;
  const speech: Speech = {
    synthesis: {
      getVoices: () => voices,
      speak: (u: SpeechSynthesisUtterance) => spoken.push(u),
      cancel: () => {
        // As Chromium does: what was cancelled reports an end of its own, later.
        const last = spoken.at(-1);
        queueMicrotask(() => last?.onend?.({} as SpeechSynthesisEvent));
      },
      addEventListener: (_: string, l: () => void) => (came = l),
      removeEventListener: () => (came = undefined),
    } as unknown as Speech['synthesis'],
    utter: (text) => ({ text }) as SpeechSynthesisUtterance,
  };
  const states: ReaderState[] = [];
  const reader = new Reader(speech, sentencesOf([{ text: '一。二。三。' }]), 'zh', (s) => states.push(s));
  const ends = () => spoken.at(-1)?.onend?.({} as SpeechSynthesisEvent);
  return { reader, spoken, states, ends, voicesCome: () => came?.(), voices, listens: () => came !== undefined };
}

describe('reading aloud', () => {
  it('goes sentence by sentence and stops after the last', () => {
    const s = speaking([voice('cn', 'zh-CN')]);
    s.reader.play();
    s.ends();
    s.ends();
    expect(s.spoken.map((u) => u.text)).toEqual(['一。', '二。', '三。']);
    expect(s.reader.state).toEqual({ state: 'reading', at: 2 });
    s.ends();
    expect(s.reader.state).toEqual({ state: 'idle', at: null });
  });
  it('goes on after a pause with the sentence it stopped in, whatever the cancelled one reports', async () => {
    const s = speaking([voice('cn', 'zh-CN')]);
    s.reader.play();
    s.ends();
    s.reader.pause();
    await Promise.resolve();
    expect(s.reader.state).toEqual({ state: 'paused', at: 1 });
    s.reader.play();
    expect(s.spoken.map((u) => u.text)).toEqual(['一。', '二。', '二。']);
  });
  it('without a voice there is none to press for; voices that come late are found', () => {
    const s = speaking([]);
    expect(s.reader.state.state).toBe('no-voice');
    s.reader.play();
    expect(s.spoken).toEqual([]);
    s.voices.push(voice('cn', 'zh-CN'));
    s.voicesCome();
    expect(s.reader.state.state).toBe('idle');
  });
  it('a failing voice ends the reading', () => {
    const s = speaking([voice('cn', 'zh-CN')]);
    s.reader.play();
    s.spoken[0]?.onerror?.({} as SpeechSynthesisErrorEvent);
    expect(s.reader.state).toEqual({ state: 'idle', at: null });
  });
  it('is silent once its view is gone', () => {
    const s = speaking([voice('cn', 'zh-CN')]);
    s.reader.play();
    s.reader.dispose();
    s.ends();
    expect(s.spoken).toHaveLength(1);
    expect(s.listens()).toBe(false);
  });
});
