import { attributeOf, type HtmlTag, readHtml } from '../markup/html-tokens.ts';
import { type Button, controlOf, type Form, finished, type OpenForm, type OpenSelect, squeezed } from './form.ts';

/** A link of a page. */
export interface Link {
  readonly address: string;
  readonly text: string;
}

/** What a page offers to whoever looks at it. */
export interface Page {
  readonly title: string;
  readonly links: readonly Link[];
  readonly forms: readonly Form[];
  /** Code within it. */
  readonly scripts: readonly string[];
  /** Addresses of scripts. */
  readonly sources: readonly string[];
  /** Calls that attributes name: `hx-post="/items"`. */
  readonly calls: readonly { readonly method: string; readonly address: string }[];
  readonly text: string;
}

const CAPTCHA = /captcha|turnstile|g-recaptcha|hcaptcha/i;
const SILENT = new Set(['script', 'style', 'template', 'noscript']);
const MAX_FORMS = 60;
const MAX_TEXT = 200_000;

/** Reads a page tag by tag, as browsers would show it without running its scripts. */
export function readPage(html: string): Page {
  const links: { address: string; texts: string[] }[] = [];
  const forms: OpenForm[] = [];
  const labels = new Map<string, string[]>();
  const scripts: string[] = [];
  const sources: string[] = [];
  const calls: { method: string; address: string }[] = [];
  const texts: string[] = [];
  let [title, inside, length] = ['', '', 0];
  let form: OpenForm | null = null;
  let link: (typeof links)[number] | null = null;
  let label: string[] | null = null;
  let button: Button | null = null;
  let select: OpenSelect | null = null;
  let area: { control: OpenForm['controls'][number]; texts: string[] } | null = null;
  const owner = (tag: HtmlTag) => forms.find(({ id }) => id !== '' && id === attributeOf(tag, 'form')) ?? form;
  const handlers: Readonly<Record<string, (tag: HtmlTag, value: (name: string) => string) => void>> = {
    a(_, value) {
      if (value('href') === '') return;
      link = { address: value('href'), texts: [] };
      links.push(link);
    },
    form(_, value) {
      if (forms.length >= MAX_FORMS) return;
      form = {
        id: value('id'),
        action: value('action'),
        method: value('method').toUpperCase() || 'GET',
        enctype: value('enctype').toLowerCase(),
        controls: [],
        buttons: [],
        texts: [],
        captcha: CAPTCHA.test(`${value('class')} ${value('id')}`),
      };
      forms.push(form);
    },
    label(_, value) {
      label = [];
      labels.set(value('for') || `#${labels.size}`, label);
    },
    input(tag, value) {
      const mine = owner(tag);
      if (mine === null) return;
      const type = value('type').toLowerCase() || 'text';
      if (type === 'submit' || type === 'image') {
        const texts = [value('value') || value('alt')];
        mine.buttons.push({ name: value('name'), value: value('value'), action: value('formaction'), texts });
      } else if (type !== 'button' && type !== 'reset') mine.controls.push(controlOf(tag, type, label));
      if (CAPTCHA.test(value('name'))) mine.captcha = true;
    },
    textarea(tag) {
      const mine = owner(tag);
      if (mine === null) return;
      const control = controlOf(tag, 'textarea', label);
      area = { control, texts: [] };
      mine.controls.push(control);
    },
    select(tag) {
      const mine = owner(tag);
      if (mine !== null) select = { control: controlOf(tag, 'select', label), form: mine, options: [] };
    },
    option(tag, value) {
      const isChosen = attributeOf(tag, 'selected') !== undefined;
      select?.options.push({ value: attributeOf(tag, 'value') === undefined ? null : value('value'), isChosen, texts: [] });
    },
    button(tag, value) {
      const mine = owner(tag);
      if (mine === null || /^(?:button|reset)$/i.test(value('type'))) return;
      button = { name: value('name'), value: value('value'), action: value('formaction'), texts: [] };
      mine.buttons.push(button);
    },
    script(_, value) {
      if (value('src') !== '') sources.push(value('src'));
      if (CAPTCHA.test(value('src'))) for (const one of forms) one.captcha = true;
    },
    iframe(_, value) {
      if (form !== null && CAPTCHA.test(value('src'))) form.captcha = true;
    },
  };
  readHtml(html, {
    open(tag) {
      const value = (name: string) => attributeOf(tag, name) ?? '';
      inside = tag.name;
      handlers[tag.name]?.(tag, value);
      if (form !== null && CAPTCHA.test(value('class'))) form.captcha = true;
      for (const { name, value: address } of tag.attributes) {
        const method = /^(?:data-)?hx-(get|post|put|patch|delete)$/.exec(name)?.[1];
        if (method !== undefined) calls.push({ method: method.toUpperCase(), address });
      }
    },
    close(name) {
      if (name === 'form') form = null;
      if (name === 'a') link = null;
      if (name === 'label') label = null;
      if (name === 'button') button = null;
      if (name === 'select' && select !== null) {
        const options = select.options.map(({ value, texts: own, isChosen }) => ({ value: value ?? squeezed(own), isChosen }));
        const chosen = options.find(({ isChosen }) => isChosen)?.value ?? '';
        select.form.controls.push({ ...select.control, options: options.map(({ value }) => value), value: chosen });
        select = null;
      }
      if (name === 'textarea' && area !== null) {
        Object.assign(area.control, { value: area.texts.join('') });
        area = null;
      }
      inside = '';
    },
    text(text) {
      if (inside === 'script') scripts.push(text);
      if (SILENT.has(inside)) return;
      if (inside === 'title') title += text;
      const option = inside === 'option' ? select?.options.at(-1)?.texts : undefined;
      const own = button === null ? form?.texts : undefined;
      for (const into of [link?.texts, label, button?.texts, area?.texts, option, own]) into?.push(text);
      if (length < MAX_TEXT) texts.push(text);
      length += text.length;
    },
  });
  return {
    title: title.replace(/\s+/g, ' ').trim(),
    links: links.map(({ address, texts: own }) => ({ address, text: squeezed(own) })),
    forms: forms.flatMap((one) => finished(one, labels)),
    scripts,
    sources,
    calls,
    text: squeezed(texts),
  };
}
