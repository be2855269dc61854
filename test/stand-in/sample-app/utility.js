import { createHash } from 'node:crypto';

console.log('utility out');
let sm3;
try {
  sm3 = createHash('sm3').digest('hex');
} catch (e) {
  sm3 = e.message;
}
process.parentPort.on('message', ({ data }) => {
  if (data.exit !== undefined) process.exit(data.exit);
  if (data === 'hang') {
    process.parentPort.postMessage({ t: 'ready-to-hang' });
    setTimeout(() => {
      for (;;);
    }, 20);
    return;
  }
  process.parentPort.postMessage({
    t: 'answer',
    data,
    argv: process.argv.slice(2),
    env: process.env.MARK,
    leaked: Object.keys(process.env).filter((k) => k.startsWith('STANDIN')),
    type: process.type,
    send: typeof process.send,
    sm3,
  });
});
