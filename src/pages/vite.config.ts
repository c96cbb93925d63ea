import { defineConfig } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';

/** A page as one file: that of the HTML report, into which the report is put, and the dashboard of `up`. */
export default defineConfig({
  plugins: [viteSingleFile({ removeViteModuleLoader: true })],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { emptyOutDir: true, modulePreload: false },
});
