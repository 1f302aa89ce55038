/** Nobody is signed in: why is for the log alone. */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused';
  /** Whether the provider could not be asked, so that the same may work a moment later. */
  readonly isProviderDown: boolean;

  /** @param reason a text of ours, which quotes nothing that came from outside */
  constructor(
    reason: string,
    { cause, isProviderDown = false }: { cause?: unknown; isProviderDown?: boolean } = {},
  ) {
    super(reason, { cause });
    this.isProviderDown = isProviderDown;
  }
}
