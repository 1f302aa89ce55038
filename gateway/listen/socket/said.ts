/**
 * What a connection says of its caller: with the upgrade, in `connection_init`, or in both, where both say the same. Of what is
 * said twice or differs all goes to the stages, which refuse it, each in its own way.
 */
import type { IncomingHttpHeaders } from 'node:http';

/** By its names as headers. Where the connection comes from is not among it. */
export type Said = Readonly<Pick<IncomingHttpHeaders, 'authorization' | 'purpose' | 'break-glass'>>;

/** The payload of `connection_init`. */
export type Init = Readonly<Record<string, unknown>> | undefined;

export function saidWith(init: Init, { authorization, purpose, 'break-glass': breakGlass }: Said): Said {
  const tokens = together(authorization, textsIn(init, ['authorization']));
  return {
    // As several headers are: two tokens are no token.
    authorization: Array.isArray(tokens) ? tokens.join(', ') : tokens,
    purpose: together(purpose, textsIn(init, ['purpose'])),
    'break-glass': together(breakGlass, textsIn(init, ['break-glass', 'breakglass'])),
  };
}

type Value = string | string[] | undefined;

function together(upgrade: Value, texts: string[]): Value {
  const [text, ...others] = texts;
  if (text === undefined) return upgrade;
  const isOne = others.length === 0 && (upgrade === undefined || upgrade === text);
  return isOne ? text : [upgrade ?? [], texts].flat();
}

/** What is no text is an empty one, which is refused. */
function textsIn(init: Init, names: readonly string[]): string[] {
  return Object.entries(init ?? {})
    .filter(([name]) => names.includes(name.toLowerCase()))
    .map(([, value]) => (typeof value === 'string' ? value : ''));
}
