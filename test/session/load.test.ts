import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { templateText } from '../../src/model/session.ts';
import { loadSession } from '../../src/session/load.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'session-'));
const MIB = 1024 * 1024;

async function load(content: string | Buffer, name = 'visit.http') {
  const file = join(FOLDER, name);
  writeFileSync(file, content);
  const { steps } = await loadSession(file, { variables: {}, httpEnv: null, origins: [] });
  return steps.map(({ method, target, body }) =>
    [method, templateText(target), ...(body?.kind === 'text' ? [templateText(body.text)] : [])].join(' '),
  );
}

describe('a session file', () => {
  const TEXT = 'POST /ä\n\n{"a": "ö"}\n###\nGET /b\n';
  const READ = ['POST /ä {"a": "ö"}', 'GET /b'];

  it('may begin with a byte order mark, in UTF-8 or UTF-16', async () => {
    expect(await load(`\ufeff${TEXT}`)).toEqual(READ);
    const little = Buffer.from(`\ufeff${TEXT}`, 'utf16le');
    expect(await load(little)).toEqual(READ);
    expect(await load(Buffer.from(little).swap16())).toEqual(READ);
    const har = { log: { entries: [{ request: { method: 'GET', url: 'http://a.test/b' }, response: { status: 200 } }] } };
    expect(await load(Buffer.from(`\ufeff${JSON.stringify(har)}`, 'utf16le'), 'visit.har')).toEqual(['GET /b']);
  });

  it('may mix line ends', async () => {
    expect(await load(TEXT.replace('\n', '\r\n').replace('###\n', '###\r'))).toEqual(READ);
  });

  it('that is no text is an error with the line', async () => {
    await expect(load('GET /a\n###\nPOST /b\n\n\0\x01')).rejects.toThrow('visit.http:5: this is no text in UTF-8: it holds a NUL');
    await expect(load(Buffer.from('GET /\n\n###\nGET /ä', 'latin1'))).rejects.toThrow('visit.http:4: this is no text in UTF-8');
    for (const mark of ['', '\ufeff']) expect(await load(`${mark}GET /�`)).toEqual(['GET /�']);
  });

  const long = 'x'.repeat(MIB);
  it.each<[string, string, number]>([
    ['10 MB of comments', `${'# a comment of no use at all\n'.repeat(360_000)}GET /`, 1],
    ['10 MB of body', `POST /a\n\n${'a line of a body, {{of}} no use\n'.repeat(320_000)}`.replaceAll('{{of}}', 'of'), 1],
    ['1 MB of blank lines', `POST /a\n\na${'\n'.repeat(MIB)}b`, 1],
    ['a line of 1 MB in a body', `POST /a\n\n${long}`, 1],
    ['a line of 1 MB in a URL', `GET /${long}`, 1],
    ['a line of 1 MB in a header', `GET /\nX-A: ${long}`, 1],
    ['a line of 1 MB in a comment', `# ${long}\nGET /`, 1],
    ['a line of 1 MB in a variable', `@a = ${long}\nGET /{{a}}`, 1],
    ['1 MB of blanks in a variable', `@a = x${' '.repeat(MIB)}y\nGET /{{a}}`, 1],
    ['1 MB of blanks in a request line', `GET /${' '.repeat(MIB)}x`, 1],
    ['1 MB of blanks in a form', `POST /\nContent-Type: application/x-www-form-urlencoded\n\na=1${' '.repeat(MIB)}b`, 1],
    ['1 MB of braces in a body', `POST /\n\n${'{{'.repeat(MIB / 2)}`, 1],
    ['1 MB of braces and brackets in a body', `POST /\n\n${'{{ }'.repeat(MIB / 4)}`, 1],
    ['1 MB of words in an authorization', `GET /\nAuthorization: Basic ${'a '.repeat(MIB / 2)}`, 1],
    ['1 MB of script marks', `GET /\n\n${'> {% a %}\n'.repeat(MIB / 10)}`, 1],
  ])('of %s is read in reasonable time', { timeout: 20_000 }, async (_, content, steps) => {
    expect(await load(content)).toHaveLength(steps);
  });

  it('of more requests than an audit can take is refused at once', { timeout: 10_000 }, async () => {
    const request = 'POST /a\nContent-Type: application/json\n\n{"a": 1}\n\n###\n';
    expect(await load(request.repeat(2_000))).toHaveLength(2_000);
    await expect(load(request.repeat(100_000))).rejects.toMatchObject({
      code: 'session-too-long',
      hint: expect.stringContaining('Split it'),
    });
  });
});
