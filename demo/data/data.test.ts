import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { dayOf, epochMs, hourMs, isoInstant } from './calendar.ts';
import { copyChunks } from './copy.ts';
import { createDomains, type DomainName, domainNames } from './domains.ts';
import { createSubscribers, type SubscriberFacts } from './facts/audience.ts';
import { playFixtures, streamFixture, subscriberFixture, trackFixture } from './fixtures.ts';
import { item } from './random.ts';
import { scales } from './scale.ts';
import type { Cell } from './table.ts';
import { countryAt } from './world.ts';

type Rows = readonly Readonly<Record<string, Cell>>[];

const domains = createDomains(scales.small);
const subscribers = createSubscribers(scales.small);

function rowsOf(domain: DomainName, name: string): Rows {
  const table = domains[domain].tables.find((each) => each.name === name);
  if (table === undefined) throw new Error(`${domain} has no table ${name}`);
  return Array.from(table.rows(), (row) =>
    Object.fromEntries(table.columns.map((column, at) => [column, row[at] ?? null])),
  );
}

function byId(rows: Rows): ReadonlyMap<Cell, Rows[number]> {
  return new Map(rows.map((row) => [row['id'] ?? null, row]));
}

function digest(made: ReturnType<typeof createDomains>): string {
  const hash = createHash('sha256');
  for (const domain of domainNames) {
    for (const table of made[domain].tables) {
      hash.update(`${domain}.${table.name} ${table.columns.join()}\n`);
      for (const chunk of copyChunks(table)) hash.update(chunk);
    }
  }
  return hash.digest('hex');
}

test('the same bytes come out every time, on every machine', () => {
  // The bytes of the run in which this was written. Whoever changes the data on purpose raises `dataVersion`.
  expect(digest(createDomains(scales.small))).toBe(
    '9a678ad1884477de3dca606b1c789bf3639b586b763d950deb62a669ca7eda6f',
  );
});

describe('plays', () => {
  let plays: Rows;
  let made: Rows;
  const titles = byId(rowsOf('video', 'titles'));
  const tracks = byId(rowsOf('music', 'tracks'));
  const episodes = byId(rowsOf('podcasts', 'episodes'));
  const streams = byId(rowsOf('live', 'streams'));
  beforeAll(() => {
    plays = rowsOf('audience', 'plays');
    made = plays.slice(0, scales.small.plays);
  });

  function player(play: Rows[number]): SubscriberFacts {
    return item(subscribers, Number(String(play['subscriber_id']).slice(4)) - 1);
  }

  test('are as many as the scale says, and come in the order of time', () => {
    expect(plays).toHaveLength(scales.small.plays + playFixtures.length);
    const instants = made.map((play) => String(play['played_at']));
    expect(instants).toEqual([...instants].sort());
    expect(new Set(plays.map((play) => play['id'])).size).toBe(plays.length);
  });

  test('are of media that another domain has and that was out', () => {
    const fits = (play: Rows[number]): boolean => {
      const id = play['media_id'] ?? null;
      const playedAt = String(play['played_at']);
      switch (String(play['media_type'])) {
        case 'Track':
          return String(tracks.get(id)?.['released_on']) <= playedAt;
        case 'Episode':
          return String(episodes.get(id)?.['published_at']) < playedAt;
        case 'Stream': {
          const stream = streams.get(id);
          const running = String(stream?.['starts_at']) <= playedAt && playedAt < String(stream?.['ends_at']);
          return stream?.['status'] === 'ENDED' && running;
        }
        default:
          return (
            titles.get(id)?.['kind'] === play['media_kind'] &&
            String(titles.get(id)?.['released_on']) <= playedAt
          );
      }
    };
    expect(made.filter((play) => !fits(play))).toEqual([]);
    expect(new Set(made.map((play) => play['media_type'])).size).toBe(5);
  });

  test('are by subscribers who had signed up and not yet left', () => {
    const wrong = made.filter((play) => {
      const { signedUpMs, cancelledMs } = player(play);
      const ms = Date.parse(String(play['played_at']));
      return ms < signedUpMs || (cancelledMs !== null && ms >= cancelledMs);
    });
    expect(wrong).toEqual([]);
  });

  test('follow taste: most tracks are of the two genres that the subscriber likes', () => {
    const ofTracks = made.filter((play) => play['media_type'] === 'Track');
    const liked = ofTracks.filter((play) =>
      player(play).taste.music.some((genre) => genre === tracks.get(play['media_id'] ?? null)?.['genre']),
    );
    expect(liked.length / ofTracks.length).toBeGreaterThan(0.6);
  });

  test('are popular by Zipf: a hundredth of the played tracks has a tenth of the plays', () => {
    const counts = new Map<Cell, number>();
    for (const play of made.filter((each) => each['media_type'] === 'Track')) {
      const id = play['media_id'] ?? null;
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const sorted = [...counts.values()].sort((a, b) => b - a);
    const sum = (list: readonly number[]) => list.reduce((total, each) => total + each, 0);
    expect(sum(sorted.slice(0, Math.ceil(sorted.length / 100))) / sum(sorted)).toBeGreaterThan(0.1);
  });

  test('peak in the evening of the place and at the weekend', () => {
    const localHours = made.map((play) => {
      const { offset } = countryAt(player(play).country);
      return Math.floor(Date.parse(String(play['played_at'])) / hourMs + offset) % 24;
    });
    const share = (from: number, to: number) => localHours.filter((hour) => hour >= from && hour < to).length;
    expect(share(19, 23)).toBeGreaterThan(4 * share(2, 6));
    const days = made.map((play) => new Date(String(play['played_at'])).getUTCDay());
    const on = (day: number) => days.filter((each) => each === day).length;
    expect(on(6)).toBeGreaterThan(1.15 * on(2));
  });

  test('lack the place now and then, never the subscriber', () => {
    const placeless = made.filter((play) => play['country'] === null);
    expect(placeless.length / made.length).toBeGreaterThan(0.02);
    expect(placeless.length / made.length).toBeLessThan(0.04);
    expect(made.every((play) => play['subscriber_id'] !== null)).toBe(true);
  });

  test('have the fixed ones on both days on which clocks change', () => {
    const fixed = plays.slice(scales.small.plays);
    expect(fixed.map(({ id, played_at: playedAt }) => ({ id, playedAt }))).toEqual(
      playFixtures.map(({ id, playedAt }) => ({ id, playedAt })),
    );
    const berlin = new Intl.DateTimeFormat('sv', {
      timeZone: 'Europe/Berlin',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    for (const { playedAt, local } of playFixtures) {
      expect(berlin.format(new Date(playedAt))).toBe(local.slice(0, 19));
    }
    const { signedUpMs, cancelledMs } = item(subscribers, subscriberFixture.index);
    expect(signedUpMs).toBeLessThan(Date.parse('2026-03-28'));
    expect(cancelledMs).toBeNull();
  });
});

describe('invoices', () => {
  const invoices = rowsOf('billing', 'invoices');
  const lines = rowsOf('billing', 'invoice_lines');
  const cents = (amount: Cell | undefined) => Number(String(amount).replace('.', ''));

  test('add up: the net amounts of the lines are the invoice’s, net and tax the total', () => {
    const nets = new Map<Cell, number>();
    for (const line of lines) {
      const id = line['invoice_id'] ?? null;
      nets.set(id, (nets.get(id) ?? 0) + cents(line['net_amount']));
    }
    const wrong = invoices.filter((invoice) => {
      const net = cents(invoice['net_amount']);
      const vat = cents(invoice['vat_amount']);
      const unit = invoice['currency'] === 'JPY' ? 100 : 1;
      // Each line is rounded by itself, so the tax may be off by half a unit for each.
      const exact = Math.abs(vat - net * Number(invoice['vat_rate'])) < 2.5 * unit;
      const adds = nets.get(invoice['id'] ?? null) === net && net + vat === cents(invoice['total_amount']);
      return !(adds && exact);
    });
    expect(wrong).toEqual([]);
  });

  test('follow the plan: who pays by the month is billed its price on the date of the sign-up', () => {
    const prices = new Map(
      rowsOf('billing', 'plan_prices').map((price) => [`${price['plan_id']} ${price['currency']}`, price]),
    );
    const charged = invoices.filter((invoice) => invoice['plan_id'] !== null);
    expect(charged.length).toBeGreaterThan(5000);
    const many = new Set(lines.filter((line) => line['position'] !== 1).map((line) => line['invoice_id']));
    const plain = charged.filter((invoice) => !many.has(invoice['id'] ?? null));
    for (const invoice of plain) {
      const price = prices.get(`${invoice['plan_id']} ${invoice['currency']}`);
      expect([price?.['monthly_amount'], price?.['yearly_amount']]).toContain(invoice['total_amount']);
    }
    expect(charged.some((invoice) => invoice['plan_id'] === 'pln_free')).toBe(false);
  });

  test('come after the sign-up, before the end, and are numbered without a gap', () => {
    const wrong = invoices.filter((invoice) => {
      const subscriber = item(subscribers, Number(String(invoice['subscriber_id']).slice(4)) - 1);
      const ms = Date.parse(String(invoice['issued_at']));
      return ms <= subscriber.signedUpMs || ms >= (subscriber.cancelledMs ?? epochMs);
    });
    expect(wrong).toEqual([]);
    for (const year of ['2025', '2026']) {
      const numbers = invoices
        .map((invoice) => String(invoice['number']))
        .filter((each) => each.startsWith(year));
      expect(numbers.map((number) => Number(number.slice(5)))).toEqual(numbers.map((_, at) => at + 1));
    }
  });

  test('have lines for titles that video has; a bought season exists', () => {
    const titles = byId(rowsOf('video', 'titles'));
    const seasons = new Set(
      rowsOf('video', 'seasons').map((season) => `${season['series_id']} ${season['number']}`),
    );
    const sold = lines.filter((line) => line['title_id'] !== null);
    expect(sold.length).toBeGreaterThan(500);
    for (const line of sold) {
      const title = titles.get(line['title_id'] ?? null);
      expect(title?.['kind']).toBe(line['season_number'] === null ? 'MOVIE' : 'SERIES');
      expect(String(title?.['released_on']) < String(line['issued_at'])).toBe(true);
      if (line['season_number'] !== null) {
        expect(seasons).toContain(`${line['title_id']} ${line['season_number']}`);
      }
    }
  });
});

test('a concert names its artist as music does', () => {
  const artists = byId(rowsOf('music', 'artists'));
  const concerts = rowsOf('live', 'streams').filter((stream) => stream['kind'] === 'CONCERT');
  expect(concerts.length).toBeGreaterThan(40);
  for (const concert of concerts) {
    expect(artists.get(concert['headliner_id'] ?? null)?.['name']).toBe(concert['headliner_name']);
    expect(String(concert['title'])).toContain(String(concert['headliner_name']));
  }
});

test('the search knows every medium by the name that its domain gives it', () => {
  const names = new Map<Cell, Cell>();
  for (const [domain, table] of [
    ['video', 'titles'],
    ['music', 'tracks'],
    ['podcasts', 'episodes'],
    ['live', 'streams'],
  ] as const) {
    for (const row of rowsOf(domain, table)) names.set(row['id'] ?? null, row['title'] ?? null);
  }
  const media = rowsOf('audience', 'media');
  expect(media).toHaveLength(names.size);
  expect(media.filter((each) => names.get(each['id'] ?? null) !== each['name'])).toEqual([]);
});

test('the widest numbers stand where the fixtures say', () => {
  expect(byId(rowsOf('live', 'streams')).get(streamFixture.id)?.['bytes_delivered']).toBe('9007199254740993');
  const rate = byId(rowsOf('music', 'tracks')).get(trackFixture.id)?.['play_rate'];
  expect(String(rate).replace('.', '')).toHaveLength(38);
});

test('an instant is written as RFC 3339 has it, before and after 1970', () => {
  for (const ms of [0, epochMs, epochMs + 12_345_678, -1, -86_400_000]) {
    expect(isoInstant(ms)).toBe(new Date(ms).toISOString());
  }
  expect(dayOf(-1)).toBe(-1);
});

test('nobody is real: addresses are of example domains, accounts have no valid check digits', () => {
  const people = rowsOf('audience', 'subscribers');
  expect(people.filter((person) => !/@example\.(com|net|org)$/.test(String(person['email'])))).toEqual([]);
  const accounts = rowsOf('billing', 'payment_methods').filter((method) => method['iban'] !== null);
  expect(accounts.length).toBeGreaterThan(100);
  expect(accounts.filter((method) => !/^[A-Z]{2}00/.test(String(method['iban'])))).toEqual([]);
});
