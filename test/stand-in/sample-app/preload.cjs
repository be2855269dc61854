/* eslint-disable @typescript-eslint/no-require-imports -- a sandboxed preload is CommonJS */
const { contextBridge, ipcRenderer, webUtils } = require('electron');

globalThis.preloadSecret = 'only here';
const denied = [];
for (const name of ['fs', 'child_process', 'node:net']) {
  try {
    require(name);
    denied.push(`${name} allowed`);
  } catch (e) {
    denied.push(e.message);
  }
}
contextBridge.exposeInMainWorld('x', {
  denied,
  invoke: (channel, ...args) => ipcRenderer.invoke(channel, ...args),
  onTick(listener) {
    const heard = (_event, n) => listener(n);
    ipcRenderer.on('tick', heard);
    return () => ipcRenderer.off('tick', heard);
  },
  nested: { deep: { f: () => 'deep', n: 1 } },
  callback: (f) => f({ got: 1 }, (n) => n * 2),
  promise: Promise.resolve(7),
  reject: () => Promise.reject(new Error('async no')),
  boom() {
    throw new RangeError('boom from preload');
  },
  same: (f) => f,
  tampered: () => `${[].evil}|${typeof globalThis.polluted}`,
  path: (file) => webUtils.getPathForFile(file),
});
