/** `portcullis gateway`: the gateway alone, for anybody's graph. */
import { runGateway } from '@portcullis/gateway/main';
import { openConfig } from '@portcullis/gateway/open-config';
import { defineCommand, UsageError } from '../command.ts';

export const gateway = defineCommand({
  usage: ['--config FILE', '--supergraph FILE [--port N] --open'],
  about: [
    'Serves the graph that FILE describes until it is told to stop (SIGINT, SIGTERM).',
    'The keys of the configuration are described in docs/gateway-config.schema.json.',
    '',
    'With --open every caller is anonymous and everything is allowed. It is meant for conformance tests',
    'and benchmarks and listens on the loopback interface only.',
  ].join('\n'),
  words: [],
  options: {
    config: { type: 'string', value: 'FILE', describe: 'the configuration (YAML)' },
    supergraph: { type: 'string', value: 'FILE', describe: 'a composed supergraph, or a supergraph.yaml' },
    port: {
      type: 'string',
      value: 'N',
      describe: 'the port to listen on; 4000 by default, 0 takes a free one',
    },
    open: { type: 'boolean', describe: 'no authentication, no rules' },
  },
  async run({ config, supergraph, port, open = false }) {
    if (config !== undefined) {
      if (supergraph !== undefined || port !== undefined || open) {
        throw new UsageError(
          '--config stands alone: graph and port are written in the file, and no file can be open',
        );
      }
      const { readConfig } = await import('@portcullis/gateway/config/read-config');
      await runGateway(readConfig(config));
      return 0;
    }
    if (supergraph === undefined) throw new UsageError('give --config FILE, or --supergraph FILE --open');
    if (!open)
      throw new UsageError('a bare supergraph has no rules: add --open to serve everything to everyone');
    await runGateway(openConfig({ supergraph, port: portNumber(port ?? '4000') }));
    return 0;
  },
});

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port ${text}: a port is a number from 0 to 65535`);
}
