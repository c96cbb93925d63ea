import { rm } from 'node:fs/promises';
import { execa } from 'execa';

/** Removes a folder, also if it holds folders that nobody may enter or write to. */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch {
    await execa('chmod', ['-R', 'u+rwx', folder], { reject: false, stderr: 'ignore' });
    await rm(folder, { recursive: true, force: true, maxRetries: 2 });
  }
}
