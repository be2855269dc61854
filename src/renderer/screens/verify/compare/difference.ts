/** Where two pictures of one page differ, as boxes for the eye. Plain arithmetic on RGBA bytes: no canvas, so that it can be tested. */

export interface Bitmap {
  readonly width: number;
  readonly height: number;
  /** RGBA, row by row. */
  readonly data: Uint8ClampedArray;
}

/** Fractions of the page's width and height. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** px: side of the squares that are compared; about a letter at 100 %. */
export const CELL = 6;
/** Difference of a channel from which a pixel counts: what smoothing of edges leaves behind stays below. */
const THRESHOLD = 60;
/** Pixels of a cell that must differ. */
const PIXELS = 2;
/** Cells between two differences that still belong together: the letters of a word, the lines of a sentence. */
const REACH = 3;
const MOST = 200;

/** Boxes in reading order. Pictures of different size differ where only one of them is. */
export function differences(a: Bitmap, b: Bitmap): Region[] {
  const width = Math.max(a.width, b.width);
  const height = Math.max(a.height, b.height);
  const columns = Math.ceil(width / CELL);
  const rows = Math.ceil(height / CELL);
  const marked = changedCells(a, b, columns, rows);
  const seen = new Uint8Array(columns * rows);
  const found: Region[] = [];
  for (let start = 0; start < marked.length && found.length < MOST; start++) {
    if (marked[start] === 0 || seen[start] === 1) continue;
    const box = flood(marked, seen, start, columns, rows);
    found.push({
      x: (box.left * CELL) / width,
      y: (box.top * CELL) / height,
      width: Math.min(1, ((box.right - box.left + 1) * CELL) / width),
      height: Math.min(1, ((box.bottom - box.top + 1) * CELL) / height),
    });
  }
  return found.sort((p, q) => p.y - q.y || p.x - q.x);
}

function changedCells(a: Bitmap, b: Bitmap, columns: number, rows: number): Uint8Array {
  const counts = new Uint16Array(columns * rows);
  const height = Math.max(a.height, b.height);
  const width = Math.max(a.width, b.width);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / CELL) * columns;
    for (let x = 0; x < width; x++) {
      const cell = row + Math.floor(x / CELL);
      if (differs(a, b, x, y)) counts[cell] = (counts[cell] ?? 0) + 1;
    }
  }
  return Uint8Array.from(counts, (n) => (n >= PIXELS ? 1 : 0));
}

function differs(a: Bitmap, b: Bitmap, x: number, y: number): boolean {
  const inA = x < a.width && y < a.height;
  const inB = x < b.width && y < b.height;
  if (!inA || !inB) return inA !== inB;
  const i = (y * a.width + x) * 4;
  const j = (y * b.width + x) * 4;
  for (let c = 0; c < 3; c++) if (Math.abs((a.data[i + c] ?? 0) - (b.data[j + c] ?? 0)) > THRESHOLD) return true;
  return false;
}

function flood(marked: Uint8Array, seen: Uint8Array, start: number, columns: number, rows: number) {
  const box = { left: columns, top: rows, right: 0, bottom: 0 };
  const todo = [start];
  seen[start] = 1;
  for (let cell = todo.pop(); cell !== undefined; cell = todo.pop()) {
    const x = cell % columns;
    const y = Math.floor(cell / columns);
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
    for (let v = Math.max(0, y - REACH); v <= Math.min(rows - 1, y + REACH); v++) {
      for (let u = Math.max(0, x - REACH); u <= Math.min(columns - 1, x + REACH); u++) {
        const next = v * columns + u;
        if (marked[next] === 1 && seen[next] === 0) {
          seen[next] = 1;
          todo.push(next);
        }
      }
    }
  }
  return box;
}
