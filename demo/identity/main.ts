/** The identity provider as a process of its own: PORT, PORTCULLIS_STATE, and in a container HOST and ISSUER. */
import { startIdentityProvider } from './server.ts';

const { PORT = '4010', PORTCULLIS_STATE = '.portcullis', HOST, ISSUER } = process.env;

try {
  const provider = await startIdentityProvider({
    port: Number(PORT),
    stateFolder: PORTCULLIS_STATE,
    ...(HOST !== undefined && { host: HOST }),
    ...(ISSUER !== undefined && { issuer: ISSUER }),
  });
  console.log(`The identity provider answers at ${provider.issuer}`);
  const stop = () => void provider.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // Whoever started it over IPC is gone; nobody would stop it any more.
  if (process.connected) process.once('disconnect', stop);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
