create table webhook (
    account_id bigint not null,
    id bigint generated always as identity,
    door text not null,
    url text not null,
    events text[] not null,
    secret text not null,
    description text not null default '',
    active boolean not null default true,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint webhook_pkey primary key (account_id, id),
    constraint webhook_account_fkey foreign key (account_id) references account (id)
);

create table outbox (
    account_id bigint not null,
    id bigint generated always as identity,
    item_id bigint not null,
    customer_id bigint,
    audience text not null,
    channel text not null,
    template text not null,
    locale text not null,
    data jsonb not null,
    created_at timestamptz not null,
    sent_at timestamptz,
    constraint outbox_pkey primary key (account_id, id),
    constraint outbox_item_fkey foreign key (account_id, item_id) references item (account_id, id),
    constraint outbox_customer_fkey foreign key (account_id, customer_id) references customer (account_id, id),
    constraint outbox_audience_check check (audience in ('customer', 'staff')),
    constraint outbox_channel_check check (channel in ('email', 'sms'))
);
create index outbox_unsent_idx on outbox (account_id, id) where sent_at is null;
