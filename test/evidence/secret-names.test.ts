import { describe, expect, it } from 'vitest';
import { isSecretName, isSecretVariable } from '../../src/evidence/redaction/secret-names.ts';

describe('names of secrets', () => {
  it.each([
    'user[password]',
    'user%5Bpassword%5D',
    'db_pwd',
    'password2',
    'newPasswordConfirmation',
    'X-Goog-Api-Key',
    'credentials.accessToken',
  ])('are known: %s', (name) => expect(isSecretName(name)).toBe(true));

  it.each([
    'token_type',
    'expires_in',
    'keyboard',
    'monkey',
    'passenger',
    'compass',
    'author',
    'sidebar',
    'tokenize',
    'user[name]',
    'key',
  ])('are told from others: %s', (name) => expect(isSecretName(name)).toBe(false));

  it('of variables are known by KEY and AUTH as well, but the shell’s folders are none', () => {
    expect(['STRIPE_KEY', 'SMTP_AUTH', 'DB_PWD', 'API_TOKEN'].every(isSecretVariable)).toBe(true);
    expect(['PWD', 'OLDPWD', 'KEYBOARD', 'PATH', 'XAUTHORITY'].some(isSecretVariable)).toBe(false);
  });
});
