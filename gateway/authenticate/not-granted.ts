/** What a caller asked for beside data, and was not granted. Caught in this folder. */
export class NotGranted extends Error {
  override readonly name = 'NotGranted';
  readonly kind: 'purpose' | 'breakGlass';

  constructor(kind: NotGranted['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}
