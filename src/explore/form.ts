import { attributeOf, type HtmlTag } from '../markup/html-tokens.ts';
import type { Field } from './values.ts';

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

/** What sends a form. */
export interface Button {
  readonly name: string;
  readonly value: string;
  /** Where it sends it, if it says so. */
  readonly action: string;
  readonly texts: string[];
}

/** A list to choose from while it is read. */
export interface OpenSelect {
  readonly control: OpenForm['controls'][number];
  readonly form: OpenForm;
  /** `value`: `null` for one whose text is its value. */
  readonly options: { readonly value: string | null; readonly isChosen: boolean; readonly texts: string[] }[];
}

/** A form while it is read. */
export interface OpenForm {
  id: string;
  action: string;
  method: string;
  enctype: string;
  controls: (Control & { readonly id: string })[];
  buttons: Button[];
  texts: string[];
  captcha: boolean;
}

const MAX_BUTTONS = 4;

/** The form, once for each of its buttons that says something else to the app. */
export function finished(
  { id: _, method, texts, controls, buttons, ...form }: OpenForm,
  labels: ReadonlyMap<string, string[]>,
): Form[] {
  // What frameworks write where browsers know two methods only.
  const meant = controls.find(({ name }) => name === '_method')?.value.toUpperCase();
  const known = /^(?:POST|PUT|PATCH|DELETE)$/.test(method) ? 'POST' : 'GET';
  const says = ({ name, value, action }: Button) => (name === '' ? action : `${name}=${value} ${action}`);
  const telling = buttons.filter((one, at) => buttons.findIndex((other) => says(other) === says(one)) === at);
  const senders = telling.length === 0 ? [null] : telling.slice(0, MAX_BUTTONS);
  const labelOf = (button: Button | null) => squeezed(button?.texts ?? []);
  const common = {
    ...form,
    method: known === 'POST' && meant !== undefined && /^(?:PUT|PATCH|DELETE)$/.test(meant) ? (meant as Form['method']) : known,
    controls: controls.map(({ id, ...control }) => ({
      ...control,
      label: squeezed(labels.get(id) ?? []) || (control.label ?? ''),
    })),
  };
  return senders.map((sender) => {
    const label = senders.length > 1 ? labelOf(sender) : (buttons.map(labelOf).find((text) => text !== '') ?? '');
    const submit = sender === null || sender.name === '' ? null : { name: sender.name, value: sender.value };
    return { ...common, action: sender?.action || form.action, submit, label, text: squeezed([...texts, label]) };
  });
}

/** What a tag says of a control. */
export function controlOf(tag: HtmlTag, type: string, label: readonly string[] | null): Control & { id: string } {
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

/** Texts of a page as people read them. */
export function squeezed(texts: readonly string[]): string {
  return texts.join(' ').replace(/\s+/g, ' ').trim().slice(0, 2000);
}
