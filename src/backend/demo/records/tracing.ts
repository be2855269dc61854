/** Twelve leads of an electrocardiogram on the usual grid, 25 mm/s and 10 mm/mV. */
import {
  concatTransformationMatrix,
  lineTo,
  moveTo,
  popGraphicsState,
  pushGraphicsState,
  rgb,
  setLineWidth,
  setStrokingColor,
  stroke,
  type PDFPage,
} from 'pdf-lib';
import type { Form } from './form.ts';
import { MM } from './sheet.ts';

const PAPER_SPEED = 25; // mm/s
const GAIN = 10; // mm/mV
export const RATE = 76; // beats a minute
const LEAD_SECONDS = 2.5;
export const ROW = 25; // mm between the base lines
const GRID_FINE = rgb(0.97, 0.86, 0.85);
const GRID_BOLD = rgb(0.93, 0.7, 0.68);
const TRACE = rgb(0.08, 0.09, 0.12);

/** Waves of one lead in mV: P, Q, R, S, ST level at the J point, T. */
type Lead = readonly [name: string, p: number, q: number, r: number, s: number, st: number, t: number];

const LEADS: readonly Lead[] = [
  ['I', 0.09, -0.04, 0.72, -0.1, 0.02, 0.2],
  ['aVR', -0.1, 0.02, -0.82, 0.08, 0.02, -0.24],
  ['V1', 0.06, 0, 0.18, -0.95, 0.04, -0.08],
  ['V4', 0.09, -0.08, 1.35, -0.42, -0.1, 0.12],
  ['II', 0.13, -0.05, 0.98, -0.12, -0.02, 0.24],
  ['aVL', 0.05, -0.06, 0.38, -0.08, 0.02, 0.1],
  ['V2', 0.07, 0, 0.42, -1.3, 0.06, 0.32],
  ['V5', 0.09, -0.1, 1.42, -0.24, -0.12, 0.06],
  ['III', 0.07, -0.08, 0.36, -0.1, -0.03, 0.08],
  ['aVF', 0.1, -0.07, 0.66, -0.1, -0.03, 0.15],
  ['V3', 0.08, -0.03, 0.86, -0.86, 0, 0.3],
  ['V6', 0.09, -0.1, 1.12, -0.12, -0.1, 0.04],
];
const RHYTHM: Lead = ['II', 0.13, -0.05, 0.98, -0.12, -0.02, 0.24];

export function drawTracing(form: Form, top: number): void {
  const { page, paper, left } = form;
  const [columns, width] = [4, 10 * Math.floor((LEAD_SECONDS * 4 * PAPER_SPEED) / 10)];
  const height = 4 * ROW;
  const x0 = left + (form.measure - width) / 2;
  page.pushOperators(
    pushGraphicsState(),
    // From here on in mm from the top left corner of the grid, y upwards.
    concatTransformationMatrix(MM, 0, 0, MM, x0 * MM, (paper.height - top - height) * MM),
  );
  grid(page, width, height);
  page.pushOperators(setLineWidth(0.26), setStrokingColor(TRACE));
  for (const [i, lead] of LEADS.entries()) {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const at = column * LEAD_SECONDS;
    trace(page, lead, at, at + LEAD_SECONDS, height - row * ROW - ROW * 0.62);
  }
  trace(page, RHYTHM, 0, columns * LEAD_SECONDS, height - 3 * ROW - ROW * 0.62);
  page.pushOperators(popGraphicsState());
  for (const [i, [name]] of [...LEADS.entries()]) {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const x = x0 + column * LEAD_SECONDS * PAPER_SPEED + 1.5;
    paper.text(page, x, top + row * ROW + 4.2, name, { size: 8, weight: 'bold' });
  }
  paper.text(page, x0 + 1.5, top + 3 * ROW + 4.2, RHYTHM[0], { size: 8, weight: 'bold' });
  paper.text(
    page,
    x0 + width,
    top + height + 3.6,
    '25 mm/s　10 mm/mV　0.05～150 Hz　50 Hz 滤波',
    { size: 7.5 },
    'right',
  );
}

function grid(page: PDFPage, width: number, height: number): void {
  const lines = (step: number): void => {
    for (let x = 0; x <= width; x += step) page.pushOperators(moveTo(x, 0), lineTo(x, height));
    for (let y = 0; y <= height; y += step) page.pushOperators(moveTo(0, y), lineTo(width, y));
    page.pushOperators(stroke());
  };
  page.pushOperators(setLineWidth(0.06), setStrokingColor(GRID_FINE));
  lines(1);
  page.pushOperators(setLineWidth(0.12), setStrokingColor(GRID_BOLD));
  lines(5);
}

function trace(page: PDFPage, lead: Lead, from: number, to: number, base: number): void {
  const step = 0.008; // s; 0.2 mm on paper
  const first = from + (from > 0 ? 0.02 : 0); // a gap marks the change of lead
  for (let t = first; t <= to; t += step) {
    const x = round(t * PAPER_SPEED);
    const y = round(base + millivolts(lead, t) * GAIN);
    page.pushOperators(t === first ? moveTo(x, y) : lineTo(x, y));
  }
  page.pushOperators(stroke());
}

/** Beat as a sum of bells; the RR interval breathes a little, as it does in life. */
function millivolts([, p, q, r, s, st, t]: Lead, seconds: number): number {
  const period = 60 / RATE;
  const beat = Math.floor(seconds / period + 0.35);
  const sway = 0.012 * Math.sin(beat * 1.9);
  const u = seconds - (beat + 0.15) * period - sway;
  const bell = (at: number, width: number, height: number): number => height * Math.exp(-(((u - at) / width) ** 2));
  const segment = st / (1 + Math.exp(-(u - 0.05) / 0.008)) / (1 + Math.exp((u - 0.2) / 0.02));
  const wander = 0.015 * Math.sin(seconds * 1.7) + 0.006 * Math.sin(seconds * 61) * Math.sin(seconds * 37);
  return (
    bell(-0.155, 0.026, p) +
    bell(-0.024, 0.009, q) +
    bell(0, 0.0115, r) +
    bell(0.026, 0.011, s) +
    segment +
    bell(0.235, 0.046, t) +
    bell(0.275, 0.03, t * 0.35) +
    wander
  );
}

const round = (n: number): number => Math.round(n * 100) / 100;
