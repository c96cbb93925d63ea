import { defineConfig } from 'vite';

/** What is loaded only where it is needed, or finds files beside its own. */
const APART =
  /^(?:jiti|ioredis|postgres|chokidar|yaml|openapi-sampler|fast-xml-parser|@apidevtools\/|@jitl\/|quickjs-emscripten-core)/;

/** The command line and its thread with what they always load, in few files: one by one, 900 are looked for, read and compiled. */
export default defineConfig({
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: true,
    outDir: 'dist',
    emptyOutDir: false,
    minify: false,
    target: 'node20',
    rolldownOptions: {
      input: { cli: 'dist/cli.js', 'cli/thread/thread': 'dist/cli/thread/thread.js' },
      external: APART,
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
    },
  },
});
