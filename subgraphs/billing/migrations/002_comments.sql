-- What the tables and columns mean, for those who work in the database: the descriptions of schema.graphql,
-- with the classification in brackets.

comment on table plans is 'What can be subscribed to.';
comment on column plans.id is 'Identifier of the plan. [public]';
comment on column plans.name is 'Name of the plan as sold. [public]';
comment on column plans.tier is 'Level of the plan. [public]';
comment on column plans.summary is 'What it offers, in a sentence. [public]';
comment on column plans.devices is 'Devices on which it plays at the same time. [public]';
comment on column plans.advertising is 'Whether it carries advertising. [public]';
comment on column plans.launched_on is 'First day on which it was sold. [public]';
comment on column plans.retired_on is 'Last day on which it was sold, null while it is. [public]';
comment on column plans.target_margin is 'Margin after licences and delivery that the plan was calculated with, as a fraction; null for the free plan. [confidential]';
comment on column plans.updated_at is 'Last change of this row. [internal]';

comment on table plan_prices is 'Price of a plan in one currency. A price has no identifier of its own: plan and currency name it.';
comment on column plan_prices.plan_id is 'Identifier of the plan. [public]';
comment on column plan_prices.currency is 'Currency (ISO 4217). [public]';
comment on column plan_prices.monthly_amount is 'Price for a month, tax included. [public]';
comment on column plan_prices.yearly_amount is 'Price for a year paid at once, tax included; null where it is not offered. [public]';
comment on column plan_prices.updated_at is 'Last change of this row. [internal]';

comment on table tax_rates is 'Rates of value added tax by country.';
comment on column tax_rates.country is 'Country (ISO 3166-1 alpha-2). [public]';
comment on column tax_rates.rate is 'Rate as a fraction (0.19 is 19 %). [public]';

comment on table invoices is 'A bill for one subscriber: net + VAT = total, exactly.';
comment on column invoices.id is 'Identifier of the invoice. [financial]';
comment on column invoices.number is 'Number as printed, without gaps within a year. [financial]';
comment on column invoices.subscriber_id is 'Identifier of the subscriber. [financial]';
comment on column invoices.plan_id is 'Identifier of the plan at the time, null if the invoice is for rentals alone. [financial]';
comment on column invoices.country is 'Country that taxes it (ISO 3166-1 alpha-2). [financial]';
comment on column invoices.status is 'Where it stands. [financial]';
comment on column invoices.issued_at is 'When it was issued. [financial]';
comment on column invoices.due_on is 'Last day to pay. [financial]';
comment on column invoices.paid_at is 'When it was paid, null while it is not. [financial]';
comment on column invoices.currency is 'Currency of all amounts (ISO 4217). [financial]';
comment on column invoices.net_amount is 'Amount before tax. [financial]';
comment on column invoices.vat_rate is 'Rate of the value added tax as a fraction (0.19 is 19 %). [financial]';
comment on column invoices.vat_amount is 'Value added tax. [financial]';
comment on column invoices.total_amount is 'Amount to pay. [financial]';
comment on column invoices.updated_at is 'Last change of this row. [financial]';

comment on table invoice_lines is 'One line of an invoice.';
comment on column invoice_lines.id is 'Identifier of the line. [financial]';
comment on column invoice_lines.invoice_id is 'Identifier of the invoice. [financial]';
comment on column invoice_lines.position is 'Place on the invoice, from 1. [financial]';
comment on column invoice_lines.kind is 'What it is for. [financial]';
comment on column invoice_lines.description is 'Text as printed. [financial]';
comment on column invoice_lines.title_id is 'Identifier of the title rented or bought, null for other lines. [financial]';
comment on column invoice_lines.season_number is 'Number of the season bought, null unless the line is for one. [financial]';
comment on column invoice_lines.quantity is 'How many. [financial]';
comment on column invoice_lines.unit_amount is 'Amount of one before tax. [financial]';
comment on column invoice_lines.net_amount is 'Amount of the line before tax: quantity times unit amount; negative for a credit. [financial]';
comment on column invoice_lines.currency is 'Currency (ISO 4217). [financial]';
comment on column invoice_lines.issued_at is 'When the invoice was issued. [financial]';

comment on table payment_methods is 'A means of payment that a subscriber has stored. Full card numbers are with the payment provider, never here.';
comment on column payment_methods.id is 'Identifier of the means of payment. [financial]';
comment on column payment_methods.subscriber_id is 'Identifier of the subscriber. [financial]';
comment on column payment_methods.brand is 'Kind or brand. [financial]';
comment on column payment_methods.last_four is 'Last four digits of the card, null unless a card. [financial, pii]';
comment on column payment_methods.holder is 'Name of the holder. [financial, pii]';
comment on column payment_methods.iban is 'Bank account (ISO 13616), null unless a direct debit. [financial, pii]';
comment on column payment_methods.expires_on is 'Last day on which it can be used, null if it does not expire. [financial]';
comment on column payment_methods.preferred is 'Whether invoices are charged to it. [financial]';
comment on column payment_methods.added_at is 'When it was stored. [financial]';

comment on table revenue_days is 'Revenue before tax of one day, country, kind of line and currency, void invoices left out. Computed from the invoice lines every night.';
comment on column revenue_days.day is 'Day of issue in UTC. [financial]';
comment on column revenue_days.country is 'Country that taxes it (ISO 3166-1 alpha-2). [financial]';
comment on column revenue_days.kind is 'What was sold. [financial]';
comment on column revenue_days.currency is 'Currency (ISO 4217). [financial]';
comment on column revenue_days.net_amount is 'Revenue before tax. [financial]';
comment on column revenue_days.line_count is 'Number of invoice lines. [financial]';
