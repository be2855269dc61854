/** The six kinds of consent forms that are inspected (互联互通测评 2.1.9). Demo texts; a hospital serves its own in their place. */
import type { FormTemplate } from '#core/consent/index.ts';
import { anaesthesia } from './anaesthesia.ts';
import { critical } from './critical.ts';
import { other } from './other.ts';
import { special } from './special.ts';
import { surgery } from './surgery.ts';
import { transfusion } from './transfusion.ts';

export const consentTemplates: readonly FormTemplate[] = [surgery, anaesthesia, transfusion, special, critical, other];
