import { JAVASCRIPT } from './javascript.ts';
import { JVM } from './jvm.ts';
import { OTHERS } from './others.ts';
import { PHP } from './php.ts';
import { PROTOCOLS } from './protocols.ts';
import { PYTHON } from './python.ts';
import { RUBY } from './ruby.ts';
import type { Trait } from './trait.ts';

/** The first that fits a finding is taken: what says more comes first. */
export const TRAITS: readonly Trait[] = [...PROTOCOLS, ...JAVASCRIPT, ...JVM, ...PHP, ...PYTHON, ...RUBY, ...OTHERS];
