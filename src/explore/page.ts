import { attributeOf, type HtmlTag, readHtml } from '../markup/html-tokens.ts';
import type { Field } from './values.ts';

/** A link of a page. */
export interface Link {
  readonly address: string;
  readonly text: string;
}

/** A control of a form, with what it holds before anybody has touched it. */
export interface Control extends Field {
  readonly value: string;
  readonly required: boolean;
  readonly checked: boolean;
  /** Media types that a file may have. */
  readonly accept: string;
}

/** A form of a page. */
export interface Form {
  readonly action: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly enctype: string;
  readonly controls: readonly Control[];
  /** The button that sends it, if it has a name. */
  readonly submit: { readonly name: string; readonly value: string } | null;
  /** What its button says. */
  readonly label: string;
  /** All that is written in it, to tell what it is for. */
  readonly text: string;
  /** It asks for what only a person can do. */
  readonly captcha: boolean;
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

interface OpenForm {
  id: string;
  action: string;
  method: string;
  enctype: string;
  controls: (Control & { readonly id: string })[];
  submit: Form['submit'];
  label: string;
  texts: string[];
  captcha: boolean;
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
  let button: { texts: string[]; form: OpenForm } | null = null;
  let select: { control: OpenForm['controls'][number]; form: OpenForm; options: string[]; chosen: string | null } | null = null;
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
        submit: null,
        label: '',
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
        mine.label ||= value('value') || value('alt');
        if (value('name') !== '' && mine.submit === null) mine.submit = { name: value('name'), value: value('value') };
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
      if (mine !== null) select = { control: controlOf(tag, 'select', label), form: mine, options: [], chosen: null };
    },
    option(tag, value) {
      if (select === null) return;
      select.options.push(value('value'));
      if (attributeOf(tag, 'selected') !== undefined) select.chosen = value('value');
    },
    button(tag, value) {
      const mine = owner(tag);
      if (mine === null || /^(?:button|reset)$/i.test(value('type'))) return;
      if (value('name') !== '' && mine.submit === null) mine.submit = { name: value('name'), value: value('value') };
      if (mine.label === '') button = { texts: [], form: mine };
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
      if (name === 'button' && button !== null) {
        button.form.label ||= squeezed(button.texts);
        button = null;
      }
      if (name === 'select' && select !== null) {
        const { control, options, chosen } = select;
        select.form.controls.push({ ...control, options, value: chosen ?? '' });
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
      for (const into of [link?.texts, label, button?.texts, area?.texts, form?.texts]) into?.push(text);
      if (length < MAX_TEXT) texts.push(text);
      length += text.length;
    },
  });
  return {
    title: title.replace(/\s+/g, ' ').trim(),
    links: links.map(({ address, texts: own }) => ({ address, text: squeezed(own) })),
    forms: forms.map((one) => finished(one, labels)),
    scripts,
    sources,
    calls,
    text: squeezed(texts),
  };
}

function finished({ id: _, method, texts, controls, ...form }: OpenForm, labels: ReadonlyMap<string, string[]>): Form {
  // What frameworks write where browsers know two methods only.
  const meant = controls.find(({ name }) => name === '_method')?.value.toUpperCase();
  const known = /^(?:POST|PUT|PATCH|DELETE)$/.test(method) ? 'POST' : 'GET';
  return {
    ...form,
    method: known === 'POST' && meant !== undefined && /^(?:PUT|PATCH|DELETE)$/.test(meant) ? (meant as Form['method']) : known,
    controls: controls.map(({ id, ...control }) => ({
      ...control,
      label: squeezed(labels.get(id) ?? []) || (control.label ?? ''),
    })),
    text: squeezed(texts),
  };
}

function controlOf(tag: HtmlTag, type: string, label: readonly string[] | null): Control & { id: string } {
  const value = (name: string) => attributeOf(tag, name);
  const length = (name: string) => (/^\d+$/.test(value(name) ?? '') ? { [camel(name)]: Number(value(name)) } : {});
  const text = (name: string) => (value(name) === undefined ? {} : { [name]: value(name) });
  return {
    id: value('id') ?? '',
    name: value('name') ?? '',
    type,
    value: value('value') ?? '',
    label: squeezed(label ?? []) || (value('aria-label') ?? value('placeholder') ?? ''),
    ...text('autocomplete'),
    ...text('pattern'),
    ...text('min'),
    ...text('max'),
    ...text('step'),
    ...length('minlength'),
    ...length('maxlength'),
    required: value('required') !== undefined,
    checked: value('checked') !== undefined,
    accept: value('accept') ?? '',
  };
}

function camel(name: string): string {
  return name === 'minlength' ? 'minLength' : 'maxLength';
}

function squeezed(texts: readonly string[]): string {
  return texts.join(' ').replace(/\s+/g, ' ').trim().slice(0, 2000);
}
