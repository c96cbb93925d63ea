import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { defineConfig } from 'vite';

const server = createRequire(import.meta.url).resolve('js-redis-server');
const lua = dirname(createRequire(server).resolve('lua-redis-wasm'));

/** The embedded Redis in one file, with the two files of its Lua beside it, and the licences of both. */
export default defineConfig({
  ssr: { noExternal: true },
  build: {
    ssr: 'redis-server.ts',
    emptyOutDir: true,
    minify: true,
    target: 'node20',
    rolldownOptions: { output: { entryFileNames: 'redis-server.mjs' } },
  },
  plugins: [
    {
      name: 'lua-and-licences',
      generateBundle() {
        const emit = (fileName: string, path: string) => this.emitFile({ type: 'asset', fileName, source: readFileSync(path) });
        for (const name of ['redis_lua.mjs', 'redis_lua.wasm']) emit(name, join(lua, name));
        emit('LICENSE.js-redis-server', join(dirname(server), '..', 'LICENSE'));
        for (const name of ['LICENSE', 'THIRD_PARTY_NOTICES.md']) emit(`${name}.lua-redis-wasm`, join(lua, '..', name));
      },
    },
  ],
});
