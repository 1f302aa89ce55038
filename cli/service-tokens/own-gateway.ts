/** The gateway whose configuration lies where a command is called: its tokens are meant, and not those of the demo. */
import { existsSync } from 'node:fs';
import { readConfig } from '@portcullis/gateway/config/read-config';
import { CommandError } from '../command.ts';

export interface OwnGateway {
  /** Of its service tokens. */
  readonly file: string;
  readonly policies: string | undefined;
  readonly supergraph: string;
}

const usualConfig = 'gateway.yaml';

/**
 * Undefined: there is none here.
 * @throws CommandError if it cannot be read, or takes no service tokens
 */
export function ownGateway(): OwnGateway | undefined {
  if (!existsSync(usualConfig)) return undefined;
  const { authentication, policies, supergraph } = read();
  const { serviceTokens } = authentication;
  if (serviceTokens === undefined)
    throw new CommandError(
      `${usualConfig} has no \`authentication.serviceTokens\`, so that its gateway takes none. Write there:\n    serviceTokens: { file: state/service-tokens.json }\nand start it anew; or name a file with --file.`,
    );
  return { file: serviceTokens.file, policies, supergraph: supergraph.source };
}

function read() {
  try {
    return readConfig(usualConfig);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`${why}\nName the file of service tokens with --file.`, { cause });
  }
}
