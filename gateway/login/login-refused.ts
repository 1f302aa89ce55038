/** Nobody is signed in: why is for the log alone. */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused';
  /** Whether the provider could not be asked, or not all that it has to say is known: the same may work a moment later. */
  readonly mayPass: boolean;

  /** @param reason a text of ours, which quotes nothing that came from outside */
  constructor(reason: string, { cause, mayPass = false }: { cause?: unknown; mayPass?: boolean } = {}) {
    super(reason, { cause });
    this.mayPass = mayPass;
  }
}

export function mayPass(error: unknown): error is LoginRefused {
  return error instanceof LoginRefused && error.mayPass;
}
