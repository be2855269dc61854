/** Seal pictures of an invented hospital, as SVG: what main would draw for `seals:draw`. */
import type { SealDrawing } from '../../../src/shared/models.ts';

const RED = '#c8161d';
const escape = (s: string): string => s.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const svg = (width: number, height: number, inner: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}mm" height="${height}mm" viewBox="0 0 ${width} ${height}" font-family="Noto Serif CJK SC, serif">${inner}</svg>`;

function star(cx: number, cy: number, r: number): string {
  const points = Array.from({ length: 10 }, (_, i) => {
    const a = (i * Math.PI) / 5 - Math.PI / 2;
    const d = i % 2 === 0 ? r : r * 0.382;
    return `${(cx + d * Math.cos(a)).toFixed(3)},${(cy + d * Math.sin(a)).toFixed(3)}`;
  });
  return `<polygon points="${points.join(' ')}" fill="${RED}"/>`;
}

/** Characters on an arc from lower left over the top to lower right, each upright to the centre. */
function arc(text: string, c: number, r: number, size: number, span = 240): string {
  const step = text.length < 2 ? 0 : span / (text.length - 1);
  return [...text]
    .map((char, i) => {
      const angle = -span / 2 + i * step;
      return `<text transform="rotate(${angle} ${c} ${c})" x="${c}" y="${c - r}" font-size="${size}" font-weight="700" fill="${RED}" text-anchor="middle">${escape(char)}</text>`;
    })
    .join('');
}

export function drawingSize(d: SealDrawing): { widthMm: number; heightMm: number } {
  switch (d.kind) {
    case 'round':
      return { widthMm: d.diameterMm, heightMm: d.diameterMm };
    case 'department':
      return { widthMm: d.widthMm, heightMm: Math.round(d.widthMm * 0.4) };
    case 'name':
      return { widthMm: d.sideMm, heightMm: d.sideMm };
    case 'handwriting':
      return { widthMm: 40, heightMm: 15 };
  }
}

export function drawSeal(d: SealDrawing): string {
  const { widthMm: w, heightMm: h } = drawingSize(d);
  const frame = (inset: number, stroke: number) =>
    `<rect x="${inset}" y="${inset}" width="${w - 2 * inset}" height="${h - 2 * inset}" fill="none" stroke="${RED}" stroke-width="${stroke}"/>`;
  const middle = (text: string, y: number, size: number, more = '') =>
    `<text x="${w / 2}" y="${y}" font-size="${size}" font-weight="700" fill="${RED}" text-anchor="middle" ${more}>${escape(text)}</text>`;
  switch (d.kind) {
    case 'round':
      return svg(
        w,
        w,
        `<circle cx="${w / 2}" cy="${w / 2}" r="${w / 2 - 0.6}" fill="none" stroke="${RED}" stroke-width="1.2"/>${star(w / 2, w / 2, w * 0.14)}${arc(d.organisation, w / 2, w * 0.34, Math.min(w * 0.12, (w * 1.3) / Math.max(6, d.organisation.length)))}${d.centre === '' ? '' : middle(d.centre, w * 0.78, w * 0.085)}${d.number === '' ? '' : middle(d.number, w * 0.9, w * 0.045)}`,
      );
    case 'department':
      return svg(
        w,
        h,
        frame(0.5, 1) + middle(d.organisation, h * 0.42, h * 0.24) + middle(d.department, h * 0.8, h * 0.3),
      );
    case 'name':
      return svg(
        w,
        w,
        frame(0.5, 1) +
          [...`${d.name}印`]
            .slice(0, 4)
            .map(
              (c, i) =>
                `<text x="${i < 2 ? w * 0.72 : w * 0.28}" y="${i % 2 === 0 ? w * 0.46 : w * 0.88}" font-size="${w * 0.38}" font-weight="700" fill="${RED}" text-anchor="middle">${escape(c)}</text>`,
            )
            .join(''),
      );
    case 'handwriting':
      return svg(
        40,
        15,
        `<text x="20" y="11" font-size="10" fill="#1c2b5a" text-anchor="middle" font-style="italic" textLength="34">${escape(d.name)}</text>`,
      );
  }
}

/** Address under which the harness serves a drawing. */
export const drawingUrl = (d: SealDrawing): string => `/picture/drawn/${encodeURIComponent(JSON.stringify(d))}`;
