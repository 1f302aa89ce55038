// Makes `dist`: every source file as JavaScript at the same place, and beside it what it reads at run time.
// One file to one file, not a bundle: `import.meta.dirname` and stack traces mean the same in both trees.
// With `--if-stale`, only where it is not what the sources would become.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { build } from 'esbuild';
import { isBuilt, madeFrom, rooms, sourcesNow } from './built.mjs';

if (process.argv.includes('--if-stale') && isBuilt()) process.exit();

const root = import.meta.dirname;
const workspaces = new Map(
  ['cli', 'demo', 'gateway', 'policies', 'schema'].map((room) => [`@portcullis/${room}`, room]),
).set('@portcullis/kit', 'subgraphs/kit');

const target = 'node20.19';
/** What all that is built has in common; esbuild itself would write in place, under whoever reads. */
const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target,
  write: false,
  logLevel: 'warning',
};
/** With its packages in it; those that are CommonJS ask for `require`. */
const bundle = {
  ...common,
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
};

const started = performance.now();
// Before any is read: one that is changed meanwhile may be in it or not.
const sourcesBefore = sourcesNow();
const files = (await Promise.all(rooms.map(filesOf))).flat();
const sources = files.filter((file) => file.endsWith('.ts') && !/\.test\.ts$|\.d\.ts$/.test(file));
const assets = [
  ...files.filter((file) => !/\.ts$|\.mjs$|\.md$|(^|\/)package\.json$/.test(file)),
  'docs/gateway-config.schema.json',
];

/** A thread of the gateway loads one file in a third of the time that its packages take, and it is waited for at each start. */
const threads = sources.filter((file) => /^gateway\/threads\/[a-z]+-thread\.ts$/.test(file));

// Nothing is run of a `dist` that is still being made.
await rm(madeFrom, { force: true });
await mkdir(join(root, 'dist'), { recursive: true });
const drafts = await mkdtemp(join(root, 'dist/.drafts-'));
let drafted = 0;
await put(
  build({
    ...common,
    entryPoints: sources.filter((file) => !threads.includes(file)),
    outdir: 'dist',
    outbase: '.',
    packages: 'external',
    sourcemap: true,
    sourcesContent: false,
    plugins: [{ name: 'one file to one file', setup: keepModules }],
  }),
);
// Packages of hundreds of files that the gateway loads before it can listen, each as one: a third of the time.
const bundled = ['fastify', 'jose', 'undici'];
await Promise.all(bundled.map(bundlePackage));

await put(
  build({
    ...bundle,
    entryPoints: threads,
    // It reads its WebAssembly from beside itself.
    external: ['@cedar-policy/cedar-wasm/*'],
    outdir: 'dist',
    outbase: '.',
    sourcemap: true,
    sourcesContent: false,
  }),
);
await Promise.all(
  assets.map(async (file) => write(join(root, 'dist', file), await readFile(join(root, file)))),
);
await removeStale();
await Promise.all([...workspaces.values()].map(linkPackages));
await rm(drafts, { recursive: true });
await writeFile(madeFrom, sourcesBefore);
console.log(`Built dist from ${sources.length} sources in ${Math.round(performance.now() - started)} ms.`);

/** Every import of ours stays an import, of the file that its source becomes. */
function keepModules({ onResolve }) {
  onResolve({ filter: /^(fastify|jose|undici)$/ }, ({ path, importer }) => {
    const from = relative(root, importer).replaceAll('\\', '/');
    if (!from.startsWith('gateway/')) return undefined;
    return {
      path: relative(dirname(from), `gateway/packages/${path}.js`).replaceAll('\\', '/'),
      external: true,
    };
  });
  onResolve({ filter: /^(\.|@portcullis\/)/ }, ({ path, kind, resolveDir, importer }) => {
    if (kind === 'entry-point') return undefined;
    const target = path.startsWith('.') ? resolve(resolveDir, path) : workspaceFile(path);
    const from = relative(dirname(importer), target).replaceAll('\\', '/').replace(/\.ts$/, '.js');
    return { path: from.startsWith('.') ? from : `./${from}`, external: true };
  });
}

/** Under the names that Node finds in it; those of a CommonJS package are not written anywhere. */
async function bundlePackage(name) {
  const exported = Object.keys(await import(name)).filter((each) =>
    /^(?!default$|module\.exports$)[\w$]+$/.test(each),
  );
  const contents = `import * as all from '${name}';\n${exported.map((each) => `export const ${each} = all.${each};`).join('\n')}\n`;
  await put(
    build({
      ...bundle,
      stdin: { contents, resolveDir: join(root, 'gateway') },
      outfile: `dist/gateway/packages/${name}.js`,
    }),
  );
}

async function put(building) {
  const { outputFiles } = await building;
  await Promise.all(outputFiles.map(({ path, contents }) => write(path, contents)));
}

/** Whole or not at all, and only what has changed: a demo may be running from `dist`. */
async function write(path, contents) {
  const present = await readFile(path).catch(() => undefined);
  if (present?.equals(contents)) return;
  const draft = join(drafts, String(drafted++));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(draft, contents);
  await rename(draft, path);
}

/** What the workspaces' `exports` say: `"./*": "./*.ts"`, and the kit's public list for its bare name. */
function workspaceFile(specifier) {
  const [scope, name, ...file] = specifier.split('/');
  const room = workspaces.get(`${scope}/${name}`);
  if (room === undefined) throw new Error(`${specifier} names no workspace`);
  return join(root, room, file.length === 0 ? 'kit.ts' : `${file.join('/')}.ts`);
}

/** A version of a package that npm has put into one workspace alone must be the one that its built files find. */
async function linkPackages(room) {
  const link = join(root, 'dist', room, 'node_modules');
  const target = join(root, room, 'node_modules');
  if (!existsSync(target)) await rm(link, { force: true });
  else if (!existsSync(link)) await symlink(relative(dirname(link), target), link);
}

/** In place, not by clearing `dist` first: a demo may be running from it. */
async function removeStale() {
  const scripts = sources.map((file) => file.replace(/\.ts$/, '.js'));
  const packages = bundled.map((name) => `gateway/packages/${name}.js`);
  const wanted = new Set([
    ...scripts,
    ...packages,
    ...scripts.map((file) => `${file}.map`),
    ...assets,
    'made-from',
  ]);
  const present = (await filesOf('dist')).map((file) => file.slice('dist/'.length));
  await Promise.all(present.filter((file) => !wanted.has(file)).map((file) => rm(join(root, 'dist', file))));
}

async function filesOf(folder) {
  const entries = await readdir(join(root, folder), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => !/(^|\/)(node_modules|\.[^/]+)\//.test(file));
}
