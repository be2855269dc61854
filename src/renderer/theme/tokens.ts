/**
 * The look in one place: paper, ink, jade, cinnabar. Cinnabar belongs to seals and our mark alone; errors are rose, warnings amber.
 * Feeds the CSS variables (light and dark) and Ant Design's theme.
 */
export interface Palette {
  readonly paper: string;
  readonly sheet: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly line: string;
  readonly jade: string;
  readonly jade2: string;
  readonly jade3: string;
  readonly onJade: string;
  readonly cinnabar: string;
  readonly rose: string;
  readonly rose2: string;
  readonly amber: string;
  readonly amber2: string;
  readonly rail: string;
  readonly selection: string;
}

export const light: Palette = {
  paper: '#FAF9F6',
  sheet: '#FFFFFF',
  ink: '#1B2327',
  ink2: '#566168',
  ink3: '#68727A',
  line: '#E6E3DC',
  jade: '#0F7B6C',
  jade2: '#E5F3F0',
  jade3: '#BFE0D9',
  onJade: '#FFFFFF',
  cinnabar: '#C23A2B',
  rose: '#A8324A',
  rose2: '#F8E8EB',
  amber: '#8A5C00',
  amber2: '#FBF1DC',
  rail: '#F3F1EB',
  selection: '#EEF6F4',
};

export const dark: Palette = {
  paper: '#14181B',
  sheet: '#1B2125',
  ink: '#E8E6E0',
  ink2: '#A9B3B9',
  ink3: '#8B969D',
  line: '#2A3238',
  jade: '#3DB8A5',
  jade2: '#17302D',
  jade3: '#245049',
  onJade: '#06211D',
  cinnabar: '#D9594A',
  rose: '#E58AA0',
  rose2: '#3A1F27',
  amber: '#E0B255',
  amber2: '#332A17',
  rail: '#171C1F',
  selection: '#18282A',
};

export const fontFamily = "'Noto Sans SC Variable', 'Noto Sans SC', 'Noto Sans CJK SC', sans-serif";

/** px */
export const size = { rail: 76, statusLine: 44, actPanel: 392, tableRow: 36, control: 32, primary: 44 } as const;

const kebab = (s: string): string => s.replace(/[A-Z0-9]/g, (c) => `-${c.toLowerCase()}`);

/** Writes the palette as CSS variables (`--jade-2` …) on the document, through the CSSOM: no inline style attribute. */
export function applyPalette(palette: Palette, name: 'light' | 'dark'): void {
  const root = document.documentElement;
  root.dataset['theme'] = name;
  for (const [key, value] of Object.entries(palette)) root.style.setProperty(`--${kebab(key)}`, value);
  root.style.setProperty('--font', fontFamily);
  // The mark is the same stamp by day and by night: white on the dark theme's lighter cinnabar would be hard to read.
  root.style.setProperty('--mark', light.cinnabar);
  root.style.setProperty('color-scheme', name);
}
