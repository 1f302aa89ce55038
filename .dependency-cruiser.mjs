const stages = 'receive|authenticate|parse|authorize|plan|execute|shape|respond';

/**
 * The import rules of the house, for values and types alike (dependency-cruiser cannot tell them apart without
 * TypeScript's old API; `tests/check/makers.ts` does where it matters); `tests/check/architecture.test.ts` plants a violation
 * of each.
 */
export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'stage-imports-no-other-stage',
      severity: 'error',
      from: { path: `^gateway/(${stages})/` },
      to: { path: `^gateway/(${stages}|snapshot|observe|listen)/`, pathNot: '^gateway/$1/' },
    },
    {
      name: 'stages-share-four-files',
      severity: 'error',
      from: { path: `^gateway/(${stages})/`, pathNot: '\\.test\\.ts$' },
      to: { path: '^gateway/[^/]+\\.ts$', pathNot: '^gateway/(request|program|errors|refused)\\.ts$' },
    },
    {
      name: 'only-gateway-wires-stages',
      severity: 'error',
      from: {
        path: '^gateway/[^/]+\\.ts$',
        pathNot: '^gateway/(gateway|stages|credentials|follow)\\.ts$|\\.test\\.ts$',
      },
      to: { path: `^gateway/(${stages})/` },
    },
    {
      name: 'gateway-reads-never-makes',
      severity: 'error',
      from: { path: '^gateway/', pathNot: '\\.test\\.ts$|^gateway/fixture/' },
      to: {
        path: '^(schema|policies|registry|subgraphs|cli|demo)/',
        pathNot:
          '^schema/(supergraph|compose)/|^policies/engine/(bundle|folder|rule|subject|view|views/build-views|views/fingerprint|views/resolve-view|views/view-data|vocabulary/declared)\\.ts$',
      },
    },
    {
      name: 'schema-stands-alone',
      severity: 'error',
      from: { path: '^schema/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(policies|gateway|registry|subgraphs|cli|demo)/' },
    },
    {
      name: 'policies-know-only-the-supergraph',
      severity: 'error',
      from: { path: '^policies/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(schema|gateway|registry|subgraphs|cli|demo)/', pathNot: '^schema/supergraph/' },
    },
    {
      name: 'deciders-are-pure',
      severity: 'error',
      from: {
        path: '^policies/engine/(model/requirement|reference/evaluation|reference/reference|views/bind|views/masks|views/obligations|views/resolve-view|views/rights|views/statics)\\.ts$|^gateway/authorize/',
        pathNot: '\\.test\\.ts$',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'cedar-has-one-door',
      severity: 'error',
      from: { pathNot: '^policies/engine/cedar\\.ts$' },
      to: { path: '@cedar-policy/' },
    },
    {
      name: 'domain-builds-on-the-kit-only',
      severity: 'error',
      from: { path: '^subgraphs/(?!kit/)([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(schema|policies|gateway|registry|cli|demo)/|^subgraphs/(?!kit/|$1/)' },
    },
    {
      name: 'kit-stands-alone',
      severity: 'error',
      from: { path: '^subgraphs/kit/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(schema|policies|gateway|registry|cli|demo)/|^subgraphs/(?!kit/)' },
    },
    {
      name: 'observers-are-wired-at-the-top',
      severity: 'error',
      from: {
        pathNot:
          '^gateway/(pipeline|gateway|stages|credentials|follow|admin|main)\\.ts$|^gateway/observe/|\\.test\\.ts$|^tests/|^gateway/fixture/',
      },
      // Who checks an audit trail afterwards observes nothing.
      to: { path: '^gateway/observe/', pathNot: '^gateway/observe/audit/verify\\.ts$' },
    },
    {
      name: 'demo-and-cli-are-on-top',
      severity: 'error',
      from: { path: '^demo/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(gateway|cli)/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/|^node_modules/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js'],
    },
  },
};
