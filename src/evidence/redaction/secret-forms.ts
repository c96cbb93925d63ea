/**
 * Secrets that are known by their form, whatever their name: the prefixes that issuers give their keys so that scanners find them, JSON
 * web tokens, private keys. No pattern can backtrack.
 */
const FORMS = new RegExp(
  [
    String.raw`(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?`,
    String.raw`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`,
    String.raw`\bgh[opsur]_[A-Za-z0-9]{20,}`,
    String.raw`\bgithub_pat_\w{20,}`,
    String.raw`\bglpat-[\w-]{16,}`,
    String.raw`\bxox[abeoprs]-[\w-]{10,}`,
    String.raw`\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}`,
    String.raw`\bwhsec_[A-Za-z0-9]{16,}`,
    String.raw`\bsk-[\w-]{20,}`,
    String.raw`\bAIza[\w-]{30,}`,
    String.raw`\bya29\.[\w-]{20,}`,
    String.raw`\bnpm_[A-Za-z0-9]{30,}`,
    String.raw`\bSG\.[\w-]{16,}\.[\w-]{16,}`,
    String.raw`-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[\w\s+/=:,\\-]*`,
  ].join('|'),
  'g',
);

/** `user:password@` of an address; what is before the colon is no secret. */
const USERINFO = /(:\/\/[^\s/:@"'<>]{0,100}:)([^\s/@"'<>]{1,500})(?=@)/g;

/** The text with every secret that is known by its form replaced. */
export function replaceForms(text: string, by: (secret: string) => string): string {
  return text.replace(FORMS, by).replace(USERINFO, (_, lead: string, password: string) => lead + by(password));
}

/** The secrets in a text that are known by their form. */
export function secretsIn(text: string): string[] {
  const found: string[] = [];
  replaceForms(text, (secret) => {
    found.push(secret);
    return secret;
  });
  return found;
}
