/**
 * How many records are under way. Two bounds: few that still need the key, since more of them would only hold memory while they wait for
 * it; many in all, so that slow time stamps never keep the key from the next record.
 */
export interface FlowBounds {
  /** Records being read, prepared, or waiting for the key. */
  readonly ahead: number;
  /** All that are under way. */
  readonly underWay: number;
}

/**
 * Runs `work` for every item in order, as many at a time as the bounds allow; settles when all have ended. `passed` is to be called when
 * the item needs the key no more. `work` never rejects.
 */
export function flow<T>(
  items: Iterable<T>,
  { ahead, underWay }: FlowBounds,
  work: (item: T, passed: () => void) => Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const rest = items[Symbol.iterator]();
    let before = 0;
    let all = 0;
    let drained = false;
    const more = (): void => {
      while (!drained && before < ahead && all < underWay) {
        const { done, value } = rest.next();
        if (done === true) {
          drained = true;
          break;
        }
        before++;
        all++;
        let needsKey = true;
        const passed = (): void => {
          if (!needsKey) return;
          needsKey = false;
          before--;
          queueMicrotask(more);
        };
        work(value, passed)
          .finally(() => {
            passed();
            all--;
            more();
          })
          .catch(reject);
      }
      if (drained && all === 0) resolve();
    };
    more();
  });
}

/** At most `width` at a time, in the order they came. */
export function lane(width: number): <T>(work: () => Promise<T>) => Promise<T> {
  const line: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= width) await new Promise<void>((go) => line.push(go));
    else running++;
    try {
      return await work();
    } finally {
      // The place goes to the next in line, or becomes free.
      const next = line.shift();
      if (next) next();
      else running--;
    }
  };
}
