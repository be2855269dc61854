/** When the desk must lock by itself: the screen locks, the user changes, the PC sleeps, or nobody has touched it for a while. */
import { powerMonitor } from 'electron';

export type LockCause = 'lock-screen' | 'user-did-resign-active' | 'suspend' | 'idle';

export interface ScreenLockOptions {
  /** Minutes without input; 0 never locks for idleness. */
  readonly idleMinutes: number;
  readonly lock: (cause: LockCause) => void;
}

const IDLE_CHECK = 15_000;

/** Gives the function that ends the watch. */
export function watchScreenLock({ idleMinutes, lock }: ScreenLockOptions): () => void {
  const onLockScreen = (): void => {
    lock('lock-screen');
  };
  const onSuspend = (): void => {
    lock('suspend');
  };
  const onResign = (): void => {
    lock('user-did-resign-active');
  };
  powerMonitor.on('lock-screen', onLockScreen);
  powerMonitor.on('suspend', onSuspend);
  powerMonitor.on('user-did-resign-active', onResign);
  const timer =
    idleMinutes > 0
      ? setInterval(() => {
          if (powerMonitor.getSystemIdleTime() >= idleMinutes * 60) lock('idle');
        }, IDLE_CHECK)
      : undefined;
  timer?.unref();
  return () => {
    powerMonitor.off('lock-screen', onLockScreen);
    powerMonitor.off('suspend', onSuspend);
    powerMonitor.off('user-did-resign-active', onResign);
    clearInterval(timer);
  };
}
