/** `npm run test:tokens`: tries tokens that are nearly right, for as long as one likes. */
import { parseArgs } from 'node:util';
import { type Fuzzed, fuzzTokens } from './run.ts';

const usage = `npm run test:tokens -- [options]

  --seconds N   how long to try (600)
  --seed N      of all that is random (1)
  --case N      this case alone, to see a failure again`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
    case: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(usage);
  process.exit();
}
const one = values.case === undefined ? undefined : Number(values.case);
const [seed = 1, seconds = 0] = [values.seed, values.seconds].map(Number);
if ([seed, seconds, one].some((each) => each !== undefined && !Number.isInteger(each))) {
  console.error(`a number is missing\n\n${usage}`);
  process.exit(2);
}

const end = performance.now() + seconds * 1_000;
let told = 0;
const found = await fuzzTokens({
  seed,
  ...(one !== undefined && { first: one }),
  isOver: ({ cases }) => (one === undefined ? performance.now() >= end : cases === 1),
  say(so) {
    for (const failure of so.failures.slice(told)) console.error(failure);
    told = so.failures.length;
    if (so.cases % 10_000 === 0) console.error(`… ${summary(so)}`);
  },
});
console.log(summary(found));
console.log(found.failures.length === 0 ? 'Nobody gets in.' : 'Somebody gets in, or something breaks.');
process.exit(found.failures.length === 0 && found.cases > 0 ? 0 : 1);

function summary({ cases, entered, signed, failures }: Fuzzed): string {
  return `${cases} tokens, ${signed} signed by the right key, ${entered} let in as the good ones that they are, ${failures.length} failures`;
}
