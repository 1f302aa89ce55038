/** What billing serves that is no column: amounts as money, the revenue of a title, the tax of a subscriber. */
import { batched, defineResolvers } from '@portcullis/kit';

interface Money {
  readonly amount: unknown;
  readonly currency: unknown;
}

function money(amount: unknown, currency: unknown): Money | null {
  return amount === null ? null : { amount, currency };
}

const taxRates = batched<string>('tax rates', async ({ session }, countries) => {
  const rows = await session.run({
    sql: 'select country, rate from tax_rates where country = any(cast($1 as text[]))',
    parameters: [[...countries]],
  });
  return new Map(rows.map((row) => [String(row['country']), String(row['rate'])]));
});

/** Lines of void invoices count for nothing, as in `revenue`. */
const revenues = batched<Money[]>('revenue of titles', async ({ session }, titles) => {
  const rows = await session.run({
    sql: `select line.title_id as title, line.currency, sum(line.net_amount) as amount
            from invoice_lines line join invoices invoice on invoice.id = line.invoice_id
           where line.title_id = any(cast($1 as text[])) and invoice.status <> 'VOID'
           group by line.title_id, line.currency order by line.title_id, line.currency`,
    parameters: [[...titles]],
  });
  const byTitle = new Map<string, Money[]>();
  for (const { title, amount, currency } of rows) {
    const amounts = byTitle.get(String(title)) ?? [];
    amounts.push({ amount, currency });
    byTitle.set(String(title), amounts);
  }
  return byTitle;
});

export const resolvers = defineResolvers({
  Title: {
    revenue: async ({ id }, _, context) => (await revenues(context, String(id))) ?? [],
  },
  Subscriber: {
    // `country` comes from audience with the representation (@requires).
    taxRate: async ({ country }, _, context) =>
      typeof country === 'string' ? ((await taxRates(context, country)) ?? null) : null,
  },
  PlanPrice: {
    monthly: ({ monthlyAmount, currency }) => money(monthlyAmount, currency),
    yearly: ({ yearlyAmount, currency }) => money(yearlyAmount, currency),
  },
  Invoice: {
    total: ({ totalAmount, currency }) => money(totalAmount, currency),
  },
});
