/** What stands over the pages and thumbnails while a place is chosen: my pictures, the millimetre grid and guides of a drag, empty fields. */
import { useCallback, useMemo, type ReactNode } from 'react';
import type { PlacedPicture as Placed, Placement } from '#shared/models.ts';
import { pageMm, toPixels } from '../../../format/placement.ts';
import type { PageSize } from '../../../pdf/Page.tsx';
import { movePlaced, placedOf, rulePlace } from '../../../state/placing.ts';
import { useDesk, type ReviewState } from '../../../state/store.ts';
import { Stamp } from '../Stamp.tsx';
import { PlacedPicture } from './PlacedPicture.tsx';
import { useDrag } from './useDrag.ts';

export interface Placing {
  readonly overlay: (page: number, scale: number, size: PageSize) => ReactNode;
  readonly thumbnail: (page: number, size: PageSize) => ReactNode;
}

/** `movable`: signing has not begun; `landed`: it is signed, and the picture comes down on the page. */
export function usePlacing(review: ReviewState | null, movable: boolean, landed: boolean): Placing {
  const seals = useDesk((s) => s.seals);
  const paper = useDesk((s) => s.paper);
  const seal = seals?.find((s) => s.id === review?.sealId);
  const picture = seal !== undefined ? seal.pictureUrl : (review?.opened.appearanceUrl ?? null);
  const exact = seal !== undefined;
  const placed = useMemo(() => (review === null ? [] : placedOf(review)), [review]);
  const kind = review?.layout?.kind ?? 'fixed';
  const acrossPages = kind === 'fixed';
  const others = useMemo(
    () =>
      (review?.opened.report.signatures ?? []).flatMap((s): Placement[] => (s.placement === null ? [] : [s.placement])),
    [review?.opened.report],
  );
  const { drag, begin } = useDrag({
    others,
    rule: review === null || review.layout !== null ? null : rulePlace(review, seals),
    paperOf: useCallback((page: number) => paper[page - 1], [paper]),
    acrossPages,
    onMove: movePlaced,
  });
  const on = (page: number): readonly Placed[] => placed.filter((p) => p.place.page === page);
  return {
    overlay: (page, scale, size) => {
      const mm = pageMm(size);
      if (landed) {
        return on(page).map((p, i) => (
          <PlacedPicture key={i} value={p} paper={mm} url={picture} exact={exact} className="landing" />
        ));
      }
      if (review === null) return null;
      return (
        <>
          {drag?.page === page && (
            <span
              className="mm-grid"
              aria-hidden="true"
              style={{ backgroundSize: `${toPixels(10, scale)}px ${toPixels(10, scale)}px` }}
            >
              {drag.guides.x !== undefined && <i className="v" style={{ left: toPixels(drag.guides.x, scale) }} />}
              {drag.guides.y !== undefined && <i className="h" style={{ top: toPixels(drag.guides.y, scale) }} />}
            </span>
          )}
          {on(page).map((p) => (
            <Stamp
              key={placed.indexOf(p)}
              value={p}
              paper={mm}
              pages={paper.length}
              picture={picture}
              exact={exact}
              movable={movable && kind !== 'field'}
              leading={placed[0] === p}
              acrossPages={acrossPages}
              onMove={movePlaced}
              onGrip={(e) => begin(e, p, scale)}
            />
          ))}
        </>
      );
    },
    thumbnail: (page, size) =>
      landed
        ? null
        : on(page).map((p, i) => <PlacedPicture key={i} value={p} paper={pageMm(size)} url={picture} exact={exact} />),
  };
}
