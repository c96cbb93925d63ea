import type { Target } from '../router/policies.ts';
import type { Host } from '../supervisor/hosts/host.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';

/** Starts two processes that nobody is sent to, each on a new disk, for as long as `use` takes. Rejects if they do not start. */
export async function withNewcomers<T>(
  { supervisor, host }: { readonly supervisor: Supervisor; readonly host: Host },
  use: (one: Target, other: Target) => Promise<T>,
): Promise<T> {
  await using one = await newcomer('new.1');
  await using other = await newcomer('new.2');
  return await use(one, other);

  async function newcomer(name: string): Promise<Target & AsyncDisposable> {
    // What a page shows of its machine's name is who answers as well.
    const disk = await host.createDisk({ hostname: host.ownDisks ? name.replace('.', '-') : null });
    const process = await supervisor.start(name, { disk }).catch(async (error: unknown) => {
      await disk.dispose();
      throw error;
    });
    return {
      name,
      origin: process.origin,
      async [Symbol.asyncDispose]() {
        await process.stop('kill');
        await disk.dispose();
      },
    };
  }
}
