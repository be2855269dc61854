/** Outlines in mm, y downwards, and their SVG path data. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export type Segment =
  | { readonly op: 'M' | 'L'; readonly to: Point }
  | { readonly op: 'Q'; readonly by: Point; readonly to: Point }
  | { readonly op: 'C'; readonly by: Point; readonly by2: Point; readonly to: Point }
  | { readonly op: 'Z' };
export type Outline = readonly Segment[];

export const moved = (outline: Outline, place: (point: Point) => Point): Outline =>
  outline.map((segment): Segment => {
    switch (segment.op) {
      case 'Z':
        return segment;
      case 'Q':
        return { op: 'Q', by: place(segment.by), to: place(segment.to) };
      case 'C':
        return { op: 'C', by: place(segment.by), by2: place(segment.by2), to: place(segment.to) };
      default:
        return { op: segment.op, to: place(segment.to) };
    }
  });

/** Four decimals: a ten-thousandth of a millimetre. */
export const decimal = (value: number): string => String(Math.round(value * 10_000) / 10_000 || 0);

export const polygon = (points: readonly Point[]): Outline => [
  ...points.map((to, i): Segment => ({ op: i === 0 ? 'M' : 'L', to })),
  { op: 'Z' },
];

export function pathData(outline: Outline): string {
  const at = ({ x, y }: Point): string => `${decimal(x)} ${decimal(y)}`;
  return outline
    .map((segment) => {
      switch (segment.op) {
        case 'Z':
          return 'Z';
        case 'Q':
          return `Q${at(segment.by)} ${at(segment.to)}`;
        case 'C':
          return `C${at(segment.by)} ${at(segment.by2)} ${at(segment.to)}`;
        default:
          return `${segment.op}${at(segment.to)}`;
      }
    })
    .join('');
}

export interface Extent {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

/** Of all points, handles included: never less than what is drawn. */
export function extentOf(outlines: readonly Outline[]): Extent {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  const reach = ({ x, y }: Point): void => {
    [minX, maxX, minY, maxY] = [Math.min(minX, x), Math.max(maxX, x), Math.min(minY, y), Math.max(maxY, y)];
  };
  for (const outline of outlines)
    for (const segment of outline) {
      if (segment.op === 'Z') continue;
      reach(segment.to);
      if (segment.op === 'Q' || segment.op === 'C') reach(segment.by);
      if (segment.op === 'C') reach(segment.by2);
    }
  return { minX, minY, maxX, maxY };
}
