import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { nodeCryptoRule } from './scripts/lint/node-crypto.mjs';
import { roomsRule } from './scripts/lint/rooms.mjs';

export default tseslint.config(
  {
    ignores: [
      'node_modules/**',
      'out/**',
      'dist/**',
      '.yiqian/**',
      'test-results/**',
      'playwright-report/**',
      '**/*.generated.ts',
      '**/assembly/**',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    plugins: { yiqian: { rules: { rooms: roomsRule, 'node-crypto': nodeCryptoRule } } },
    rules: {
      'no-undef': 'off', // the type checker knows better
      'no-constant-condition': ['error', { checkLoops: false }],
      'no-control-regex': 'off', // bytes of PDF and DER are matched on purpose
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: {
      'yiqian/rooms': 'error',
      'yiqian/node-crypto': 'error',
    },
  },
  {
    files: ['src/renderer/**/*.{ts,tsx}'],
    rules: { 'no-restricted-globals': ['error', 'process', 'Buffer', 'require', 'global'] },
  },
  {
    files: ['test/**/*.{ts,tsx}', 'scripts/**/*.{ts,mjs}', 'resources/**/*.mjs'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-empty-pattern': 'off', // Playwright fixtures want an empty object pattern
    },
  },
);
