/** What this phone is called in the list of keys, as far as its browser tells: "Android · Chrome". */

const systems: readonly (readonly [RegExp, string])[] = [
  [/HarmonyOS|OpenHarmony/i, 'HarmonyOS'],
  [/Android/i, 'Android'],
  [/iPhone/i, 'iPhone'],
  [/iPad/i, 'iPad'],
  [/Windows/i, 'Windows'],
  [/Macintosh/i, 'Mac'],
  [/Linux/i, 'Linux'],
];

/** The first that fits: most browsers name Chrome or Safari beside themselves. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/MicroMessenger/i, 'WeChat'],
  [/HuaweiBrowser/i, 'Huawei Browser'],
  [/MiuiBrowser/i, 'Mi Browser'],
  [/VivoBrowser/i, 'vivo Browser'],
  [/HeyTapBrowser/i, 'OPPO Browser'],
  [/EdgA?|EdgiOS/, 'Edge'],
  [/Firefox|FxiOS/i, 'Firefox'],
  [/Chrome|CriOS/i, 'Chrome'],
  [/Safari/i, 'Safari'],
];

export function nameOfDevice(userAgent: string): string {
  const find = (list: typeof systems): string[] => list.filter(([sign]) => sign.test(userAgent)).map(([, n]) => n);
  const parts = [find(systems)[0], find(browsers)[0]].filter((part) => part !== undefined);
  return parts.length === 0 ? 'Phone' : parts.join(' · ');
}
