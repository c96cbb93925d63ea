import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import draft04 from 'ajv-draft-04';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { splitReporters } from '../../src/config/reporters.ts';
import type { SessionReport } from '../../src/model/report.ts';
import type { ReportFacts } from '../../src/report/build.ts';
import { renderGithub } from '../../src/report/reporters/github.ts';
import { renderGitlab } from '../../src/report/reporters/gitlab.ts';
import { renderJunit } from '../../src/report/reporters/junit.ts';
import { renderMarkdown } from '../../src/report/reporters/markdown.ts';
import { renderSarif } from '../../src/report/reporters/sarif.ts';
import { APPS, run, workspace } from '../support/cli.ts';
import { finding, HOSTILE, report, UNJUDGED } from '../support/reports.ts';

const SCHEMAS = resolve(import.meta.dirname, 'schemas');
const FOLDER = '/home/ann/shop';
const XSS = '"><img src=x onerror=alert(1)>@ann #1 | `code` ]]> http://evil.example \u0000\ufffe';

const found = report({ findings: [finding(), finding({ level: 'advice', rule: 'sticky-session', id: 'ad01' })] });
const start = finding({ rule: 'single-instance', step: null, session: '', location: { file: 'node server.js', line: 0 } });
const hostile = report({
  findings: [
    finding({
      title: HOSTILE,
      expected: { reply: XSS, when: XSS },
      actual: { reply: XSS, when: HOSTILE },
      differences: [XSS],
      files: [{ path: `/tmp/${XSS}`, kind: 'other', bytes: 1, writtenBy: null, deleted: false }],
      fix: XSS,
      replay: XSS,
    }),
  ],
  problems: [{ session: null, step: null, code: 'x', message: XSS, hint: HOSTILE }],
  sessions: [{ ...(report().sessions[0] as SessionReport), name: XSS, unjudged: [{ ...UNJUDGED, request: XSS, reason: HOSTILE }] }],
});
const open = report({
  sessions: [
    { ...(report().sessions[0] as SessionReport), unjudged: [UNJUDGED] },
    { ...(report().sessions[0] as SessionReport), name: 'other.http', coverage: null },
  ],
  problems: [{ session: 1, step: 0, code: 'control-failed', message: 'it failed by itself', hint: 'Mend it.' }],
  rules: [{ ...(report().rules[0] as ReportFacts['rules'][number]), verdict: { kind: 'inconclusive', reason: 'no disks' } }],
});
const reports = {
  clean: report(),
  found,
  'does not start': report({ findings: [start] }),
  hostile,
  open,
  empty: report({ sessions: [] }),
};

describe('JUnit XML', () => {
  it.each(Object.entries(reports))('is valid against the schema that Jenkins publishes: %s', async (_, given) => {
    const schema = readFileSync(join(SCHEMAS, 'junit-10.xsd'), 'utf8');
    const { valid, errors } = await validateXML({
      xml: [{ fileName: 'report.xml', contents: renderJunit(given) }],
      schema: [{ fileName: 'junit.xsd', contents: schema }],
    });
    expect(errors).toEqual([]);
    expect(valid).toBe(true);
  });

  it('has a case for each rule and session, and one for what could not be judged', () => {
    const { testsuites } = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(renderJunit(open));
    expect(testsuites).toMatchObject({ tests: '4', failures: '0', errors: '2' });
    expect(testsuites.testsuite.map(({ name }: { name: string }) => name)).toEqual(['cart.http', 'other.http']);
    const [ofRule, judged] = testsuites.testsuite[0].testcase;
    expect(ofRule).toMatchObject({ name: 'sticky-session: Any process can serve the session' });
    expect(ofRule.skipped.message).toBe('inconclusive: no disks');
    expect(judged.error['#text']).toBe('step 2 GET /: controls disagree. Mend that.');
    expect(testsuites.testsuite[1].testcase[1].error.message).toBe('it failed by itself');
  });

  it('fails the rule with what proves it, and for advice only where that counts', () => {
    const advice = [finding({ level: 'advice' })];
    expect(renderJunit(report({ findings: [finding()] }))).toMatch(
      /<failure [^>]*>\/home\/ann\/shop\/cart\.http:13\n.*Step 3 GET \/cart: 401/,
    );
    expect(renderJunit(report({ findings: advice }))).not.toContain('<failure');
    expect(renderJunit(report({ findings: advice }, true))).toContain('<failure');
  });
});

describe('SARIF', () => {
  const schema = JSON.parse(readFileSync(join(SCHEMAS, 'sarif-schema-2.1.0.json'), 'utf8')) as object;
  const validate = new draft04.default({ strict: false, validateFormats: false }).compile(schema);

  it.each(Object.entries(reports))('is valid against the schema of OASIS: %s', (_, given) => {
    expect(validate(JSON.parse(renderSarif(given, FOLDER))) ? [] : validate.errors).toEqual([]);
  });

  it('names line, rule and fingerprint of a finding, relative to the checkout', () => {
    const [result] = JSON.parse(renderSarif(found, FOLDER)).runs[0].results;
    expect(result).toMatchObject({
      ruleId: 'sticky-session',
      ruleIndex: 0,
      level: 'error',
      partialFingerprints: { 'shareNothing/v1': '00f1' },
    });
    expect(result.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'cart.http', uriBaseId: 'SRCROOT' },
      region: { startLine: 13 },
    });
    expect(JSON.parse(renderSarif(found, '/elsewhere')).runs[0].results[0].locations[0].physicalLocation.artifactLocation).toEqual({
      uri: 'file:///home/ann/shop/cart.http',
    });
    expect(
      JSON.parse(renderSarif(reports['does not start'], FOLDER)).runs[0].results[0].locations[0].physicalLocation.region,
    ).toEqual({
      startLine: 1,
    });
  });
});

describe('what GitHub and GitLab read', () => {
  it('is one annotation for each finding, on one line, at the line of its step', () => {
    expect(renderGithub(found, FOLDER).split('\n')).toEqual([
      expect.stringMatching(
        /^::error file=cart\.http,line=13,title=share-nothing%3A sticky-session::The visitor's session lives in one process\. Step 3/,
      ),
      expect.stringMatching(/^::warning /),
      '',
    ]);
    expect(renderGithub(hostile, FOLDER).split('\n')).toHaveLength(2);
    expect(renderGithub(open, FOLDER)).toBe('::error title=share-nothing::no verdict: it failed by itself\n');
  });

  it('is an issue for each finding, each with a fingerprint of its own', () => {
    const issues = JSON.parse(renderGitlab(found, FOLDER));
    expect(issues).toMatchObject([
      { check_name: 'sticky-session', severity: 'major', location: { path: 'cart.http', lines: { begin: 13 } } },
      { severity: 'minor' },
    ]);
    expect(new Set(issues.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).size).toBe(2);
  });
});

describe('Markdown', () => {
  it('tells the verdict, each finding and each clause', () => {
    const text = renderMarkdown(found, FOLDER);
    expect(text).toContain('## ❌ Factor VI: does not conform: 1 violation, 1 of advice');
    expect(text).toContain('| where | `cart.http:13` step 3 `GET /cart` |');
    expect(text).toContain('| C7 | No sticky sessions | ✗ 2 findings |');
  });

  it('holds no markup, mention, link or table cell of the app’s', () => {
    const text = renderMarkdown(hostile, FOLDER);
    const outside = text.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
    expect(outside).not.toMatch(/<|(?<!&)#1|@ann|http:\/\//);
    for (const line of text.split('\n').filter((one) => one.startsWith('| actual')))
      expect(line.match(/(?<!\\)\|/g)).toHaveLength(3);
  });
});

describe('reporters', () => {
  it('are parted by commas, but not within a file’s name', () => {
    expect(splitReporters('terminal,junit=a,b.xml,sarif')).toEqual([
      { name: 'terminal', file: null },
      { name: 'junit', file: 'a,b.xml' },
      { name: 'sarif', file: null },
    ]);
    for (const wrong of ['nonsense', 'terminal=file', 'junit=', 'terminal,', 'github=x', ''])
      expect(splitReporters(wrong)).toEqual([]);
  });

  it('write several files at once, annotate and sum up in GitHub Actions; one that fails changes no verdict', async () => {
    await using folder = await workspace({
      'visit.http': 'POST http://localhost/login\n\n{"user":"ann"}\n\n### Look\nGET http://localhost/cart\n',
      taken: '',
    });
    const args = [
      'check',
      '--session',
      'visit.http',
      '--host',
      'plain',
      '--strength',
      '2',
      '--reporter',
      'terminal,junit=out/report.xml,gitlab',
    ];
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(folder.path, 'summary.md'), GITHUB_WORKSPACE: folder.path };
    const ran = await run([...args, '--reporter', 'sarif=taken/x.sarif', '--', process.execPath, join(APPS, 'cart.mjs')], {
      cwd: folder.path,
      env,
    });
    expect(ran.exitCode).toBe(1);
    expect(readFileSync(join(folder.path, 'out/report.xml'), 'utf8')).toContain('<failure');
    expect(readFileSync(join(folder.path, 'summary.md'), 'utf8')).toContain('## ❌ Factor VI');
    expect(JSON.parse(ran.stdout)).toMatchObject([{ location: { path: 'visit.http', lines: { begin: 6 } } }]);
    expect(ran.stderr).toMatch(/^::error file=visit\.http,line=6/m);
    expect(ran.stderr).toContain('does not conform');
    expect(ran.stderr).toContain('error: the sarif reporter failed');
  });

  it.each([
    ['nonsense', 'must be terminal, json'],
    ['junit,sarif', 'at most one reporter without a file'],
  ])('refuses %s', async (names, said) => {
    const { exitCode, stderr } = await run(['check', '--session', 'x.http', '--reporter', names, '--', 'node', 'x.js']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(said);
  });
});
