-- Plans and their prices, invoices and their lines, means of payment, tax rates and revenue.
-- Identifiers and codes compare by byte (collate "C"): the order of pages is the same on every server and locale.

create domain currency_code as text collate "C" check (value ~ '^[A-Z]{3}$');

create table plans (
  id            text collate "C" primary key check (id ~ '^pln_[a-z_]+$'),
  name          text not null,
  tier          text collate "C" not null check (tier in ('FREE', 'BASIC', 'STANDARD', 'PREMIUM')),
  summary       text not null,
  devices       integer not null check (devices > 0),
  advertising   boolean not null,
  launched_on   date not null,
  retired_on    date check (retired_on > launched_on),
  target_margin numeric(5, 4) check (target_margin between 0 and 1),
  updated_at    timestamptz not null
);

create table plan_prices (
  plan_id        text collate "C" not null references plans,
  currency       currency_code not null,
  monthly_amount numeric(12, 2) not null check (monthly_amount >= 0),
  yearly_amount  numeric(12, 2) check (yearly_amount >= 0),
  updated_at     timestamptz not null,
  primary key (plan_id, currency)
);

create table tax_rates (
  country text collate "C" primary key check (country ~ '^[A-Z]{2}$'),
  rate    numeric(5, 4) not null check (rate between 0 and 1)
);

create table invoices (
  id            text collate "C" primary key check (id ~ '^inv_[0-9]{9}$'),
  number        text collate "C" not null unique,
  subscriber_id text collate "C" not null,
  plan_id       text collate "C" references plans,
  country       text collate "C" not null check (country ~ '^[A-Z]{2}$'),
  status        text collate "C" not null check (status in ('OPEN', 'PAID', 'OVERDUE', 'REFUNDED', 'VOID')),
  issued_at     timestamptz not null,
  due_on        date not null,
  paid_at       timestamptz check (paid_at >= issued_at),
  currency      currency_code not null,
  net_amount    numeric(14, 2) not null,
  vat_rate      numeric(5, 4) not null check (vat_rate between 0 and 1),
  vat_amount    numeric(14, 2) not null,
  total_amount  numeric(14, 2) not null,
  updated_at    timestamptz not null,
  constraint invoices_add_up check (net_amount + vat_amount = total_amount),
  constraint invoices_paid_has_instant check ((status in ('PAID', 'REFUNDED')) = (paid_at is not null))
);
create index invoices_by_subscriber on invoices (subscriber_id, id);
create index invoices_by_issue on invoices (issued_at, id);
create index invoices_by_status on invoices (status, id);
create index invoices_by_plan on invoices (plan_id, id);
create index invoices_by_update on invoices (updated_at, id);

create table invoice_lines (
  id            text collate "C" primary key check (id ~ '^lin_[0-9]{9}_[0-9]+$'),
  invoice_id    text collate "C" not null references invoices,
  position      integer not null check (position > 0),
  kind          text collate "C" not null check (kind in ('SUBSCRIPTION', 'RENTAL', 'PURCHASE', 'CREDIT')),
  description   text not null,
  title_id      text collate "C",
  season_number integer check (season_number > 0),
  quantity      integer not null check (quantity > 0),
  unit_amount   numeric(14, 2) not null,
  net_amount    numeric(14, 2) not null,
  currency      currency_code not null,
  issued_at     timestamptz not null,
  constraint invoice_lines_place_is_unique unique (invoice_id, position),
  constraint invoice_lines_add_up check (net_amount = quantity * unit_amount),
  constraint invoice_lines_only_credits_are_negative check ((kind = 'CREDIT') = (net_amount < 0)),
  constraint invoice_lines_sale_has_title check ((kind in ('RENTAL', 'PURCHASE')) = (title_id is not null)),
  constraint invoice_lines_season_is_bought check (season_number is null or kind = 'PURCHASE')
);
create index invoice_lines_by_invoice on invoice_lines (invoice_id, id);
create index invoice_lines_by_title on invoice_lines (title_id, id) include (currency, net_amount) where title_id is not null;
create index invoice_lines_by_issue on invoice_lines (issued_at, id);

create table payment_methods (
  id            text collate "C" primary key check (id ~ '^pay_[0-9]{7}_[0-9]$'),
  subscriber_id text collate "C" not null,
  brand         text collate "C" not null check (brand in ('AMEX', 'MASTERCARD', 'SEPA_DEBIT', 'VISA', 'WALLET')),
  last_four     text collate "C" check (last_four ~ '^[0-9]{4}$'),
  holder        text not null,
  iban          text collate "C" check (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$'),
  expires_on    date,
  preferred     boolean not null,
  added_at      timestamptz not null,
  constraint payment_methods_card_has_digits check ((brand in ('AMEX', 'MASTERCARD', 'VISA')) = (last_four is not null)),
  constraint payment_methods_debit_has_account check ((brand = 'SEPA_DEBIT') = (iban is not null))
);
create index payment_methods_by_subscriber on payment_methods (subscriber_id, id);
create unique index payment_methods_one_is_preferred on payment_methods (subscriber_id) where preferred;

-- Filled from invoice_lines every night; `insert … select` of one day is idempotent after deleting that day.
create table revenue_days (
  day        date not null,
  country    text collate "C" not null check (country ~ '^[A-Z]{2}$'),
  kind       text collate "C" not null check (kind in ('SUBSCRIPTION', 'RENTAL', 'PURCHASE', 'CREDIT')),
  currency   currency_code not null,
  net_amount numeric(16, 2) not null,
  line_count bigint not null check (line_count > 0),
  primary key (day, country, kind, currency)
);
