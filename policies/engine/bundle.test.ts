import { describe, expect, it } from '@jest/globals';
import { type Bundle, readBundle } from './bundle.ts';
import { callers, media, mediaFiles, mediaGraph, moments, subject } from './fixture/media.ts';
import { BundleError } from './problem.ts';
import type { Subject } from './subject.ts';
import { createViewBuilder } from './views/build-views.ts';
import { resolveView } from './views/resolve-view.ts';

const supergraph = mediaGraph();
const bundle = readBundle(mediaFiles(), supergraph);

/** Of the media company, with these rules in addition. */
function withRules(path: string, text: string): Bundle {
  return readBundle([...mediaFiles(), { path, text }], supergraph);
}

function problemsWith(path: string, text: string): readonly string[] {
  try {
    withRules(path, text);
  } catch (error) {
    if (error instanceof BundleError)
      return error.problems.filter(({ file }) => file === path).map(({ message }) => message);
    throw error;
  }
  return [];
}

function allows(of: Bundle, who: Subject, coordinate: string): boolean {
  const builder = createViewBuilder(of);
  return resolveView(of, builder.build(who), builder.guards(moments.noon)).allows(coordinate, 'query');
}

describe('the bundle of the media company', () => {
  it('is read as it was written', () => {
    const asWritten = ({ rules }: Pick<Bundle, 'rules'>) =>
      new Map(rules.map(({ line, ...rule }) => [rule.id, rule]));
    expect(asWritten(bundle)).toEqual(asWritten(media()));
    expect(bundle.model).toEqual(media().model);
  });

  it('knows on which line each rule stands', () => {
    const lines =
      mediaFiles()
        .find(({ path }) => path === 'billing/rules.cedar')
        ?.text.split('\n') ?? [];
    const ofBilling = bundle.rules.filter(({ file }) => file === 'billing/rules.cedar');
    expect(ofBilling.map(({ line }) => lines[line - 1])).toEqual(ofBilling.map(({ id }) => `@id("${id}")`));
  });

  it('warns of a mask of texts that need be no dates, and of a limit that holds for one of several domains only', () => {
    expect(bundle.warnings).toMatchObject([
      {
        rule: 'audience.birth-year-only',
        severity: 'warning',
        message: expect.stringContaining('each value that is no date'),
      },
      {
        rule: 'billing.revenue-min-group',
        severity: 'warning',
        message: expect.stringContaining('fields of video'),
      },
    ]);
  });

  it('can be handed to a thread', () => {
    expect(structuredClone(bundle)).toEqual(bundle);
  });

  it('has a schema of closed lists in which nothing is optional', () => {
    expect(bundle.schemaText).toBe(`entity Team enum ["audience", "billing", "rights-partners"];
entity Role enum ["support-agent", "analyst", "data-steward"];
entity Scope enum ["money"];
entity Domain enum ["none", "video", "live", "audience", "billing"];
entity Tag enum ["public", "internal", "regional", "financial", "aggregateOnly", "pii", "payment"];
entity Classification enum ["public", "internal", "confidential", "restricted"];
entity Purpose enum ["none", "customer_support", "fraud", "product_analytics"];
entity Kind enum ["anonymous", "human", "service", "bi"];
entity Zone enum ["internet", "corp"];
entity Region enum ["none", "EU", "US", "APAC"];
entity Policy enum ["on-duty"];
entity DataProduct;
entity Type;
entity Field in [Field, Type, DataProduct, Domain, Tag, Classification] { owner: Domain, level: Long };
entity Principal in [Team, Role, Scope] { kind: Kind, purpose: Purpose, clearance: Long, region: Region, markets: Set<String> };
type Context = { zone: Zone, hour: Long, breakGlass: Bool };
action read, filter, aggregate, mutate, subscribe appliesTo { principal: [Principal], resource: [Field], context: Context };
action satisfy appliesTo { principal: [Principal], resource: [Policy], context: Context };`);
  });
});

describe('its version', () => {
  const files = mediaFiles();

  it('is that of the files, in whatever order they come and whatever they are about', () => {
    expect(readBundle([...files].reverse(), supergraph).version).toBe(bundle.version);
    const moved = { ...supergraph, sdl: `${supergraph.sdl}\n` };
    expect(readBundle(files, moved).version).toBe(bundle.version);
    expect(readBundle(files, mediaGraph({ enforces: { live: ['rows'] } })).version).toBe(bundle.version);
  });

  it('changes with every file', () => {
    const changed = files.map((_, index) =>
      files.map((file, at) =>
        at === index
          ? { ...file, text: `${file.text}\n${file.path.endsWith('.cedar') ? '// More.' : '# More.'}` }
          : file,
      ),
    );
    const versions = changed.map((each) => readBundle(each, supergraph).version);
    expect(new Set([...versions, bundle.version]).size).toBe(files.length + 1);
    const keys = changed.map((each) => readBundle(each, supergraph).key);
    expect(new Set([...keys, bundle.key]).size).toBe(files.length + 1);
  });

  it('does not take a text in one file for the same text in another', () => {
    const rule = (id: string) =>
      `@id("global.${id}") forbid (principal, action, resource in Tag::"financial") unless { principal in Role::"analyst" };\n`;
    const moved = (first: string, second: string) =>
      readBundle(
        [
          ...files,
          { path: 'global/x.cedar', text: rule('x') + first },
          { path: 'global/y.cedar', text: second + rule('y') },
        ],
        supergraph,
      ).version;
    expect(moved('// a\n', '// b\n')).not.toBe(moved('// a\n// b\n', ''));
  });
});

describe('its key', () => {
  const files = mediaFiles();

  it('changes with the supergraph, and with what subgraphs carry out', () => {
    const moved = { ...supergraph, sdl: `${supergraph.sdl}\n` };
    expect(readBundle(files, moved).key).not.toBe(bundle.key);
    const lax = mediaGraph({ enforces: { live: ['rows'] } });
    expect(lax.sdl).toBe(supergraph.sdl);
    expect(readBundle(files, lax).key).not.toBe(bundle.key);
  });
});

describe('a bundle is refused', () => {
  it('without a vocabulary', () => {
    expect(() => readBundle([], supergraph)).toThrow(
      'global/vocabulary.yaml:1: error: is not there; write it',
    );
  });

  it('with all that is wrong in it, by file and line', () => {
    const read = () =>
      readBundle(
        [
          ...mediaFiles(),
          { path: 'video/b.cedar', text: 'permit (principal, action, resource);\n\npermit (' },
          {
            path: 'global/a.cedar',
            text: '@id("global.a") permit (principal, action, resource in Tag::"piii");',
          },
        ],
        supergraph,
      );
    expect(read).toThrow(BundleError);
    expect(read).toThrow(
      /^audience.*warning.*\nbilling.*warning.*\nglobal\/a\.cedar:1: .*\nvideo\/b\.cedar:1: .*\nvideo\/b\.cedar:3: .*$/,
    );
  });

  const rejected: readonly (readonly [string, string, string, RegExp])[] = [
    [
      'granting on another domain',
      'video/x.cedar',
      '@id("video.x") permit (principal, action, resource in Domain::"billing");',
      /owns nothing/,
    ],
    [
      'granting on a type of another domain',
      'video/x.cedar',
      '@id("video.x") permit (principal, action, resource in Type::"Subscriber");',
      /owns nothing/,
    ],
    [
      'granting on everything',
      'video/x.cedar',
      '@id("video.x") permit (principal, action, resource);',
      /names no resource/,
    ],
    [
      'a global name in a domain',
      'video/x.cedar',
      '@id("global.x") permit (principal, action, resource in Domain::"video");',
      /no name for a rule of video/,
    ],
    [
      'a slip in a tag',
      'video/x.cedar',
      '@id("video.x") permit (principal, action, resource in Tag::"publik");',
      /Tag::"publik", which there is not/,
    ],
    [
      'a slip in a field',
      'video/x.cedar',
      '@id("video.x") permit (principal, action, resource == Field::"Title.nam");',
      /the supergraph does not have/,
    ],
    [
      'a slip in a mask',
      'video/x.cedar',
      '@id("video.x") @mask("hsah") forbid (principal, action == Action::"read", resource == Field::"Title.name");',
      /no mask/,
    ],
    [
      'a slip in an annotation',
      'video/x.cedar',
      '@id("video.x") @maks("hash") forbid (principal, action, resource == Field::"Title.name");',
      /no annotation/,
    ],
    [
      'a mask on a permit',
      'video/x.cedar',
      '@id("video.x") @mask("hash") permit (principal, action == Action::"read", resource == Field::"Title.name");',
      /on a permit/,
    ],
    [
      'SQL in a row filter',
      'live/x.cedar',
      '@id("live.x") @rowFilter("region = principal.region or 1=1") forbid (principal, action, resource in Type::"Stream");',
      /no row filter/,
    ],
    [
      'a clause that mixes in the context',
      'global/x.cedar',
      '@id("global.x") forbid (principal, action, resource) when { context.hour > 6 && principal.clearance < 1 };',
      /context and at something else/,
    ],
    [
      'a rule about one principal',
      'global/x.cedar',
      '@id("global.x") permit (principal == Principal::"ann", action, resource);',
      /about one principal/,
    ],
    [
      'a rule that can never hold',
      'global/x.cedar',
      '@id("global.x") permit (principal, action, resource) when { principal.clearance > 1 && false };',
      /impossible/,
    ],
  ];

  it.each(rejected)('for %s', (_, path, text, message) => {
    expect(problemsWith(path, text)).toEqual([expect.stringMatching(message)]);
  });

  it('but not for a permit on a tag, which opens nothing of other domains', () => {
    const open = withRules(
      'video/x.cedar',
      '@id("video.x") permit (principal, action, resource in Tag::"financial");',
    );
    const cleared = subject({ attributes: { clearance: 3 } });
    expect(allows(open, cleared, 'Title.licenceCost')).toBe(true);
    expect(allows(open, cleared, 'Subscriber.revenue')).toBe(false);
  });
});

describe('what Cedar would let through', () => {
  const overflow = 'principal.clearance * 9007199254740991 * 1024 * 1024 > 0';

  it('a forbid that cannot be evaluated forbids', () => {
    const of = withRules(
      'global/x.cedar',
      `@id("global.x") forbid (principal, action, resource) when { ${overflow} };`,
    );
    expect(allows(bundle, callers.ann, 'Title.name')).toBe(true);
    expect(allows(of, callers.ann, 'Title.name')).toBe(false);
    expect(allows(of, subject({ attributes: { clearance: 0 } }), 'Title.name')).toBe(true);
  });

  it('a permit that cannot be evaluated permits nothing', () => {
    const of = withRules(
      'global/x.cedar',
      `@id("global.x") permit (principal, action, resource) when { ${overflow} || true };`,
    );
    expect(allows(of, callers.steward, 'Subscriber.note')).toBe(false);
  });

  it('a rule on what is optional', () => {
    expect(
      problemsWith(
        'global/x.cedar',
        '@id("global.x") forbid (principal, action, resource) when { principal.team == "x" };',
      ),
    ).toEqual(['attribute `team` on entity type `Principal` not found']);
  });

  it('rules are told apart by their names, not by where they stand', () => {
    const many = Array.from(
      { length: 12 },
      (_, index) =>
        `@id("global.p${index}") permit (principal in Role::"analyst", action == Action::"read", resource == Field::"Title.draft")${index === 10 ? '' : ' when { principal.clearance > 9 }'};`,
    );
    const of = withRules('global/x.cedar', many.join('\n'));
    expect(
      of.rules.filter(({ file }) => file === 'global/x.cedar').map(({ id, line }) => [id, line]),
    ).toEqual(many.map((_, index) => [`global.p${index}`, index + 1]));
    const analyst = subject({ kind: 'anonymous', roles: ['analyst'], attributes: { clearance: 3 } });
    expect(allows(of, { ...analyst, kind: 'human' }, 'Title.draft')).toBe(true);
  });
});
