/** Writes resources/demo/*.png anew: `node src/backend/demo/pictures/make.ts`. */
import { writeFileSync } from 'node:fs';
import { handwriting } from './handwriting.ts';
import { demoSeal } from './seal.ts';

const folder = new URL('../../../../resources/demo/', import.meta.url);
writeFileSync(new URL('seal.png', folder), demoSeal());
writeFileSync(new URL('handwriting-li.png', folder), handwriting('李医师'));
