import { Socket } from 'node:net';

/**
 * A connection that hears an app out. An app may answer, say with 413, and close while the request is still being sent: a
 * write then fails before the answer was read, and an ordinary socket drops the answer. Here a failed write only stops the
 * writing; the reading side, which ends right after its last byte, has the last word.
 */
export class PatientSocket extends Socket {
  override _write(chunk: unknown, encoding: BufferEncoding, callback: WriteCallback): void {
    super._write(chunk, encoding, this.#patiently(callback));
  }

  override _writev(chunks: { chunk: unknown; encoding: BufferEncoding }[], callback: WriteCallback): void {
    super._writev?.(chunks, this.#patiently(callback));
  }

  #patiently(callback: WriteCallback): WriteCallback {
    return (error) => {
      if (!error || this.destroyed || this.readableEnded) callback(error);
      else this.once('end', () => this.destroy(error));
    };
  }
}

type WriteCallback = (error?: Error | null) => void;
