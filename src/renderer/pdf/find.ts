/** Search in the text layers, white space and case ignored; hits are shown by the CSS Custom Highlight API, so the layer's nodes stay as they are. */
const NAME = 'yiqian-find';

/** Ranges of every hit of `query` below `layer`. */
export function hitsIn(layer: HTMLElement, query: string): Range[] {
  const wanted = query.toLowerCase().replace(/\s+/g, '');
  if (wanted === '') return [];
  const at: { node: Text; offset: number }[] = [];
  let text = '';
  const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT);
  for (let n = walker.nextNode(); n !== null; n = walker.nextNode()) {
    const node = n as Text;
    for (let i = 0; i < node.data.length; i++) {
      const c = node.data.charAt(i);
      if (/\s/.test(c)) continue;
      text += c.toLowerCase();
      at.push({ node, offset: i });
    }
  }
  const found: Range[] = [];
  for (let i = text.indexOf(wanted); i >= 0; i = text.indexOf(wanted, i + wanted.length)) {
    const from = at[i];
    const to = at[i + wanted.length - 1];
    if (from === undefined || to === undefined) break;
    const range = document.createRange();
    range.setStart(from.node, from.offset);
    range.setEnd(to.node, to.offset + 1);
    found.push(range);
  }
  return found;
}

export function showHits(ranges: readonly Range[]): void {
  if (ranges.length === 0) CSS.highlights.delete(NAME);
  else CSS.highlights.set(NAME, new Highlight(...ranges));
}
