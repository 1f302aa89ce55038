/** Tokens that are good for one body: what a gateway sends, what a subgraph of the kit takes, and what a thief can do with it. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { demandsBound, verifySubgraph } from '@portcullis/kit/conformance/verify-subgraph';
import { createClient } from 'graphql-sse';
import { decodeJwt } from 'jose';
import { WebSocket } from 'ws';
import { deliver, type Letter, openPostOffice, type PostOffice } from './post-office.ts';
import { ask, openShelf, type Shelf, type StartedGateway } from './shelf.ts';

let shelf: Shelf;
let post: PostOffice;
let subgraph: string;
let gateway: StartedGateway;
beforeAll(async () => {
  shelf = await openShelf();
  subgraph = (await shelf.startSubgraph({ REQUIRE_BOUND_BODY: 'true' })).url;
  post = await openPostOffice(subgraph);
  gateway = await shelf.startGateway({ url: post.url, identity: 'bindBody: [library]' });
}, 120_000);
afterAll(async () => {
  await post?.close();
  await shelf?.close();
});
beforeEach(() => {
  post.letters.length = 0;
  shelf.log.lines.length = 0;
});
afterEach(() => post.loseAnswers(0));

const books = '{ books(first: 2) { nodes { id title } } }';
const titles = {
  books: {
    nodes: [
      { id: 'b1', title: 'Book 1' },
      { id: 'b2', title: 'Book 2' },
    ],
  },
};
const tokenOf = ({ headers }: Letter) => String(headers['txn-token']);
const claimsOf = (letter: Letter) => decodeJwt(tokenOf(letter));
const digestOf = (body: Buffer | string) => createHash('sha256').update(body).digest('base64url');
const boundTo = (letter: Letter) => (claimsOf(letter)['tctx'] as { body?: unknown }).body;
const refusals = () =>
  shelf.log.lines.flatMap(({ msg, reason }) => (msg === 'token refused' ? [reason] : []));

async function letterOf(query: string): Promise<Letter> {
  await ask(gateway, query);
  const [letter] = post.letters;
  if (letter === undefined) throw new Error('nothing was sent');
  return letter;
}

function withBody({ rawHeaders, headers }: Letter, body: Buffer): Letter {
  return { rawHeaders, headers: { ...headers, 'content-length': String(body.length) }, body };
}

describe('a request to a subgraph that wants its tokens bound', () => {
  it('has a token of its own, with the digest of its very bytes', async () => {
    expect(await ask(gateway, books)).toMatchObject({ status: 200, data: titles });
    expect(await ask(gateway, books)).toMatchObject({ status: 200, data: titles });
    expect(post.letters).toHaveLength(2);
    for (const letter of post.letters) expect(boundTo(letter)).toBe(digestOf(letter.body));
    const ids = new Set(post.letters.map((letter) => claimsOf(letter).jti));
    expect(ids.size).toBe(2);
  });

  it('is nobody else’s, though many send the same at the same moment', async () => {
    const each = await shelf.startGateway({
      url: post.url,
      identity: 'bindBody: [library]',
      yaml: 'deduplicate: { inbound: false }',
    });
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(each, books)));
    expect(answers.map(({ data }) => data)).toEqual(Array(5).fill(titles));
    expect(new Set(post.letters.map((letter) => claimsOf(letter).jti)).size).toBe(5);
  });

  it('is bound to its bytes where they are more than its characters', async () => {
    const query = '{ books(where: {title: {eq: "Büch 🂡"}}) { nodes { id } } }';
    expect(await ask(gateway, query)).toMatchObject({ status: 200, data: { books: { nodes: [] } } });
    const [letter] = post.letters;
    expect(letter?.body.length).toBeGreaterThan(String(letter?.body).length);
  });
});

describe('whoever has read a request', () => {
  it('gets nothing by sending it once more', async () => {
    const letter = await letterOf(books);
    const statements = shelf.statements();
    expect(await deliver(subgraph, letter)).toBe(401);
    expect(refusals()).toEqual(['the token has been used']);
    expect(shelf.statements()).toBe(statements);
  });

  it.each<[string, (body: Buffer) => Buffer]>([
    ['another query', () => Buffer.from('{"query":"{ books(first: 1000) { nodes { id } } }"}')],
    ['a space more', (body) => Buffer.from(`${body} `)],
    ['no body', () => Buffer.alloc(0)],
    ['a body of more than one megabyte', () => Buffer.alloc(2_000_000, ' ')],
  ])('gets nothing by sending %s with its token (E07)', async (_, change) => {
    const letter = await letterOf(books);
    const statements = shelf.statements();
    expect(await deliver(subgraph, withBody(letter, change(letter.body)))).toBe(401);
    expect(refusals()).toEqual(['the token is bound to another body']);
    expect(shelf.statements()).toBe(statements);
  });
});

describe('a query whose answer is lost on the way', () => {
  it('is sent again with another token, which a subgraph that takes each once takes', async () => {
    post.loseAnswers(2);
    expect(await ask(gateway, books)).toMatchObject({ status: 200, data: titles });
    expect(post.letters).toHaveLength(3);
    expect(new Set(post.letters.map((letter) => claimsOf(letter).jti)).size).toBe(3);
    expect(new Set(post.letters.map(({ body }) => String(body))).size).toBe(1);
    expect(refusals()).toEqual([]);
  });
});

describe('a subscription', () => {
  it('over server-sent events has a token that is bound to its body', async () => {
    const client = createClient({ url: gateway.url, retryAttempts: 0 });
    const results = [];
    for await (const result of client.iterate({ query: 'subscription { numbers(count: 2) }' }))
      results.push(result.data);
    client.dispose();
    expect(results).toEqual([{ numbers: '1 ' }, { numbers: '2 ' }]);
    const [letter] = post.letters;
    expect(letter && boundTo(letter)).toBe(digestOf(letter?.body ?? ''));
    expect(letter && (await deliver(subgraph, letter))).toBe(401);
  });

  it('over WebSocket cannot be bound: the gateway does not start', async () => {
    const starting = shelf.startGateway({
      url: post.url,
      subscriptions: 'ws',
      identity: 'bindBody: [library]',
    });
    await expect(starting).rejects.toThrow(
      'identity.bindBody names library, which has `subscriptions: ws`: a token cannot be bound to what goes over a WebSocket.',
    );
  });
});

describe('a subgraph that demands bound tokens', () => {
  it('refuses those of a gateway that does not bind them, and nothing is fetched', async () => {
    const plain = await shelf.startGateway({ url: subgraph });
    const statements = shelf.statements();
    const { data } = await ask(plain, books);
    expect(data).toEqual({ books: null });
    expect(refusals()).toEqual(['the token is not bound to a body']);
    expect(shelf.statements()).toBe(statements);
  });

  it('opens no WebSocket, neither with a token for a body nor with one for any', async () => {
    const tap = await openPostOffice(subgraph);
    const plain = await shelf.startGateway({ url: tap.url });
    await ask(plain, books);
    const [unbound] = tap.letters;
    const bound = await letterOf(books);
    for (const letter of [bound, ...(unbound ? [unbound] : [])]) expect(await upgraded(letter)).toBe(401);
    expect(refusals()).toEqual([
      'the token is not bound to a body',
      'the token is bound to a body',
      'the token is not bound to a body',
    ]);
    await plain.close();
    await tap.close();
  });
});

/** With which status a WebSocket is refused. */
function upgraded(letter: Letter): Promise<number | undefined> {
  return new Promise((resolve) => {
    const headers = { 'txn-token': tokenOf(letter) };
    const socket = new WebSocket(subgraph.replace('http', 'ws'), 'graphql-transport-ws', { headers });
    socket.once('unexpected-response', (_, { statusCode }) => resolve(statusCode));
    socket.once('open', () => resolve(undefined));
    socket.on('error', () => {});
  });
}

describe('a subgraph that demands nothing', () => {
  it('takes a token again, and refuses one that is bound to another body all the same', async () => {
    const { url } = await shelf.startSubgraph();
    const letter = await letterOf(books);
    expect([await deliver(url, letter), await deliver(url, letter)]).toEqual([200, 200]);
    expect(await deliver(url, withBody(letter, Buffer.from('{"query":"{ __typename }"}')))).toBe(401);
    const compressed = withBody(letter, gzipSync(letter.body));
    const rawHeaders = [...letter.rawHeaders, 'content-encoding', 'gzip'];
    const headers = { ...compressed.headers, 'content-encoding': 'gzip' };
    expect(await deliver(url, { ...compressed, rawHeaders, headers })).toBe(401);
  });

  it('is sent one token again and again', async () => {
    const { url } = await shelf.startSubgraph();
    const tap = await openPostOffice(url);
    const plain = await shelf.startGateway({ url: tap.url });
    const authorization = `Bearer ${await shelf.tokens.token('analyst')}`;
    for (const query of [books, '{ books(first: 1) { nodes { id } } }'])
      expect(await ask(plain, query, { authorization })).toMatchObject({ status: 200 });
    expect(new Set(tap.letters.map(tokenOf)).size).toBe(1);
    expect(tap.letters.map(boundTo)).toEqual([undefined, undefined]);
    await plain.close();
    await tap.close();
  });
});

it('does not start where bindBody names what is no subgraph', async () => {
  await expect(shelf.startGateway({ url: post.url, identity: 'bindBody: [librari]' })).rejects.toThrow(
    'identity.bindBody names librari, which is no subgraph. Take one of: library.',
  );
});

describe('`subgraph verify` of one that demands bound tokens', () => {
  const verified = (isBound: boolean) =>
    verifySubgraph({ url: subgraph, subgraph: 'library', signer: shelf.signer, isBound });

  it('finds no fault, and no less than of another', async () => {
    const findings = await verified(true);
    expect(findings.filter(({ result }) => result === 'failed')).toEqual([]);
    const passed = findings.filter(({ result }) => result === 'passed').map(({ id }) => id);
    expect(passed).toEqual(
      expect.arrayContaining([
        'bound.missing',
        'bound.events-twice',
        'bound.socket',
        'rows.equal',
        'stream.good',
      ]),
    );
  });

  it('says so, where it was not told', async () => {
    expect(demandsBound(await verified(false))).toBe(true);
  });

  it('finds that another takes tokens for any body', async () => {
    const { url } = await shelf.startSubgraph();
    const findings = await verifySubgraph({ url, subgraph: 'library', signer: shelf.signer, isBound: true });
    const failed = findings.filter(({ result }) => result === 'failed').map(({ id }) => id);
    expect(failed).toEqual([
      'bound.missing',
      'bound.twice',
      'bound.events',
      'bound.events-twice',
      'bound.socket',
      'bound.socket-init',
    ]);
  });
});
