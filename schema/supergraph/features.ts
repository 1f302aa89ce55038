/** Which directive means what: resolved by the identity of the spec it is linked from, whatever name it goes by here. */
import type { CoreFeature, Schema } from '@apollo/federation-internals';
import { SupergraphError } from './supergraph.ts';

const apollo = 'https://specs.apollo.dev';

/** Specs whose directives restrict access, and in which version their meaning is known to us. */
const enforced = new Map([
  [`${apollo}/inaccessible`, ['0.1', '0.2']],
  [`${apollo}/authenticated`, ['0.1']],
  [`${apollo}/requiresScopes`, ['0.1']],
]);

/** Specs that change how an operation is carried out, and that are carried out. */
const executed = new Set([`${apollo}/join`, `${apollo}/link`, `${apollo}/core`]);

/** Known specs that would be served wrongly, even by a supergraph that states no purpose for them. */
const unserved = new Map([
  [`${apollo}/policy`, '`@policy` is not enforced; state the rule as `@requiresScopes`'],
  [`${apollo}/context`, '`@context` is not carried out, so `@fromContext` would read past the access rules'],
]);

/** Directive names as they are in this supergraph; undefined where the spec is not linked. */
export interface DirectiveNames {
  readonly joinGraph: string;
  readonly joinGraphEnum: string;
  readonly joinType: string;
  readonly joinField: string;
  readonly joinEnumValue: string;
  readonly tag: string | undefined;
  readonly authenticated: string | undefined;
  readonly requiresScopes: string | undefined;
  readonly uses: string | undefined;
}

/**
 * Names the directives of the model, after everything linked has been understood.
 * @throws SupergraphError if something linked restricts access or changes execution in a way that is not known here
 */
export function resolveFeatures(schema: Schema): DirectiveNames {
  const features = schema.coreFeatures?.allFeatures() ?? [];
  for (const feature of features) assertUnderstood(feature);
  assertNothingUnlinked(schema);
  const directive = (identity: string, name: string): string | undefined =>
    schema.coreFeatures?.getByIdentity(identity)?.directiveNameInSchema(name);
  const join = schema.coreFeatures?.getByIdentity(`${apollo}/join`);
  if (join === undefined)
    throw new SupergraphError('this is not a supergraph: it does not link the join spec');
  return {
    joinGraph: join.directiveNameInSchema('graph'),
    joinGraphEnum: join.typeNameInSchema('Graph'),
    joinType: join.directiveNameInSchema('type'),
    joinField: join.directiveNameInSchema('field'),
    joinEnumValue: join.directiveNameInSchema('enumValue'),
    tag: directive(`${apollo}/tag`, 'tag'),
    authenticated: directive(`${apollo}/authenticated`, 'authenticated'),
    requiresScopes: directive(`${apollo}/requiresScopes`, 'requiresScopes'),
    uses: directive('https://portcullis.dev/spec', 'uses'),
  };
}

/** Fails closed: a restriction that we do not know must not be served as if it were not there. */
function assertUnderstood({ url, purpose }: CoreFeature): void {
  const reason = unserved.get(url.identity);
  if (reason !== undefined) throw new SupergraphError(`the supergraph links ${url}: ${reason}`);
  const versions = enforced.get(url.identity);
  const understood =
    versions?.includes(url.version.toString().replace(/^v/, '')) ??
    ((purpose !== 'SECURITY' && purpose !== 'EXECUTION') ||
      (purpose === 'EXECUTION' && executed.has(url.identity)));
  if (understood) return;
  throw new SupergraphError(
    `the supergraph links ${url}${purpose === undefined ? '' : ` for: ${purpose}`}, which this gateway does not know: ` +
      'it would be served without what that asks for. Remove the link, or upgrade the gateway.',
  );
}

/** An access directive that is defined but linked from nowhere would look like protection and be none. */
function assertNothingUnlinked(schema: Schema): void {
  for (const name of ['authenticated', 'requiresScopes', 'policy']) {
    const directive = schema.directive(name);
    if (directive === undefined || schema.coreFeatures?.sourceFeature(directive) !== undefined) continue;
    throw new SupergraphError(
      `\`@${name}\` is defined in the supergraph but not linked from ${apollo}/${name}: it would protect nothing. ` +
        'Link it, or rename the directive.',
    );
  }
}
