/**
 * Faults that other gateways have had, each as one line that could be changed here, and the tests that have to notice. A plant
 * whose text is no longer in its file says so in the normal run.
 */

export interface Plant {
  readonly what: string;
  readonly file: string;
  /** Stands in the file once. */
  readonly from: string;
  readonly to: string;
  /** Test files, as Jest takes them. */
  readonly tests: readonly string[];
}

const leaks = 'tests/security/leaks.test.ts';
const leaksSql = 'tests/security/leaks-sql.test.ts';
const attacks = 'gateway/attacks.test.ts';
const serviceTokens = 'gateway/service-tokens.test.ts';
const fuzz = 'tests/security/fuzz.test.ts';
const replay = 'tests/security/replay.test.ts';
const principals = 'tests/security/principals.test.ts';

export const plants: readonly Plant[] = [
  {
    what: 'the alias is looked up, not the field',
    file: 'gateway/authorize/rewrite.ts',
    from: `if (!this.#visibility.allows(\`\${type}.\${node.name.value}\`)) return false;`,
    to: `if (!this.#visibility.allows(\`\${type}.\${node.alias?.value ?? node.name.value}\`)) return false;`,
    tests: [attacks, leaks],
  },
  {
    what: 'what a field is computed of does not count',
    file: 'policies/engine/model/needs.ts',
    from: `this.#visitItself(walk, element, way);
    for (const each of element.requires) {`,
    to: `this.#visitItself(walk, element, way);
    for (const each of [] as readonly Coordinate[]) {`,
    tests: [attacks, leaks],
  },
  {
    what: 'one of several demands is enough',
    file: 'policies/engine/model/requirement.ts',
    from: 'demands.every((alternatives) => alternatives.some((list) => list.every(holds)))',
    to: 'demands.length === 0 || demands.some((alternatives) => alternatives.some((list) => list.every(holds)))',
    tests: ['policies/engine/directives.test.ts', 'policies/engine/model/requirement.test.ts'],
  },
  {
    what: 'a directive is known by its usual name alone',
    file: 'schema/supergraph/features.ts',
    from: `requiresScopes: directive(\`\${apollo}/requiresScopes\`, 'requiresScopes'),`,
    to: `requiresScopes: links.has(\`\${apollo}/requiresScopes\`) ? 'requiresScopes' : undefined,`,
    tests: ['schema/supergraph', 'policies/engine/directives.test.ts'],
  },
  {
    what: 'equal operations with other variables share an answer',
    file: 'gateway/execute/share/executions.ts',
    from: `\${rights} \${JSON.stringify(coerced)}`,
    to: `\${rights}`,
    tests: ['gateway/deduplicate.test.ts', 'gateway/execute/share'],
  },
  {
    what: 'equal operations of two principals share an answer',
    file: 'gateway/execute/share/executions.ts',
    from: `\${numberOf(program)} \${identityOf(principal)} \${rights}`,
    to: `\${numberOf(program)} \${rights}`,
    tests: ['gateway/deduplicate.test.ts', 'gateway/execute/share'],
  },
  {
    what: 'a token without an end has none',
    file: 'gateway/authenticate/claims.ts',
    from: `if (!isTime(exp)) return refuseToken('exp is missing or no whole number');`,
    to: `if (!isTime(exp)) return { issuedAt: Number(iat), expiresAt: Number.MAX_SAFE_INTEGER };`,
    tests: ['gateway/authenticate'],
  },
  {
    what: 'who is revoked is looked up with new tokens alone',
    file: 'gateway/authenticate/verified.ts',
    from: 'entry.isFree = this.#revocations.reasonAgainst(entry.principal) === undefined;',
    to: 'entry.isFree = true;',
    tests: ['gateway/authenticate'],
  },
  {
    what: 'a product that is shut off gets what had waited',
    file: 'gateway/execute/client/delivery.ts',
    from: 'if (this.#post.withheld.has(this.#call.subgraph)) {',
    to: 'if (this.#retries < 0) {',
    tests: ['gateway/execute/client'],
  },
  {
    what: 'a claim may come from a prototype',
    file: 'gateway/authenticate/attributes.ts',
    from: 'name !== undefined && Object.hasOwn(claims, name) ?',
    to: 'name !== undefined ?',
    tests: ['gateway/authenticate'],
  },
  {
    what: 'columns may be ordered by, whoever may read them',
    file: 'gateway/authorize/argument-uses.ts',
    from: `if (typeof value === 'string') uses.add(\`\${type.name}.\${value}\`);`,
    to: '',
    tests: [attacks],
  },
  {
    what: 'a count forgets which rows are hidden',
    file: 'subgraphs/kit/query/list.ts',
    from: `if (least === 1) return compile(sql\`select count(*) as "count" from \${visible.where(conditions)}\`);`,
    to: `if (least === 1) return compile(sql\`select count(*) as "count" from \${sql.id(visible.entity.table.name)} as "t" where \${conditions.length === 0 ? sql\`true\` : sql.join([...conditions], sql\` and \`)}\`);`,
    tests: ['subgraphs/kit/access/row-filters.test.ts', leaksSql],
  },
  {
    what: 'entities are found, whichever rows are hidden',
    file: 'subgraphs/kit/access/access.ts',
    from: 'all([...this.#conditions, ...conditions])',
    to: 'all(conditions)',
    tests: ['subgraphs/kit/access/row-filters.test.ts', leaksSql],
  },
  {
    what: 'rows are ordered by columns, whoever may read them',
    file: 'subgraphs/kit/query/list.ts',
    from: `orderTerm(visible.column(field, 'read', 'filter'), direction)`,
    to: 'orderTerm(columnNamed(visible.entity, field), direction)',
    tests: [leaksSql],
  },
  {
    what: 'a column that is denied is read, and not shown',
    file: 'subgraphs/kit/resolve/reading.ts',
    from: 'if (column !== undefined) return access.isShown(entity.name, field) ? [column] : [];',
    to: 'if (column !== undefined) return [column];',
    tests: ['subgraphs/kit/access/denied-columns.test.ts', leaksSql],
  },
  {
    what: 'which error is answered depends on what was waited for',
    file: 'subgraphs/kit/server/engine.ts',
    from: 'if (data === undefined || errors === undefined) return;',
    to: 'if (data !== undefined || errors === undefined) return;',
    tests: ['subgraphs/kit/server/serve.test.ts'],
  },
  {
    what: 'a partition shows what its table hides',
    file: 'subgraphs/kit/migrate/secure.ts',
    from: 'statements(security, states.rows) + closing(parts.rows)',
    to: 'statements(security, states.rows)',
    tests: ['subgraphs/kit/migrate/row-security.test.ts'],
  },
  {
    what: 'a mask is left out where an answer is pasted together from bytes',
    file: 'gateway/execute/splice/scanner.ts',
    from: 'if (value.mask !== undefined) {',
    to: 'if (value.mask !== undefined && value.nonNull) {',
    tests: ['gateway/masks.test.ts', leaks],
  },
  {
    what: 'a mask is left out where an answer is written from objects',
    file: 'gateway/shape/write.ts',
    from: 'const shown = mask === undefined ? value : mask(value);',
    to: 'const shown = mask === undefined || !nonNull ? value : mask(value);',
    tests: ['gateway/masks.test.ts', leaks],
  },
  {
    what: 'an object is read without its type, though the mask of a field depends on it',
    file: 'gateway/plan/compile/response.ts',
    from: 'const types = options.masks.size === 0 ? [] : options.schema.getPossibleTypes(type);',
    to: 'const types: readonly { name: string }[] = [];',
    tests: ['gateway/masks.test.ts'],
  },
  {
    what: 'a message quotes what the operation says',
    file: 'gateway/parse/failures.ts',
    from: 'message: withoutValues(message),',
    to: 'message,',
    tests: ['tests/security/canaries.test.ts', 'gateway/parse'],
  },
  {
    what: 'conditions on the moment always hold',
    file: 'policies/engine/views/rights.ts',
    from: 'guard === -1 || (guardMask & (1 << guard)) !== 0',
    to: 'guard >= -1 || guardMask === 0',
    tests: ['policies/engine/views'],
  },
  {
    what: 'views are told apart by everything but the purpose',
    file: 'policies/engine/views/fingerprint.ts',
    from: `['kind', 'purpose', ...vocabulary.attributes.keys()]`,
    to: `['kind', ...vocabulary.attributes.keys()]`,
    tests: ['policies/engine/views/fingerprint.test.ts', 'tests/integration/access.test.ts'],
  },
  {
    what: 'a permit of one owner is enough',
    file: 'policies/engine/views/rights.ts',
    from: `    subtract(granted, refused);
  }`,
    to: `    if (byScope.size === 0) subtract(granted, refused);
  }`,
    tests: ['policies/engine/views'],
  },
  {
    what: 'a condition that cannot be evaluated does not forbid',
    file: 'policies/engine/views/build-views.ts',
    from: 'conditions.some((each) => holds.has(each) || failed.has(each))',
    to: 'conditions.some((each) => holds.has(each))',
    tests: ['policies/engine/views/build-views.test.ts'],
  },
  {
    what: 'one denied mutation of several leaves the others',
    file: 'gateway/authorize/authorize.ts',
    from: 'if (!decided.decision.denied.some(({ selection }) => roots.has(selection))) return;',
    to: 'if (decided.decision.denied.length < roots.size) return;',
    tests: [attacks],
  },
  {
    what: 'any secret opens a service token whose id is known',
    file: 'gateway/authenticate/service-tokens/service-tokens.ts',
    from: 'if (!isRight)',
    to: 'if (!isRight && entry.usedAt < 0)',
    tests: [serviceTokens],
  },
  {
    what: 'a stream outlives the service token that it began with',
    file: 'gateway/authenticate/service-tokens/service-tokens.ts',
    from: 'isVouchedFor: () => isInForce(principal),',
    to: 'isVouchedFor: () => isInForce(principal) || true,',
    tests: [serviceTokens],
  },
  {
    what: 'views are told apart by everything but the limit to products',
    file: 'policies/engine/views/fingerprint.ts',
    from: 'if (subject.products !== undefined) parts.push(encode(productsOf(bundle, subject.products)));',
    to: '',
    tests: ['policies/engine/views/fingerprint.test.ts', serviceTokens],
  },
  {
    what: 'a limit to products holds for reading alone',
    file: 'policies/engine/views/rights.ts',
    from: 'if (data.outside !== undefined) subtract',
    to: 'if (data.outside !== undefined && decision === 0) subtract',
    tests: ['policies/engine/views'],
  },
  {
    what: 'an alias is as long as it likes, in any number of paths',
    file: 'gateway/parse/normalize.ts',
    from: 'this.#pathCharacters += path;',
    to: 'this.#pathCharacters = path;',
    tests: ['gateway/parse/parse.test.ts'],
  },
  {
    what: 'errors of what is denied are no part of the answer that is bounded',
    file: 'gateway/shape/shape.ts',
    from: 'room.take(denialCharacters + (extensions?.length ?? 0));',
    to: 'room.take(extensions?.length ?? 0);',
    tests: ['gateway/room.test.ts'],
  },
  {
    what: 'a limit to products holds for columns alone, and not for what stands for them',
    file: 'policies/engine/views/resolve-view.ts',
    from: 'this.#isOfProducts(element) &&',
    to: '',
    tests: ['policies/engine/views/products.test.ts', 'tests/security/products.test.ts', serviceTokens],
  },
  {
    what: 'an access token has any audience',
    file: 'gateway/authenticate/verify.ts',
    from: 'const { payload, key } = await jwtVerify(token, set.find, {',
    to: `const { aud } = JSON.parse(String(Buffer.from(token.split('.')[1] ?? '', 'base64url')));
  issuer = { ...issuer, audience: [aud].flat().find((each) => typeof each === 'string') ?? issuer.audience };
  const { payload, key } = await jwtVerify(token, set.find, {`,
    tests: [fuzz],
  },
  {
    what: 'an access token has any audience, at every door',
    file: 'gateway/authenticate/verify.ts',
    from: 'const { payload, key } = await jwtVerify(token, set.find, {',
    to: `const { aud } = JSON.parse(String(Buffer.from(token.split('.')[1] ?? '', 'base64url')));
  issuer = { ...issuer, audience: [aud].flat().find((each) => typeof each === 'string') ?? issuer.audience };
  const { payload, key } = await jwtVerify(token, set.find, {`,
    tests: [replay],
  },
  {
    what: 'an access token has any type',
    file: 'gateway/authenticate/verify.ts',
    from: '    typ: issuer.typ,\n',
    to: '',
    tests: [fuzz],
  },
  {
    what: 'an access token has any type, at every door',
    file: 'gateway/authenticate/verify.ts',
    from: '    typ: issuer.typ,\n',
    to: '',
    tests: [replay],
  },
  {
    what: 'an access token without an end gets in',
    file: 'gateway/authenticate/claims.ts',
    from: `if (!isTime(exp)) return refuseToken('exp is missing or no whole number');`,
    to: `if (!isTime(exp)) return { issuedAt: Number(iat), expiresAt: Math.floor(Date.now() / 1000) + 60 };`,
    tests: [fuzz],
  },
  {
    what: 'a member that a token names twice is read once',
    file: 'gateway/json/parse-json.ts',
    from: 'if (members !== membersWritten(text))',
    to: 'if (members > membersWritten(text))',
    tests: [fuzz],
  },
  {
    what: 'a token for one subgraph is one for all',
    file: 'subgraphs/kit/identity/verify.ts',
    from: 'const now = profile.now?.() ?? Date.now() / 1000;',
    to: `const { aud } = JSON.parse(String(Buffer.from(token.split('.')[1] ?? '', 'base64url')));
  profile = { ...profile, audience: String(aud) };
  const now = profile.now?.() ?? Date.now() / 1000;`,
    tests: [replay],
  },
  {
    what: 'a token for a subgraph has any type',
    file: 'subgraphs/kit/identity/verify.ts',
    from: `demand(protectedHeader.typ === TYPE, 'typ');`,
    to: '',
    tests: [fuzz],
  },
  {
    what: 'a token for a subgraph lives as long as it says',
    file: 'subgraphs/kit/identity/verify.ts',
    from: `demand(exp > iat && exp - iat <= LONGEST_LIFE_S, 'life too long');`,
    to: `demand(exp > iat, 'life too long');`,
    tests: [fuzz],
  },
  {
    what: 'a token that the address names counts',
    file: 'gateway/listen/graphql-route.ts',
    from: 'const headers = headersOf(request, forwarded);',
    to: `const named = new URL(url, 'http://a').searchParams.get('access_token');
  const own = headersOf(request, forwarded);
  const headers = named === null ? own : { ...own, authorization: \`Bearer \${named}\` };`,
    tests: [replay],
  },
  {
    what: 'one subject of two issuers shares what is under way',
    file: 'gateway/execute/share/executions.ts',
    from: 'JSON.stringify([issuer, subject, clientId, kind, names, values, expiresAt])',
    to: 'JSON.stringify([subject, clientId, kind, names, values, expiresAt])',
    tests: [principals],
  },
];
