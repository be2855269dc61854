/**
 * The service with one person and nothing else, to be killed and started again: `node cosign-service.ts DATA_DIR PORT [CLOCK_MS]`; says its address
 * and the bearer of a session of that person. CLOCK_MS: how far its clock is ahead.
 */
import { createBackend } from '../../src/backend/index.ts';

const [dataDir = '', port = '0', ahead = '0'] = process.argv.slice(2);
const clock = (): Date => new Date(Date.now() + Number(ahead));
const backend = await createBackend({ dataDir, port: Number(port), clock });
const { persons, sessions, hierarchies } = backend.rooms;
const person = { id: '10023', name: '李医师', title: '主治医师', department: '心血管内科', ward: '三病区' };
persons.put(person);
const [hierarchy] = hierarchies;
if (hierarchy === undefined) throw new Error('no CA');
// Of no certificate of his: none is asked for here.
const { token } = sessions.open(person, hierarchy.issuing.certificate);
process.stdout.write(`${JSON.stringify({ url: backend.url, session: token })}\n`);
