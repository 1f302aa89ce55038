/** Why a source cannot be served. */

/** Its text is for the people who can mend it. */
export class SourceFault extends Error {
  override readonly name = 'SourceFault';
  /** What was read, and so what has to change. */
  readonly files: readonly string[];

  constructor(message: string, files: readonly string[], options?: ErrorOptions) {
    super(message, options);
    this.files = files;
  }
}

export function faultOf(error: unknown): SourceFault {
  return error instanceof SourceFault ? error : new SourceFault(messageOf(error), [], { cause: error });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
