/** A host cannot be used on this machine; `message` says why. */
export class HostRefused extends Error {
  override readonly name = 'HostRefused';
  /** One line that would mend it. */
  readonly mend: string;

  constructor(reason: string, mend: string, options?: ErrorOptions) {
    super(reason, options);
    this.mend = mend;
  }
}
