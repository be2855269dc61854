/** The service with one person and nothing else, to be killed and started again: `node cosign-service.ts DATA_DIR PORT`; says its address. */
import { createBackend } from '../../src/backend/index.ts';

const [dataDir = '', port = '0'] = process.argv.slice(2);
const backend = await createBackend({ dataDir, port: Number(port) });
backend.rooms.persons.put({ id: '10023', name: '李医师', title: '主治医师', department: '心血管内科', ward: '三病区' });
process.stdout.write(`${backend.url}\n`);
