/** What one demo record is made of. All persons and findings are invented. */
import type { PlacementRule } from '#core/pdf/types.ts';
import type { Change, Patient } from '../../records/types.ts';
import type { RenderedForm } from '../../records/forms.ts';
import { Recorder, type Content } from './content.ts';
import { renderContent } from './draw.ts';
import type { Times } from './times.ts';
import type { FormWriter } from './writer.ts';

/** The demo doctors by short name; who they are stands in ../people.ts. */
export type DoctorKey = 'li' | 'zhao' | 'sun' | 'qian' | 'zhou' | 'fang' | 'wu';

export interface DemoSigner {
  readonly doctor: DoctorKey;
  readonly role: string;
  readonly layout?: PlacementRule;
  /** Signed with this seal instead of the signer's handwriting. */
  readonly seal?: 'hospital' | 'department';
  /** How the rule is told to the person, where it is not the signer's line. */
  readonly rule?: { readonly zh: string; readonly en: string };
}

export interface DemoRecord {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly patient: Patient;
  readonly author: string;
  /** Before the moment of provisioning. */
  readonly minutesAgo: number;
  readonly urgent?: boolean;
  /** Minutes before the moment of provisioning: when the deadline of the type begins. */
  readonly eventAgo?: number;
  /** Who wrote it; whoever has that name unless told. */
  readonly writer?: DoctorKey;
  /** Lowest level first: who signs which line of the document. All but the last have signed already, unless `signed` tells how many. */
  readonly signers: readonly DemoSigner[];
  readonly signed?: number;
  /** The next in line has sent it back. */
  readonly returned?: string;
  readonly changes?: (times: Times) => readonly Change[];
  readonly orientation?: 'portrait' | 'landscape';
  readonly formNumber: string;
  readonly draw: (form: FormWriter, times: Times) => void;
}

export const HOSPITAL = '示范医院';
export const DEPARTMENT = '心血管内科';
export const WARD = '三病区';

/** The record as data; its times are told from here on. */
export function contentOf(record: DemoRecord, times: Times): Content {
  const recorder = new Recorder();
  record.draw(recorder, times);
  return {
    head: {
      hospital: HOSPITAL,
      title: record.type,
      department: DEPARTMENT,
      ward: WARD,
      patient: record.patient,
      formNumber: record.formNumber,
    },
    orientation: record.orientation ?? 'portrait',
    made: times.ago(record.minutesAgo).toISOString(),
    titles: recorder.titles,
    ops: recorder.ops,
  };
}

export const renderRecord = (record: DemoRecord, times: Times): Promise<RenderedForm> =>
  renderContent(contentOf(record, times));
