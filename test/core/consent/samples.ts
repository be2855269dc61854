/** What the tests of consent share: handwriting as a pen, a finger and a mouse would send it, evidence, a form. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type {
  Evidence,
  FormContent,
  FormFonts,
  FormTemplate,
  Ink,
  InkPoint,
  InkStroke,
} from '../../../src/core/consent/index.ts';

type Knot = readonly [x: number, y: number];

/** 王小明 in boxes of 100 × 100, strokes in writing order. */
const NAME: readonly (readonly (readonly Knot[])[])[] = [
  [
    [
      [18, 22],
      [48, 18],
      [80, 15],
    ],
    [
      [24, 52],
      [50, 48],
      [76, 46],
    ],
    [
      [48, 18],
      [50, 50],
      [49, 84],
    ],
    [
      [8, 90],
      [48, 85],
      [96, 82],
    ],
  ],
  [
    [
      [50, 6],
      [52, 50],
      [50, 92],
      [44, 98],
      [34, 88],
    ],
    [
      [28, 36],
      [22, 54],
      [8, 70],
    ],
    [
      [70, 34],
      [80, 50],
      [94, 66],
    ],
  ],
  [
    [
      [10, 22],
      [9, 50],
      [10, 78],
    ],
    [
      [10, 24],
      [26, 20],
      [38, 18],
      [38, 50],
      [36, 78],
    ],
    [
      [11, 48],
      [24, 46],
      [36, 45],
    ],
    [
      [11, 76],
      [24, 74],
      [36, 73],
    ],
    [
      [56, 12],
      [56, 50],
      [52, 76],
      [40, 98],
    ],
    [
      [57, 14],
      [74, 10],
      [92, 8],
      [92, 50],
      [90, 86],
      [84, 96],
      [74, 88],
    ],
    [
      [58, 38],
      [74, 35],
      [90, 34],
    ],
    [
      [57, 62],
      [74, 58],
      [90, 57],
    ],
  ],
];

const between = (a: number, b: number, t: number): number => a + (b - a) * t;

/** Catmull-Rom through the knots. */
function on(knots: readonly Knot[], at: number): Knot {
  const scaled = at * (knots.length - 1);
  const i = Math.min(knots.length - 2, Math.floor(scaled));
  const t = scaled - i;
  const [p0, p1, p2, p3] = [knots[i - 1] ?? knots[i], knots[i], knots[i + 1], knots[i + 2] ?? knots[i + 1]].map(
    (k) => k ?? [0, 0],
  ) as [Knot, Knot, Knot, Knot];
  const value = (n: 0 | 1): number =>
    0.5 *
    (2 * p1[n] +
      (p2[n] - p0[n]) * t +
      (2 * p0[n] - 5 * p1[n] + 4 * p2[n] - p3[n]) * t * t +
      (3 * p1[n] - p0[n] - 3 * p2[n] + p3[n]) * t * t * t);
  return [value(0), value(1)];
}

/** `box`: mm of one character. Pens send 200 points a second with pressure, fingers 60 with none, mice whole pixels. */
export function handwriting(pointer: InkStroke['pointer'] = 'pen', { box = 40, left = 12, top = 8 } = {}): Ink {
  const rate = { pen: 5, touch: 16, mouse: 8 }[pointer];
  const strokes: InkStroke[] = [];
  let now = 400;
  for (const [n, character] of NAME.entries()) {
    for (const knots of character) {
      const place = (k: Knot): Knot => [left + n * box * 1.12 + (k[0] / 100) * box, top + (k[1] / 100) * box];
      const placed = knots.map(place);
      const length = placed
        .slice(1)
        .reduce((sum, p, i) => sum + Math.hypot(p[0] - (placed[i]?.[0] ?? 0), p[1] - (placed[i]?.[1] ?? 0)), 0);
      const duration = 60 + length * 7;
      const points: InkPoint[] = [];
      for (let t = 0; t <= duration; t += rate) {
        const eased = between(t / duration, (1 - Math.cos((Math.PI * t) / duration)) / 2, 0.7);
        const [x, y] = on(placed, eased);
        const pixel = 25.4 / 96;
        const snap = (mm: number): number => (pointer === 'mouse' ? Math.round(mm / pixel) * pixel : mm);
        const swell = Math.sin(Math.PI * Math.min(0.96, t / duration + 0.04));
        const pressure = pointer === 'pen' ? 0.18 + 0.5 * swell : pointer === 'mouse' ? 0.5 : 0;
        points.push([snap(x), snap(y), t, pressure, pointer === 'pen' ? 22 : 0, pointer === 'pen' ? -8 : 0]);
      }
      strokes.push({ at: now, pointer, points });
      now += duration + 140;
    }
    now += 120;
  }
  const begun = Date.parse('2026-11-22T02:03:04.000Z');
  return {
    width: 160,
    height: 60,
    strokes,
    begunAt: new Date(begun).toISOString(),
    endedAt: new Date(begun + now).toISOString(),
  };
}

/** A picture of 1 × 1. */
export const PNG = Uint8Array.from(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
);

export function evidenceOf(consentId: string, document: string, more: Partial<Evidence> = {}): Evidence {
  const ink = handwriting();
  return {
    consentId,
    template: { id: 'consent-surgery', version: 1 },
    document,
    patientId: 'P0038271',
    party: {
      role: 'self',
      name: '王小明',
      relation: '',
      reason: '',
      idKind: 'resident',
      idNumber: '110101',
      phone: '',
    },
    allowed: { handwriting: true, fingerprint: true, photo: false, at: '2026-11-22T02:02:50.000Z' },
    ink,
    fingerprint: { format: 'PNG', data: PNG, source: '模拟指纹仪', simulated: true, at: '2026-11-22T02:03:20.000Z' },
    device: { id: 'desk-1', pointer: 'pen', system: 'Linux' },
    operator: '10023',
    openedAt: '2026-11-22T02:02:00.000Z',
    confirmedAt: ink.endedAt,
    offline: false,
    ...more,
  };
}

const font = (file: string): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(import.meta.resolve(`@expo-google-fonts/noto-sans-sc/${file}`))));

let loaded: FormFonts | undefined;
export function fonts(): FormFonts {
  loaded ??= {
    regular: font('400Regular/NotoSansSC_400Regular.ttf'),
    bold: font('600SemiBold/NotoSansSC_600SemiBold.ttf'),
  };
  return loaded;
}

export const TEMPLATE: FormTemplate = {
  id: 'consent-surgery',
  version: 1,
  kind: 'surgery',
  title: '手术同意书',
  formNumber: 'T-01',
  fields: [
    {
      id: 'operation',
      label: { zh: '拟行手术', en: 'Operation' },
      kind: 'line',
      options: [],
      required: true,
      value: '',
    },
    { id: 'date', label: { zh: '日期', en: 'Date' }, kind: 'date', options: [], required: true, value: '' },
    {
      id: 'risks',
      label: { zh: '情况', en: 'Conditions' },
      kind: 'checks',
      options: ['高血压', '糖尿病', '其他'],
      required: false,
      value: '',
    },
  ],
  body: [
    { kind: 'heading', text: '一、手术' },
    { kind: 'fields', rows: [['operation'], ['date']] },
    { kind: 'text', text: '患者 {patientName} 拟行 {operation}。' },
    { kind: 'items', items: ['出血。', '感染。'] },
    { kind: 'checks', field: 'risks' },
  ],
  statement: ['我同意实施 {operation}。'],
  staffStatement: ['我已向 {signerName} 说明。'],
  witness: 'optional',
  fingerprint: 'optional',
  photo: 'none',
};

export const contentOf = (more: Partial<FormContent> = {}): FormContent => ({
  template: TEMPLATE,
  values: { operation: '阑尾切除术', date: '2026-11-23', risks: '高血压\n其他' },
  patient: { id: 'P0038271', name: '王小明', sex: 'male', age: 63, bed: '15', admissionNumber: '0038271' },
  hospital: { name: '示范医院', department: '普通外科', ward: '一病区' },
  signer: { role: 'self', name: '王小明', relation: '', reason: '' },
  witness: { name: '陈某', relation: '邻居' },
  staff: { name: '李医师', title: '主治医师' },
  createdAt: new Date('2026-11-22T02:00:00.000Z'),
  ...more,
});
