import type { DeskApi } from '#shared/ipc.ts';

declare global {
  interface Window {
    readonly yiqian: DeskApi;
  }
}
