/** A list of any length of which only the lines in view are in the page. Lines may differ in height, but tell it beforehand. */
import {
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
} from 'react';
import { usePrinting } from './usePrinting.ts';

export interface VirtualListHandle {
  /** Brings a line into view. */
  readonly reveal: (index: number) => void;
  readonly focus: () => void;
}

export interface VirtualListProps<T> {
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  /** px */
  readonly height: number | ((item: T) => number);
  readonly render: (item: T, index: number) => ReactNode;
  readonly label: string;
  readonly className?: string;
  readonly handle?: Ref<VirtualListHandle>;
  readonly onKeyDown?: (e: KeyboardEvent) => void;
  /** Line that the keyboard is at. */
  readonly current?: number;
  readonly id?: string;
}

/** px drawn beyond the view, so that scrolling finds lines there. */
const BEYOND = 240;

/** Index of the line at `y`. */
export function lineAt(tops: readonly number[], y: number): number {
  let [low, high] = [0, tops.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

export function VirtualList<T>(p: VirtualListProps<T>) {
  const { items, height, current = -1, id = 'line' } = p;
  const box = useRef<HTMLDivElement>(null);
  const printing = usePrinting();
  const [top, setTop] = useState(0);
  const [view, setView] = useState(600);
  const { tops, total } = useMemo(() => {
    let y = 0;
    const all: number[] = [];
    for (const item of items) {
      all.push(y);
      y += typeof height === 'number' ? height : height(item);
    }
    return { tops: all, total: y };
  }, [items, height]);
  useEffect(() => {
    const el = box.current;
    if (el === null) return;
    const watch = new ResizeObserver(() => setView(el.clientHeight));
    watch.observe(el);
    return () => watch.disconnect();
  }, []);
  useImperativeHandle(
    p.handle,
    () => ({
      reveal: (index) => {
        const el = box.current;
        const y = tops[index];
        if (el === null || y === undefined) return;
        const end = tops[index + 1] ?? total;
        if (y < el.scrollTop) el.scrollTop = y;
        else if (end > el.scrollTop + el.clientHeight) el.scrollTop = end - el.clientHeight;
      },
      focus: () => box.current?.focus(),
    }),
    [tops, total],
  );
  const from = printing ? 0 : lineAt(tops, top - BEYOND);
  const to = printing ? items.length : Math.min(items.length, lineAt(tops, top + view + BEYOND) + 1);
  return (
    <div
      ref={box}
      className={`virtual ${p.className ?? ''}`}
      role="grid"
      aria-label={p.label}
      aria-rowcount={items.length}
      tabIndex={0}
      aria-activedescendant={current >= from && current < to ? `${id}-${current}` : undefined}
      onScroll={(e) => setTop(e.currentTarget.scrollTop)}
      onKeyDown={p.onKeyDown}
    >
      <div className="lines" role="presentation" style={{ height: total }}>
        {items.slice(from, to).map((item, i) => {
          const index = from + i;
          return (
            <div
              key={p.keyOf(item)}
              id={`${id}-${index}`}
              className={index === current ? 'vline cursor' : 'vline'}
              role="row"
              aria-rowindex={index + 1}
              aria-selected={index === current}
              style={{ top: tops[index] ?? 0, height: (tops[index + 1] ?? total) - (tops[index] ?? 0) }}
            >
              <div role="gridcell">{p.render(item, index)}</div>
            </div>
          );
        })}
      </div>
    </div>
  );
}
