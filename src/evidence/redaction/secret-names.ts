/** Words that name a secret wherever they stand in a name. */
const WORDS: ReadonlySet<string> = new Set([
  ...['password', 'passwords', 'passwd', 'passphrase', 'passcode', 'pwd', 'pass', 'passwort', 'contrasena', 'motdepasse'],
  ...['secret', 'secrets', 'token', 'tokens', 'credential', 'credentials', 'apikey', 'apikeys', 'authtoken', 'accesstoken'],
  ...[
    'csrf',
    'xsrf',
    'otp',
    'totp',
    'jwt',
    'sessionid',
    'sessid',
    'phpsessid',
    'jsessionid',
    'sid',
    'cvv',
    'cvc',
    'bearer',
    'authenticity',
  ],
]);

/** Words in a row that name a secret together. */
const PHRASES =
  /(^|_)(api|access|private|secret|signing|encryption|master|shared|account|auth|session|license)_keys?($|_)|(^|_)session_id($|_)|(^|_)code_verifier$|(^|_)(verification|security|recovery|backup|mfa|auth|reset)_codes?($|_)|^(saml_response|authorization|assertion|signature|sig|pin)$|_(signature|pin)$/;

/** Words that are one with whose secret it is: `PGPASSWORD`, `dbpass`, `smtppwd`. */
const COMPOUND =
  /(?:password|passwd|passphrase|passcode|apikey|secret|token)$|^(?:db|pg|my|sql|mysql|pgsql|mail|smtp|imap|ldap|ftp|ssh|user|admin|root|redis|rabbit|mongo|auth|login|app|api)(?:pass|pwd|pw)$/;

/** What is said of a secret is none: how long it lasts, of which type it is. */
const ABOUT =
  /_(type|types|length|expires|expires_in|expires_at|expiry|ttl|url|uri|endpoint|count|enabled|policy|strength|hint|usage)$/;

const MAX_REMEMBERED = 10_000;
const remembered = new Map<string, boolean>();

/**
 * Whether the value of something of this name (a field, a parameter, a header, an element, a flag) is likely to be a secret. Knows
 * `user[password]`, `user%5Bpassword%5D`, `accessToken`, `X-Api-Key`, `db_pwd`, `password2`, `password_confirmation`.
 */
export function isSecretName(name: string): boolean {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const plain = normalised(name);
  const found =
    !ABOUT.test(plain) && (plain.split('_').some((word) => WORDS.has(word) || COMPOUND.test(word)) || PHRASES.test(plain));
  if (remembered.size < MAX_REMEMBERED) remembered.set(name, found);
  return found;
}

/** The same for variables of an environment, where `STRIPE_KEY` and `SMTP_AUTH` are secrets as well. */
export function isSecretVariable(name: string): boolean {
  // The shell's own: folders.
  if (name === 'PWD' || name === 'OLDPWD') return false;
  return isSecretName(name) || /(^|_)(key|auth)$/.test(normalised(name));
}

/** `user[accessToken2]` → `access_token`: the innermost part, in lower case, words parted by `_`, without numbers at the end of words. */
function normalised(name: string): string {
  const parts = decoded(name)
    .split(/[[\].]+/)
    .filter((part) => part !== '' && !/^\d+$/.test(part));
  return (parts.at(-1) ?? '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/\d+(?=_|$)/g, '')
    .replace(/^_+|_+$/g, '');
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
