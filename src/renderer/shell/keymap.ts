/** Every key of the desk, by screen, as the sheet (?) shows it. A spec presses each of them. */
import type { Place } from '../state/store.ts';

export interface KeyGroup {
  readonly id: string;
  readonly title:
    | 'nav.worklist'
    | 'nav.review'
    | 'round.label'
    | 'batch.screen'
    | 'nav.consent'
    | 'nav.verify'
    | 'pdf.label'
    | 'shortcuts.everywhere';
  /** Screens on which these keys work. */
  readonly places: readonly Place[];
  readonly rows: readonly (readonly [keys: readonly string[], what: KeyWord])[];
}
type KeyWord = `shortcuts.${
  | 'search'
  | 'move'
  | 'jump'
  | 'open'
  | 'select'
  | 'selectAll'
  | 'unselect'
  | 'signAll'
  | 'tabs'
  | 'group'
  | 'sign'
  | 'approve'
  | 'leaveOut'
  | 'edit'
  | 'return'
  | 'nudge'
  | 'nudgeFine'
  | 'nudgeFar'
  | 'nudgePage'
  | 'back'
  | 'lines'
  | 'openSigned'
  | 'failures'
  | 'resume'
  | 'newForm'
  | 'handOver'
  | 'find'
  | 'zoom'
  | 'fit'
  | 'export'
  | 'difference'
  | 'toggle'
  | 'places'
  | 'lock'
  | 'confirm'
  | 'close'
  | 'help'}`;

export const keymap: readonly KeyGroup[] = [
  {
    id: 'worklist',
    title: 'nav.worklist',
    places: ['worklist'],
    rows: [
      [['/'], 'shortcuts.search'],
      [['J', 'K', '↓', '↑'], 'shortcuts.move'],
      [['Home', 'End', 'PgUp', 'PgDn'], 'shortcuts.jump'],
      [['Enter'], 'shortcuts.open'],
      [['X', 'Space'], 'shortcuts.select'],
      [['Ctrl + A'], 'shortcuts.selectAll'],
      [['Esc'], 'shortcuts.unselect'],
      [['B'], 'shortcuts.signAll'],
      [['T'], 'shortcuts.tabs'],
      [['G'], 'shortcuts.group'],
    ],
  },
  {
    id: 'review',
    title: 'nav.review',
    places: ['review'],
    rows: [
      [['Ctrl + Enter'], 'shortcuts.sign'],
      [['Space', 'A'], 'shortcuts.approve'],
      [['J', 'K'], 'shortcuts.move'],
      [['X'], 'shortcuts.leaveOut'],
      [['R'], 'shortcuts.return'],
      [['E'], 'shortcuts.edit'],
      [['←', '↑', '→', '↓'], 'shortcuts.nudge'],
      [['Shift + ←'], 'shortcuts.nudgeFine'],
      [['Alt + ←'], 'shortcuts.nudgeFar'],
      [['PgUp', 'PgDn'], 'shortcuts.nudgePage'],
      [['Esc'], 'shortcuts.back'],
    ],
  },
  {
    id: 'batch',
    title: 'batch.screen',
    places: ['batch'],
    rows: [
      [['J', 'K', '↓', '↑'], 'shortcuts.lines'],
      [['Enter'], 'shortcuts.openSigned'],
      [['F'], 'shortcuts.failures'],
      [['Ctrl + Enter'], 'shortcuts.resume'],
      [['Esc'], 'shortcuts.back'],
    ],
  },
  {
    id: 'consent',
    title: 'nav.consent',
    places: ['consent'],
    rows: [
      [['N'], 'shortcuts.newForm'],
      [['J', 'K', '↓', '↑'], 'shortcuts.move'],
      [['Ctrl + Enter'], 'shortcuts.handOver'],
    ],
  },
  {
    id: 'page',
    title: 'pdf.label',
    places: ['review', 'verify'],
    rows: [
      [['Ctrl + F'], 'shortcuts.find'],
      [['Ctrl + =', 'Ctrl + −'], 'shortcuts.zoom'],
      [['Ctrl + 0'], 'shortcuts.fit'],
      [['Ctrl + E'], 'shortcuts.export'],
      [['N', 'P'], 'shortcuts.difference'],
      [['B'], 'shortcuts.toggle'],
    ],
  },
  {
    id: 'everywhere',
    title: 'shortcuts.everywhere',
    places: [],
    rows: [
      [['Ctrl + 1 … 7'], 'shortcuts.places'],
      [['Enter', 'Ctrl + Enter'], 'shortcuts.confirm'],
      [['Esc'], 'shortcuts.close'],
      [['Ctrl + L'], 'shortcuts.lock'],
      [['?'], 'shortcuts.help'],
    ],
  },
];
