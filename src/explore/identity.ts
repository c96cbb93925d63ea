/** The person who looks around. */
export interface Identity {
  /** Eight hexadecimal digits that nobody else uses: a session file makes others in every play. */
  readonly id: string;
  /** What the user says that he is called, and his password; `null`: he is made up. */
  readonly account: { readonly name: string; readonly password: string } | null;
}

/** The name that he gives himself. */
export function userName({ id, account }: Identity): string {
  return account?.name ?? `ada${id}`;
}

/** His address; of an account that has one, that. */
export function email({ id, account }: Identity): string {
  return account?.name.includes('@') ? account.name : `ada${id}@example.com`;
}

/** A password with everything that rules of passwords ask for. */
export function password({ id, account }: Identity): string {
  return account?.password ?? `Secret-${id}!A9`;
}
