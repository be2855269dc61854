/** The phone's page (docs/design/026): src/phone → out/phone, served by the backend below /phone/. `npx vite build -c phone.vite.config.ts` */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const root = import.meta.dirname;

/** Icons of the installed page; `maskable` fills the whole square, so that a phone may cut it round. */
const icons = [
  { file: 'icon-192.png', sizes: '192x192', purpose: 'any' },
  { file: 'icon-512.png', sizes: '512x512', purpose: 'any' },
  { file: 'maskable-512.png', sizes: '512x512', purpose: 'maskable' },
] as const;

const manifest = {
  id: '/phone/',
  name: '医签 · 手机签名',
  short_name: '医签',
  lang: 'zh-CN',
  start_url: '/phone/',
  scope: '/phone/',
  display: 'standalone',
  orientation: 'portrait',
  background_color: '#FAF9F6',
  theme_color: '#FAF9F6',
  icons: icons.map(({ file, sizes, purpose }) => ({ src: file, sizes, purpose, type: 'image/png' })),
};

/** The manifest, the icons, and the service worker's list: every file of this build, under a version that is their digest. */
const installable: Plugin = {
  name: 'phone-installable',
  apply: 'build',
  buildStart() {
    const emit = (fileName: string, source: string | Uint8Array): void => {
      this.emitFile({ type: 'asset', fileName, source });
    };
    const icon = (file: string): Uint8Array => readFileSync(resolve(root, 'resources/icons', file));
    for (const { file } of icons) emit(file, icon(`phone/${file}`));
    emit('apple-touch-icon.png', icon('phone/apple-touch-icon.png'));
    emit('favicon.png', icon('32x32.png'));
    emit('manifest.webmanifest', JSON.stringify(manifest));
  },
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const hash = createHash('sha256');
      const files = Object.values(bundle).filter(({ fileName }) => fileName !== 'sw.js');
      for (const file of files.sort((a, b) => (a.fileName < b.fileName ? -1 : 1))) {
        hash.update(`${file.fileName}\n`).update(file.type === 'chunk' ? file.code : file.source);
      }
      const worker = bundle['sw.js'];
      if (worker?.type !== 'chunk') throw new Error('the build has no service worker');
      const names = files.map(({ fileName }) => (fileName === 'index.html' ? './' : fileName));
      const version = hash.digest('hex').slice(0, 16);
      worker.code = worker.code
        .replace(/"?__SHELL_FILES__"?/, JSON.stringify(names))
        .replaceAll('__SHELL_VERSION__', version);
    },
  },
};

export default defineConfig({
  root: resolve(root, 'src/phone'),
  base: '/phone/',
  publicDir: false,
  plugins: [react(), installable],
  resolve: { alias: { '#core': resolve(root, 'src/core') } },
  worker: { format: 'es' },
  build: {
    outDir: resolve(root, 'out/phone'),
    emptyOutDir: true,
    // What still gets security updates on doctors' phones: WebAssembly under a policy, locks, non-extractable keys in IndexedDB.
    target: ['chrome111', 'safari16.4', 'firefox115'],
    // A data: URL would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // kB; one file, which the service worker keeps.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: {
        index: resolve(root, 'src/phone/index.html'),
        sw: resolve(root, 'src/phone/shell/service-worker.ts'),
      },
      output: {
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
});
