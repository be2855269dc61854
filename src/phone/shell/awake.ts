/** Keeps the screen on while signatures are being made, where the browser can; it must be asked for anew whenever the page comes back. */
export function stayAwake(): () => void {
  let sentinel: WakeLockSentinel | undefined;
  let over = false;
  const ask = (): void => {
    if (over || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    navigator.wakeLock.request('screen').then(
      (given) => {
        sentinel = given;
        if (over) void given.release();
      },
      () => undefined,
    );
  };
  document.addEventListener('visibilitychange', ask);
  ask();
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', ask);
    void sentinel?.release();
  };
}
