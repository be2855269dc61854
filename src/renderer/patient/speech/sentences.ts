/** What is read aloud in one breath: sentences, so that the one being read can be shown and a pause goes on where it stopped. */
export interface Sentence {
  readonly paragraph: number;
  readonly text: string;
}

/** Characters; longer ones are cut at a comma, so that a pause never costs half a page. */
const LONG = 90;

const ends = /[^。！？!?；;\n]*(?:[。！？!?；;]+[”’"」』）)]*|\n+|$)/gu;
const commas = /[^，,、]*(?:[，,、]+|$)/gu;
const pieces = (text: string, by: RegExp): string[] => (text.match(by) ?? []).filter((p) => p.trim() !== '');

/** English full stops end a sentence only before a space and a capital: `2.5 mm` stays whole. */
const englishEnds = (text: string): string[] => text.split(/(?<=\.)\s+(?=[A-Z])/u);

function shorter(text: string): string[] {
  if (text.length <= LONG) return [text];
  const out: string[] = [];
  for (const piece of pieces(text, commas)) {
    const last = out.at(-1);
    if (last !== undefined && last.length + piece.length <= LONG) out[out.length - 1] = last + piece;
    else out.push(piece);
  }
  return out;
}

export const sentencesOf = (paragraphs: readonly { readonly text: string }[]): Sentence[] =>
  paragraphs.flatMap((p, paragraph) =>
    pieces(p.text, ends)
      .flatMap(englishEnds)
      .flatMap(shorter)
      .map((text) => ({ paragraph, text })),
  );
