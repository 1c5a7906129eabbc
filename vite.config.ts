import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The page works under `script-src 'self'; style-src 'self'`: nothing is inlined, nothing is fetched from elsewhere. */
export default defineConfig({
  root: folder('src/web'),
  base: '/',
  plugins: [react()],
  build: {
    outDir: folder('dist/web'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
