/** A backend with one person whose clock stands still, to be killed and started again: `node phone-service.ts DATA_DIR PORT TIME`; says its address and a code. */
import { createBackend } from '../../src/backend/index.ts';

const [dataDir = '', port = '0', time = ''] = process.argv.slice(2);
const backend = await createBackend({ dataDir, port: Number(port), clock: () => new Date(time) });
const { persons, cosign } = backend.rooms;
persons.put({ id: '10023', name: '李医师', title: '主治医师', department: '心血管内科', ward: '三病区' });
process.stdout.write(`${JSON.stringify({ url: backend.url, ...cosign.cosign.makeCode('10023', 'test') })}\n`);
