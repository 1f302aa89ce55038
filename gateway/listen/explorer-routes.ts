/** GraphiQL at `/`, from installed packages: fixed routes to fixed files, no CDN, no directory that is served. */
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const require = createRequire(import.meta.url);
const script = 'text/javascript; charset=utf-8';
const style = 'text/css; charset=utf-8';

const files = Object.freeze([
  { url: '/explorer/react.js', type: script, path: installed('react', 'umd/react.production.min.js') },
  {
    url: '/explorer/react-dom.js',
    type: script,
    path: installed('react-dom', 'umd/react-dom.production.min.js'),
  },
  { url: '/explorer/graphiql.js', type: script, path: installed('graphiql', 'graphiql.min.js') },
  { url: '/explorer/graphiql.css', type: style, path: installed('graphiql', 'graphiql.min.css') },
  { url: '/explorer/graphql-ws.js', type: script, path: installed('graphql-ws', 'umd/graphql-ws.min.js') },
  { url: '/explorer/explorer.css', type: style, path: ours('explorer.css') },
]);

export interface ExplorerOptions {
  /** People sign in to it; otherwise it asks for personas, of which there can be none. */
  readonly hasLogin: boolean;
}

export async function serveExplorer(app: FastifyInstance, { hasLogin }: ExplorerOptions): Promise<void> {
  for (const { url, type, path } of files) {
    const content = await readFile(path);
    const etag = `"${createHash('sha256').update(content).digest('base64url')}"`;
    app.get(url, (request, reply) => {
      reply.headers({ etag, 'cache-control': 'no-cache' });
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.header('content-type', type).send(content);
    });
  }
  const text = await readFile(ours('index.html'), 'utf8');
  const page = text.replace('{{login}}', hasLogin ? 'yes' : 'no');
  app.get('/', (_, reply) => {
    const nonce = randomBytes(16).toString('base64');
    return reply.headers(documentHeaders(nonce)).send(page.replaceAll('{{nonce}}', nonce));
  });
}

/** Scripts come from here alone; the nonce is for the one style element that GraphiQL makes when it opens a dialogue. */
function documentHeaders(nonce: string): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self' data:",
    'font-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store',
  };
}

function installed(name: string, file: string): string {
  return join(dirname(require.resolve(`${name}/package.json`)), file);
}

function ours(file: string): string {
  return join(import.meta.dirname, 'explorer', file);
}
