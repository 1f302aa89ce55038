/** Whether what is to be shut out is known to the gateway: a slip of the pen shuts nobody out. */
import { serviceTokenIssuer } from '@portcullis/gateway/authenticate/service-tokens/issuer';
import { didYouMean } from '@portcullis/policies/engine/read/did-you-mean';
import { subgraphNamesIn } from '../subgraph/names.ts';
import type { FoundConfig } from './place.ts';

/** What could not be checked, and what is not known. */
export async function warningsAbout(
  { issuer, product, subject, client, jti }: Readonly<Record<string, string>>,
  config: FoundConfig | undefined,
): Promise<readonly string[]> {
  const issuers = config && issuersOf(config);
  const products =
    config && product !== undefined ? await subgraphNamesIn(config.supergraph.source) : undefined;
  return [
    ...unknown({ what: 'issuer', written: issuer, known: issuers, of: config?.name }),
    ...unknown({ what: 'product', written: product, known: products, of: config?.name }),
    ...lookedUp('subject', subject),
    ...lookedUp('client', client),
    ...lookedUp('jti', jti),
  ];
}

function issuersOf({ authentication: { issuers, serviceTokens } }: FoundConfig): readonly string[] {
  return [...issuers.map(({ issuer }) => issuer), ...(serviceTokens ? [serviceTokenIssuer] : [])];
}

interface Written {
  readonly what: string;
  readonly written: string | undefined;
  /** Undefined: nobody knows. */
  readonly known: readonly string[] | undefined;
  readonly of: string | undefined;
}

function unknown({ what, written, known, of }: Written): readonly string[] {
  if (written === undefined || known?.includes(written)) return [];
  if (known === undefined) return [`Whether a gateway knows the ${what} ${written} was not checked.`];
  return [
    `THERE IS NO ${what} ${written} in ${of}, as this shell's environment fills it in: this has no effect on a gateway that reads the same. Names are compared letter by letter; ${didYouMean(written, known)}`,
  ];
}

function lookedUp(what: string, written: string | undefined): readonly string[] {
  if (written === undefined) return [];
  return [`Nobody is looked up: the ${what} is taken as written, ${JSON.stringify(written)}.`];
}
