/** Which directive means what: resolved by the identity of the spec it is linked from, whatever name it goes by here. */
import { type DocumentNode, Kind } from 'graphql';
import type { Link } from './links.ts';
import { SupergraphError } from './supergraph.ts';

const apollo = 'https://specs.apollo.dev';
const portcullis = 'https://portcullis.dev/spec';

/** Specs that restrict access or change how an operation is carried out, and in which version their meaning is known to us. */
const understood = new Map([
  [`${apollo}/inaccessible`, ['0.1', '0.2']],
  [`${apollo}/authenticated`, ['0.1']],
  [`${apollo}/requiresScopes`, ['0.1']],
  [`${apollo}/policy`, ['0.1']],
  [portcullis, ['1.0']],
  // What `@fromContext` reads is an input of the field, as what `@requires` names (see from-context.ts).
  [`${apollo}/context`, ['0.1']],
  [`${apollo}/join`, ['0.1', '0.2', '0.3', '0.4', '0.5']],
  [`${apollo}/link`, ['1.0']],
  [`${apollo}/core`, ['0.1', '0.2']],
]);

/** Directive names as they are in this supergraph; undefined where the spec is not linked. */
export interface DirectiveNames {
  readonly joinGraph: string;
  readonly joinGraphEnum: string;
  readonly joinType: string;
  readonly joinField: string;
  readonly joinEnumValue: string;
  readonly inaccessible: string | undefined;
  readonly tag: string | undefined;
  readonly authenticated: string | undefined;
  readonly requiresScopes: string | undefined;
  readonly policy: string | undefined;
  readonly uses: string | undefined;
  readonly usesNothing: string | undefined;
  readonly declassify: string | undefined;
  readonly carrier: string | undefined;
  readonly product: string | undefined;
  readonly context: string | undefined;
}

/**
 * Names the directives of the model, after everything linked has been understood.
 * @throws SupergraphError if something linked restricts access or changes execution in a way that is not known here
 */
export function resolveFeatures(document: DocumentNode, links: ReadonlyMap<string, Link>): DirectiveNames {
  for (const link of links.values()) assertUnderstood(link);
  assertNothingUnlinked(document, links);
  const join = links.get(`${apollo}/join`);
  if (join === undefined)
    throw new SupergraphError('this is not a supergraph: it does not link the join spec');
  const directive = (identity: string, name: string) => links.get(identity)?.directive(name);
  return {
    joinGraph: join.directive('graph'),
    joinGraphEnum: join.type('Graph'),
    joinType: join.directive('type'),
    joinField: join.directive('field'),
    joinEnumValue: join.directive('enumValue'),
    inaccessible: inaccessibleIn(links),
    tag: directive(`${apollo}/tag`, 'tag'),
    authenticated: directive(`${apollo}/authenticated`, 'authenticated'),
    requiresScopes: directive(`${apollo}/requiresScopes`, 'requiresScopes'),
    policy: directive(`${apollo}/policy`, 'policy'),
    uses: directive(portcullis, 'uses'),
    usesNothing: directive(portcullis, 'usesNothing'),
    declassify: directive(portcullis, 'declassify'),
    carrier: directive(portcullis, 'carrier'),
    product: directive(portcullis, 'product'),
    context: directive(`${apollo}/context`, 'context'),
  };
}

/** The name of `@inaccessible`. */
export function inaccessibleIn(links: ReadonlyMap<string, Link>): string | undefined {
  return links.get(`${apollo}/inaccessible`)?.directive('inaccessible');
}

/** Fails closed: a restriction that we do not know must not be served as if it were not there. */
function assertUnderstood(link: Link): void {
  const versions = understood.get(link.identity);
  if (versions === undefined ? link.purpose === undefined : versions.includes(link.version)) return;
  throw new SupergraphError(
    `the supergraph links ${link}${link.purpose === undefined ? '' : ` for: ${link.purpose}`}, which this gateway does not know: ` +
      'it would be served without what that asks for. Remove the link, or upgrade the gateway.',
  );
}

/** An access directive that is defined but linked from nowhere would look like protection and be none. */
function assertNothingUnlinked(document: DocumentNode, links: ReadonlyMap<string, Link>): void {
  const defined = new Set(
    document.definitions.flatMap((node) =>
      node.kind === Kind.DIRECTIVE_DEFINITION ? [node.name.value] : [],
    ),
  );
  for (const name of ['authenticated', 'requiresScopes', 'policy']) {
    if (!defined.has(name) || [...links.values()].some((link) => link.ownsDirective(name))) continue;
    throw new SupergraphError(
      `\`@${name}\` is defined in the supergraph but not linked from ${apollo}/${name}: it would protect nothing. ` +
        'Link it, or rename the directive.',
    );
  }
}
