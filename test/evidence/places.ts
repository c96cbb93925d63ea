export const base64 = (text: string) => Buffer.from(text).toString('base64');
const html = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&#34;').replaceAll("'", '&#39;');
const json = (text: string) => JSON.stringify(text).slice(1, -1);

/** Where apps put what nobody else should see. */
export const PLACES: Readonly<Record<string, (secret: string) => string>> = {
  'an environment dump': (secret) => `PATH=/usr/bin\nHOME=/root\nWIDGET=${secret}\nLANG=C.UTF-8`,
  'a page of an environment dump': (secret) => `<tr><td>WIDGET</td><td>${html(secret)}</td></tr>`,
  'a stack trace': (secret) => `Error: cannot open ${secret}\n    at Server.listen (node:net:1880:14)\n    at /app/server.js:3:9`,
  'a log line': (secret) => `[2026-11-28T10:00:00.123Z] INFO connected as ${secret} in 12ms`,
  YAML: (secret) => `db:\n  host: localhost\n  widget: ${secret}\n`,
  TOML: (secret) => `[db]\nwidget = "${json(secret)}"\n`,
  PHP: (secret) => `Array\n(\n    [widget] => ${secret}\n    [port] => 5432\n)`,
  'PHP dump': (secret) => `["widget"]=>\n  string(${secret.length}) "${secret}"`,
  Python: (secret) => `{'host': 'localhost', 'widget': '${secret}'}`,
  Rust: (secret) => `Config { host: "localhost", widget: Some("${json(secret)}"), port: 5432 }`,
  Clojure: (secret) => `{:host "localhost", :widget "${json(secret)}"}`,
  SQL: (secret) => `INSERT INTO widgets (name, value) VALUES ('first', '${secret}')`,
  CSV: (secret) => `1,first,${secret},open`,
  'a connection string': (secret) => `Server=db;Database=shop;Widget=${secret};Timeout=30`,
  'a member of JSON': (secret) => JSON.stringify({ widget: secret, port: 5432 }),
  'pretty JSON': (secret) => JSON.stringify({ widget: { value: secret } }, null, 2),
  'a pair in JSON': (secret) => JSON.stringify([{ name: 'WIDGET', value: secret }]),
  'JSON within JSON': (secret) => JSON.stringify({ log: JSON.stringify({ widget: secret }) }),
  'JSON in an attribute': (secret) =>
    `<div data-state="${html(JSON.stringify({ widget: secret })).replaceAll('&#34;', '&quot;')}">`,
  'a script': (secret) => `<script>window.state = { widget: "${json(secret)}" };</script>`,
  'a comment': (secret) => `<!-- widget ${html(secret)} -->`,
  XML: (secret) => `<widget><value>${html(secret)}</value></widget>`,
  'a path': (secret) => `<a href="/reset/${encodeURIComponent(secret)}/now">reset</a>`,
  'a query': (secret) => `<a href="/reset?a=1&amp;w=${encodeURIComponent(secret)}">reset</a>`,
  'a sentence': (secret) => `Your first widget is ${secret} and nobody knows it.`,
  'in brackets': (secret) => `connected (${secret})`,
  'in Base64': (secret) => `widget ${base64(secret)}`,
  'in the Base64 of JSON': (secret) => `widget ${base64(JSON.stringify({ port: 5432, widget: secret }))}`,
  'in hex': (secret) => `widget ${Buffer.from(secret).toString('hex')}`,
};

/** Spellings under which somebody would look for it. */
export const spellings = (secret: string) => [
  ...new Set([secret, encodeURIComponent(secret), base64(secret), base64(secret).replace(/=+$/, ''), json(secret), html(secret)]),
];
