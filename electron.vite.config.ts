import { cpSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'electron-vite';
import react from '@vitejs/plugin-react';

const root = import.meta.dirname;

/** Only what has native code stays outside the bundles; everything else is one file per entry, so that the package ships no node_modules. */
const native = ['electron', /^electron\//, /^node:/, 'pkcs11js'];

/** pdf.js' data files, fetched by name at run time: character maps, standard fonts, decoders, colour profiles. */
const pdfJsData = {
  name: 'pdfjs-data',
  writeBundle() {
    for (const folder of ['cmaps', 'standard_fonts', 'wasm', 'iccs']) {
      cpSync(resolve(root, 'node_modules/pdfjs-dist', folder), resolve(root, 'out/renderer/pdfjs', folder), {
        recursive: true,
      });
    }
  },
};

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node24',
      externalizeDeps: false,
      rolldownOptions: {
        input: {
          index: resolve(root, 'src/main/index.ts'),
          'token-host': resolve(root, 'src/token-host/main.ts'),
          'sign-worker': resolve(root, 'src/main/batch/work/worker.ts'),
          'verify-worker': resolve(root, 'src/core/verify/folder/worker.ts'),
        },
        external: native,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      // A sandboxed preload can't require a shared chunk: each is one whole file.
      isolatedEntries: true,
      rolldownOptions: {
        input: { desk: resolve(root, 'src/preload/desk.ts'), patient: resolve(root, 'src/preload/patient.ts') },
        external: ['electron'],
        // A sandboxed preload can only be CommonJS, whatever "type" package.json names.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(root, 'src/renderer'),
    base: './',
    plugins: [react(), pdfJsData],
    worker: { format: 'es' },
    build: {
      outDir: resolve(root, 'out/renderer'),
      emptyOutDir: true,
      // A data: URL would need `data:` in the content security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: {
          index: resolve(root, 'src/renderer/index.html'),
          patient: resolve(root, 'src/renderer/patient.html'),
        },
      },
    },
  },
});
