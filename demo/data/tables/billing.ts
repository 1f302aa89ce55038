/** Rows of the domain billing. */

import { dayMs, dayOf, epochMs, isoDay, isoInstant, yearOf } from '../calendar.ts';
import { type Catalogue, Chooser } from '../catalogue.ts';
import type { SubscriberFacts } from '../facts/audience.ts';
import { invoiceId, invoiceLineId, paymentMethodId, subscriberId } from '../ids.ts';
import { currencies, decimal, localPrice, plans, yearlyPrice } from '../plans.ts';
import { item, type Random, randoms } from '../random.ts';
import { type Bill, bills } from '../sales.ts';
import { type DomainData, table } from '../table.ts';
import { countries, countryAt } from '../world.ts';
import { methodRows } from './payments.ts';

const invoiceRandom = randoms('billing invoice');
const updated = isoInstant(epochMs - 30 * dayMs);

export function billingData(catalogue: Catalogue, subscribers: readonly SubscriberFacts[]): DomainData {
  const all = () => bills(subscribers, catalogue, new Chooser(catalogue));
  return {
    tables: [
      ...priceTables(),
      invoiceTable(subscribers, all),
      lineTable(subscribers, all),
      methodTable(subscribers),
    ],
    derived: [
      {
        name: 'revenue_days',
        sql: `insert into revenue_days (day, country, kind, currency, net_amount, line_count)
       select (invoice.issued_at at time zone 'UTC')::date, invoice.country, line.kind, line.currency,
              sum(line.net_amount), count(*)
         from invoice_lines line join invoices invoice on invoice.id = line.invoice_id
        where invoice.status <> 'VOID'
        group by 1, 2, 3, 4`,
      },
    ],
  };
}

function priceTables() {
  return [
    table(
      'plans',
      [
        'id',
        'name',
        'tier',
        'summary',
        'devices',
        'advertising',
        'launched_on',
        'retired_on',
        'target_margin',
        'updated_at',
      ],
      () =>
        plans.map(({ id, name, tier, summary, devices, advertising, launched, retired, margin }) => ({
          id,
          name,
          tier,
          summary,
          devices,
          advertising,
          launched_on: launched,
          retired_on: retired,
          target_margin: margin,
          updated_at: updated,
        })),
    ),
    table('plan_prices', ['plan_id', 'currency', 'monthly_amount', 'yearly_amount', 'updated_at'], () =>
      plans.flatMap((plan) =>
        currencies.map((currency) => {
          const yearly = yearlyPrice(plan, currency);
          return {
            plan_id: plan.id,
            currency,
            monthly_amount: decimal(localPrice(plan.cents, currency)),
            yearly_amount: yearly === null ? null : decimal(yearly),
            updated_at: updated,
          };
        }),
      ),
    ),
    table('tax_rates', ['country', 'rate'], () =>
      countries.map(({ code, vat }) => ({ country: code, rate: fraction(vat) })),
    ),
  ];
}

/** Hundredths of a percent as a fraction: 1900 is 0.1900. */
function fraction(vat: number): string {
  return `0.${String(vat).padStart(4, '0')}`;
}

function invoiceTable(subscribers: readonly SubscriberFacts[], all: () => Iterable<Bill>) {
  return table(
    'invoices',
    [
      'id',
      'number',
      'subscriber_id',
      'plan_id',
      'country',
      'status',
      'issued_at',
      'due_on',
      'paid_at',
      'currency',
      'net_amount',
      'vat_rate',
      'vat_amount',
      'total_amount',
      'updated_at',
    ],
    function* () {
      let index = 0;
      const numbers = new Map<number, number>();
      for (const bill of all()) {
        const year = yearOf(dayOf(bill.issuedMs));
        const number = (numbers.get(year) ?? 0) + 1;
        numbers.set(year, number);
        yield invoiceRow(item(subscribers, bill.subscriber), bill, {
          index,
          number: `${year}-${String(number).padStart(7, '0')}`,
        });
        index += 1;
      }
    },
  );
}

function invoiceRow(
  subscriber: SubscriberFacts,
  bill: Bill,
  { index, number }: { index: number; number: string },
) {
  const country = countryAt(subscriber.country);
  const random = invoiceRandom(index);
  const total = bill.lines.reduce((sum, line) => sum + line.gross, 0);
  const net = bill.lines.reduce((sum, line) => sum + line.net, 0);
  const { status, paidMs } = settle(random, bill.issuedMs);
  return {
    id: invoiceId(index),
    number,
    subscriber_id: subscriberId(bill.subscriber),
    plan_id: bill.planned ? item(plans, subscriber.plan).id : null,
    country: country.code,
    status,
    issued_at: isoInstant(bill.issuedMs),
    due_on: isoDay(dayOf(bill.issuedMs) + 14),
    paid_at: paidMs === null ? null : isoInstant(paidMs),
    currency: country.currency,
    net_amount: decimal(net),
    vat_rate: fraction(country.vat),
    vat_amount: decimal(total - net),
    total_amount: decimal(total),
    updated_at: isoInstant(paidMs ?? bill.issuedMs),
  };
}

function settle(random: Random, issuedMs: number): { status: string; paidMs: number | null } {
  const draw = random.next();
  const paidMs = issuedMs + Math.floor(random.next() * random.next() * 12 * dayMs);
  if (draw < 0.006) return { status: 'VOID', paidMs: null };
  if (draw < 0.972 && paidMs < epochMs) return { status: draw < 0.016 ? 'REFUNDED' : 'PAID', paidMs };
  return { status: issuedMs + 15 * dayMs > epochMs ? 'OPEN' : 'OVERDUE', paidMs: null };
}

function lineTable(subscribers: readonly SubscriberFacts[], all: () => Iterable<Bill>) {
  return table(
    'invoice_lines',
    [
      'id',
      'invoice_id',
      'position',
      'kind',
      'description',
      'title_id',
      'season_number',
      'quantity',
      'unit_amount',
      'net_amount',
      'currency',
      'issued_at',
    ],
    function* () {
      let index = 0;
      for (const bill of all()) {
        const { currency } = countryAt(item(subscribers, bill.subscriber).country);
        for (const [place, line] of bill.lines.entries()) {
          yield {
            id: invoiceLineId(index, place + 1),
            invoice_id: invoiceId(index),
            position: place + 1,
            kind: line.kind,
            description: line.description,
            title_id: line.title,
            season_number: line.season,
            quantity: 1,
            unit_amount: decimal(line.net),
            net_amount: decimal(line.net),
            currency,
            issued_at: isoInstant(bill.issuedMs),
          };
        }
        index += 1;
      }
    },
  );
}

function methodTable(subscribers: readonly SubscriberFacts[]) {
  return table(
    'payment_methods',
    ['id', 'subscriber_id', 'brand', 'last_four', 'holder', 'iban', 'expires_on', 'preferred', 'added_at'],
    function* () {
      for (const [at, subscriber] of subscribers.entries()) {
        for (const method of methodRows(subscriber, at)) {
          yield { ...method, id: paymentMethodId(at, method.place), subscriber_id: subscriberId(at) };
        }
      }
    },
  );
}
