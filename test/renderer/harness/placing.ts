/**
 * A rule worked out as main would, on A4 pages: enough for the window's own specs. Fetched and run in the page beside the answering
 * machine, so it imports types alone.
 */
import type { PlacedPicture, PlacementRuleView, ResolvedPlacementView } from '../../../src/shared/models.ts';

export interface Paper {
  readonly pages: number;
  /** Where the words that the specs look for stand: mm, centre of each hit. */
  readonly hits: readonly { page: number; x: number; y: number }[];
  readonly fields: Readonly<Record<string, { page: number; x: number; y: number; width: number; height: number }>>;
}

const A4 = { width: 210, height: 297 };

function selected(
  pages: PlacementRuleView extends infer R ? (R extends { pages?: infer S } ? S : never) : never,
  n: number,
): number[] {
  const all = Array.from({ length: n }, (_, i) => i + 1);
  if (pages === undefined || pages === 'all') return all;
  if (pages === 'odd') return all.filter((p) => p % 2 === 1);
  if (pages === 'even') return all.filter((p) => p % 2 === 0);
  return pages.list.split(/[,，]/).flatMap((part) => {
    const [a = 0, b = a] = part.split('-').map(Number);
    return all.filter((p) => p >= a && p <= b);
  });
}

export function resolve(
  rule: PlacementRuleView,
  width: number,
  height: number,
  paper: Paper,
): ResolvedPlacementView | 'keyword' | 'field' | 'pages' {
  const of = (places: PlacedPicture[]): ResolvedPlacementView => ({
    widget: places[0] ?? null,
    fieldName: null,
    copies: places.slice(1),
  });
  const at = (page: number, x: number, y: number): PlacedPicture => ({ place: { page, x, y, width, height } });
  switch (rule.kind) {
    case 'fixed':
      return of([at(rule.page < 0 ? paper.pages + 1 + rule.page : rule.page, rule.x, rule.y)]);
    case 'pages': {
      const pages = selected(rule.pages, paper.pages);
      return pages.length === 0 ? 'pages' : of(pages.map((p) => at(p, rule.x, rule.y)));
    }
    case 'keyword': {
      if (!'住院医师主治医师'.includes(rule.text)) return 'keyword';
      const hit = rule.hit ?? 1;
      const n = paper.hits.length;
      const chosen =
        hit === 'all' ? [...paper.hits] : [paper.hits[hit > 0 ? hit - 1 : n + hit]].filter((h) => h !== undefined);
      if (chosen.length === 0) return 'keyword';
      const [dx, dy] = [rule.dx ?? 0, rule.dy ?? 0];
      const side = {
        centre: [-width / 2, -height / 2],
        right: [12, -height / 2],
        below: [-width / 2, 3],
        'over-left': [-width * 0.3, -height / 2],
      }[rule.anchor ?? 'centre'] as [number, number];
      return of(chosen.map((h) => at(h.page, Math.max(0, h.x + side[0] + dx), Math.max(0, h.y + side[1] + dy))));
    }
    case 'field': {
      const place = paper.fields[rule.name];
      return place === undefined ? 'field' : { widget: { place }, fieldName: rule.name, copies: [] };
    }
    case 'riding': {
      const pages = selected(rule.pages, paper.pages);
      if (pages.length < 2) return 'pages';
      const upright = rule.edge === 'left' || rule.edge === 'right';
      const margin = rule.margin ?? 0;
      const size = Math.min(rule.groupSize ?? 20, pages.length);
      return of(
        pages.map((page, i) => {
          const group = Math.floor(i / size) * size;
          const n = Math.min(size, pages.length - group);
          const k = i - group;
          const along = rule.offset ?? ((upright ? A4.height : A4.width) - (upright ? height : width)) / 2;
          const w = upright ? width / n : width;
          const h = upright ? height : height / n;
          const x = rule.edge === 'right' ? A4.width - w - margin : rule.edge === 'left' ? margin : along;
          const y = rule.edge === 'bottom' ? A4.height - h - margin : rule.edge === 'top' ? margin : along;
          return {
            place: { page, x, y, width: w, height: h },
            part: upright ? { x: k / n, y: 0, width: 1 / n, height: 1 } : { x: 0, y: k / n, width: 1, height: 1 / n },
          };
        }),
      );
    }
  }
}
