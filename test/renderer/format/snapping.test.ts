import { describe, expect, it } from 'vitest';
import type { Placement } from '../../../src/shared/models.ts';
import { MARGIN, snapPlace, type Surroundings } from '../../../src/renderer/format/snapping.ts';

const paper = { width: 210, height: 297 };
const p = (over: Partial<Placement> = {}): Placement => ({ page: 1, x: 70.3, y: 60.4, width: 40, height: 15, ...over });
const around = (over: Partial<Surroundings> = {}): Surroundings => ({ paper, others: [], rule: null, ...over });
const at = (place: Placement, over: Partial<Surroundings> = {}) => {
  const r = snapPlace(place, around(over));
  return [r.place.x, r.place.y, r.guides.x, r.guides.y];
};

describe('a dragged picture', () => {
  it('lands on whole millimetres where nothing pulls', () => expect(at(p())).toEqual([70, 60, undefined, undefined]));
  it('is drawn to the middle of the page', () => expect(at(p({ x: 86.1 }))).toEqual([85, 60, 105, undefined]));
  it('is drawn to the margins, left and right', () => {
    expect(at(p({ x: 21.2 }))).toEqual([MARGIN, 60, MARGIN, undefined]);
    expect(at(p({ x: 149.1 }))).toEqual([150, 60, 190, undefined]);
  });
  it("is drawn to another signature's edges and middle, on its page only", () => {
    const other = p({ x: 120, y: 200, width: 30, height: 20 });
    expect(at(p({ x: 121, y: 221.2 }), { others: [other] })).toEqual([120, 220, 120, 220]);
    expect(at(p({ x: 114, y: 203.1 }), { others: [other] })).toEqual([115, 202.5, 135, 210]);
    expect(at(p({ x: 121.4, page: 2 }), { others: [other] })).toEqual([121, 60, undefined, undefined]);
  });
  it("the rule's place pulls within 1.5 mm, each axis by itself", () => {
    const rule = p({ x: 52.3, y: 80.7 });
    expect(at(p({ x: 53.5 }), { rule })).toEqual([52.3, 60, 52.3, undefined]);
    expect(at(p({ x: 54.5, y: 81.9 }), { rule })).toEqual([55, 80.7, undefined, 80.7]);
  });
  it('the nearest line wins', () => {
    const others = [p({ x: 100, width: 10 }), p({ x: 101, width: 7 })];
    expect(at(p({ x: 101.1, y: 90 }), { others })[0]).toBe(101);
  });
  it('stays on the page', () => expect(at(p({ x: 190, y: -4 }))).toEqual([170, 0, undefined, undefined]));
});
