// Builds one client: `vite build --config clients/vite.config.ts --mode communicator|console` (see build.ts).
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const BASES: Readonly<Record<string, string>> = { communicator: '/', console: '/console/' };

export default defineConfig(({ mode }) => {
  const base = BASES[mode];
  if (base === undefined) throw new Error(`There is no client named ${mode}.`);
  return {
    root: join(import.meta.dirname, mode),
    base,
    plugins: [react()],
    build: {
      outDir: 'dist',
      emptyOutDir: true,
      target: 'es2023',
      // Data URLs for fonts or scripts would need a weaker Content-Security-Policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 1500,
    },
  };
});
