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
      name: 'stages-share-three-files',
      severity: 'error',
      from: { path: `^gateway/(${stages})/`, pathNot: '\\.test\\.ts$' },
      to: { path: '^gateway/[^/]+\\.ts$', pathNot: '^gateway/(request|program|errors)\\.ts$' },
    },
    {
      name: 'only-gateway-wires-stages',
      severity: 'error',
      from: { path: '^gateway/[^/]+\\.ts$', pathNot: '^gateway/gateway\\.ts$|\\.test\\.ts$' },
      to: { path: `^gateway/(${stages})/` },
    },
    {
      name: 'gateway-reads-never-makes',
      severity: 'error',
      from: { path: '^gateway/', pathNot: '\\.test\\.ts$|^gateway/fixture/' },
      to: {
        path: '^(schema|policies|registry|subgraphs|cli|demo)/',
        pathNot: '^schema/(supergraph|compose)/|^policies/engine/(bundle|evaluate|explain)\\.ts$',
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
      from: { path: '^(policies/engine/evaluate|gateway/authorize/)', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
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
          '^gateway/(pipeline|gateway|main)\\.ts$|^gateway/observe/|\\.test\\.ts$|^tests/|^gateway/fixture/',
      },
      to: { path: '^gateway/observe/' },
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
