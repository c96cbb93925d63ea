import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, isAbsolute, join } from 'node:path';
import { AbstractRequestClient, io, type ProcessorContext, type Request, send, store } from 'httpyac';

/** A request as httpYac would send it. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

Object.assign(io.fileProvider, {
  EOL: '\n',
  exists: async (path: string) => existsSync(path),
  dirname: (path: string) => dirname(path),
  hasExtension: (path: string, ...extensions: string[]) => extensions.some((one) => extname(path) === `.${one}`),
  isAbsolute: async (path: string) => isAbsolute(path),
  joinPath: (path: string, rest: string) => join(path, rest),
  readFile: async (path: string, encoding: BufferEncoding) => readFileSync(path, encoding),
  readBuffer: async (path: string) => readFileSync(path),
  writeBuffer: async () => {},
  readdir: async (path: string) => readdirSync(path),
  fsPath: (path: string) => path,
});

/** Takes requests in place of sending them. */
class Taker extends AbstractRequestClient<undefined> {
  readonly supportsStreaming = false;
  readonly nativeClient = undefined;
  readonly reportMessage = '';
  readonly #request: Request;
  readonly #taken: Asked[];

  constructor(request: Request, taken: Asked[]) {
    super();
    this.#request = request;
    this.#taken = taken;
  }

  async connect(): Promise<undefined> {
    return undefined;
  }

  async send(body?: unknown): Promise<void> {
    const { method = 'GET', url, headers = {} } = this.#request;
    const sent = body ?? this.#request.body ?? '';
    this.#taken.push({ method, url, headers: { ...headers }, body: Buffer.isBuffer(sent) ? sent.toString() : String(sent) });
    this.onMessage('http', {
      type: 'http',
      protocol: 'HTTP/1.1',
      statusCode: 200,
      headers: {},
      request: this.#request,
    } as unknown as Parameters<typeof this.onMessage>[1]);
  }

  disconnect(): void {}
}

/** The requests of a file, with its variables filled in, as httpYac reads them. */
export async function readByHttpYac(file: string, text: string, variables: Readonly<Record<string, string>>): Promise<Asked[]> {
  const taken: Asked[] = [];
  io.httpClientProvider.createRequestClient = (request: Request) => new Taker(request, taken);
  const httpFile = await new store.HttpFileStore().parse(file, text, { workingDir: dirname(file), config: {} });
  for (const httpRegion of httpFile.httpRegions)
    await send({ httpFile, httpRegion, variables: { ...variables } } as unknown as ProcessorContext);
  return taken;
}
