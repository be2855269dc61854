/** Where the seal or signature in hand will stand: which seal, by which rule, and what that comes to in this document. */
import type { PlacedPicture, Placement, PlacementRuleView, SealView } from '#shared/models.ts';
import { clamp, resize, tenth, type PaperSize } from '../format/placement.ts';
import { loadSeals, sealById } from './seals.ts';
import { ask, get, set, type ReviewState } from './store.ts';

/** mm; what a doctor's handwriting takes where the record type says nothing. */
const HANDWRITING: PaperSize = { width: 40, height: 15 };
/** ms without a further move before a rule is worked out again. */
const PAUSE = 120;

const change = (patch: Partial<ReviewState>): void =>
  set((s) => (s.review === null ? {} : { review: { ...s.review, ...patch } }));

/** Size in mm of what will be put on the page. */
export function sizeOf(review: ReviewState, seals: readonly SealView[] | null): PaperSize {
  const seal = seals?.find((s) => s.id === review.sealId);
  if (seal !== undefined) return { width: seal.widthMm, height: seal.heightMm };
  return review.opened.placement ?? HANDWRITING;
}

/** Every picture of the one signature, the field's own first; nothing for an invisible signature or a rule that does not fit. */
export function placedOf(review: ReviewState): readonly PlacedPicture[] {
  if (review.layout === null) return review.placement === null ? [] : [{ place: review.placement }];
  const { resolved } = review;
  return resolved === null ? [] : [...(resolved.widget === null ? [] : [resolved.widget]), ...resolved.copies];
}

/** Enough said to be worked out. */
export function complete(rule: PlacementRuleView): boolean {
  if (rule.kind === 'keyword') return rule.text.trim() !== '';
  if (rule.kind === 'field') return rule.name !== '';
  const pages = rule.kind === 'fixed' ? undefined : rule.pages;
  return typeof pages !== 'object' || /^-?\d+(-\d+)?([,，]\s*-?\d+(-\d+)?)*$/.test(pages.list.trim());
}

/** False while a rule fits nothing: what was not shown must not be sealed. */
export const placeable = (review: ReviewState): boolean =>
  review.layout === null || (complete(review.layout) && review.layoutError === null);

let turn = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Works the rule in hand out in this document; answers that come too late are let go. */
export async function resolveLayout(): Promise<void> {
  const { review, seals } = get();
  const mine = ++turn;
  clearTimeout(timer);
  if (review?.layout == null || !complete(review.layout))
    return change({ resolved: null, layoutError: null, hits: null });
  const { width: widthMm, height: heightMm } = sizeOf(review, seals);
  const { handle } = review.opened.document;
  const rule = review.layout;
  const [r, all] = await Promise.all([
    ask('placement:resolve', { handle, rule, widthMm, heightMm }),
    rule.kind === 'keyword'
      ? ask('placement:resolve', { handle, rule: { ...rule, hit: 'all' }, widthMm, heightMm })
      : null,
  ]);
  if (mine !== turn || get().review?.opened.document.handle !== handle) return;
  const hits =
    all?.ok === true ? all.value.copies.length + (all.value.widget === null ? 0 : 1) : all === null ? null : 0;
  change(r.ok ? { resolved: r.value, layoutError: null, hits } : { resolved: null, layoutError: r.error, hits });
}

export function setLayout(layout: PlacementRuleView | null): void {
  change({ layout, layoutError: null });
  void resolveLayout();
}

/** The seal's size takes the place of the size before, about the same centre. */
export function chooseSeal(sealId: string | null): void {
  const { review, seals, paper } = get();
  if (review === null) return;
  const next = { ...review, sealId };
  const { placement } = review;
  change({
    sealId,
    placement: placement === null ? null : resize(placement, sizeOf(next, seals), paper[placement.page - 1]),
  });
  void resolveLayout();
}

/** Puts the picture at a fixed place, kept on the page. */
export function place(placement: Placement | null): void {
  const page = placement === null ? undefined : get().paper[placement.page - 1];
  change({ placement: placement === null || page === undefined ? placement : clamp(placement, page) });
}

/** A place to begin with where the record type names none: lower right of the last page. */
export function placeSomewhere(): void {
  const { review, seals, paper } = get();
  if (review === null) return;
  const size = sizeOf(review, seals);
  const page = paper.length || 1;
  const { width, height } = paper[page - 1] ?? { width: 210, height: 297 };
  place({ page, ...size, x: tenth(width - size.width - 30), y: tenth(height - size.height - 40) });
}

/** Back to what the record type says. */
export function resetPlacement(): void {
  const { review, seals, paper } = get();
  if (review === null) return;
  const { opened } = review;
  const next = { ...review, sealId: opened.sealId };
  change({
    sealId: opened.sealId,
    layout: opened.layout,
    placement:
      opened.placement === null
        ? null
        : resize(opened.placement, sizeOf(next, seals), paper[opened.placement.page - 1]),
  });
  void resolveLayout();
}

/** What the record type's rule comes to with the seal in hand; dragging is drawn to it. */
export function rulePlace(review: ReviewState, seals: readonly SealView[] | null): Placement | null {
  return review.opened.placement === null ? null : resize(review.opened.placement, sizeOf(review, seals), undefined);
}

/** Moves what was dragged or nudged: `from` is the picture taken hold of, `to` where it shall be. Other pictures of the rule follow. */
export function movePlaced(from: PlacedPicture, to: Placement): void {
  const { review } = get();
  if (review === null) return;
  const { layout, resolved } = review;
  if (layout === null) return place(to);
  const [dx, dy] = [tenth(to.x - from.place.x), tenth(to.y - from.place.y)];
  const moved = movedRule(layout, dx, dy, to);
  if (moved === null || resolved === null) return;
  const along = layout.kind === 'riding' ? ridingAxis(layout.edge) : null;
  const shift = (p: PlacedPicture): PlacedPicture => ({
    ...p,
    place: {
      ...p.place,
      x: along === 'y' ? p.place.x : tenth(p.place.x + dx),
      y: along === 'x' ? p.place.y : tenth(p.place.y + dy),
    },
  });
  change({
    layout: moved,
    resolved: {
      ...resolved,
      widget: resolved.widget === null ? null : shift(resolved.widget),
      copies: resolved.copies.map(shift),
    },
  });
  clearTimeout(timer);
  turn++;
  timer = setTimeout(() => void resolveLayout(), PAUSE);
}

const ridingAxis = (edge: 'left' | 'right' | 'top' | 'bottom'): 'x' | 'y' =>
  edge === 'left' || edge === 'right' ? 'y' : 'x';

/** The rule after its pictures were moved; null where they cannot be. */
export function movedRule(rule: PlacementRuleView, dx: number, dy: number, to: Placement): PlacementRuleView | null {
  switch (rule.kind) {
    case 'fixed':
      return { ...rule, page: to.page, x: to.x, y: to.y };
    case 'pages':
      return { ...rule, x: to.x, y: to.y };
    case 'keyword':
      return { ...rule, dx: tenth((rule.dx ?? 0) + dx), dy: tenth((rule.dy ?? 0) + dy) };
    case 'riding':
      return { ...rule, offset: tenth(Math.max(0, ridingAxis(rule.edge) === 'y' ? to.y : to.x)) };
    case 'field':
      return null;
  }
}

/** A record was opened: its rule is worked out once the sizes of my seals are known. */
export async function placeOpened(): Promise<void> {
  const { review, seals } = get();
  if (review === null) return;
  // The service may have given a seal since the list was read.
  if (seals === null || (review.sealId !== null && sealById(review.sealId) === undefined)) await loadSeals();
  const now = get().review;
  if (now === null || now.opened.document.handle !== review.opened.document.handle) return;
  if (now.sealId !== null && sealById(now.sealId) !== undefined && now.placement === now.opened.placement)
    chooseSeal(now.sealId);
  else if (now.layout !== null) await resolveLayout();
}
