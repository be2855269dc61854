/** `nativeTheme`, shown to the pages as prefers-color-scheme. The system's own theme is always light here. */
import { EventEmitter } from 'node:events';
import { makeEvent, strict } from './strict.ts';
import { byTarget } from './window-list.ts';

let source = 'system';
const isDark = (): boolean => source === 'dark';

export const darkFeature = (): { name: string; value: string } => ({
  name: 'prefers-color-scheme',
  value: isDark() ? 'dark' : 'light',
});

class NativeTheme extends EventEmitter {
  readonly shouldUseHighContrastColors = false;
  readonly shouldUseInvertedColorScheme = false;
  readonly inForcedColorsMode = false;
  readonly prefersReducedTransparency = false;
  get themeSource(): string {
    return source;
  }
  set themeSource(s: string) {
    if (!['system', 'light', 'dark'].includes(s)) throw new TypeError('Error processing argument');
    source = s;
    for (const contents of byTarget.values()) {
      contents._send('Emulation.setEmulatedMedia', { features: [darkFeature()] }).catch(() => {});
    }
    this.emit('updated', makeEvent());
  }
  get shouldUseDarkColors(): boolean {
    return isDark();
  }
}
export const nativeTheme = strict('nativeTheme', new NativeTheme());
