-- Accounts and their keys. In every table the key starts with account_id, and so does every foreign key: no row can
-- point into another account. Wall time is minutes from midnight (closing may pass midnight, up to 2880); instants are
-- timestamptz.

create table account (
    id bigint generated always as identity,
    slug text not null,
    name text not null,
    time_zone text not null default 'UTC',
    locale text not null default 'en',
    currency text not null default 'EUR',
    country text not null default 'US',
    policy jsonb not null default '{}',
    profile jsonb not null default '{}',
    details jsonb not null default '{}',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint account_pkey primary key (id),
    constraint account_slug_key unique (slug),
    constraint account_slug_check check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$')
);

create table key (
    account_id bigint not null,
    id bigint generated always as identity,
    door text not null,
    name text not null default '',
    digest bytea not null,
    site_ids bigint[],
    created_at timestamptz not null,
    revoked_at timestamptz,
    constraint key_pkey primary key (account_id, id),
    constraint key_account_fkey foreign key (account_id) references account (id),
    constraint key_digest_key unique (digest),
    constraint key_digest_check check (octet_length(digest) = 32)
);

create unlogged table request_count (
    subject text not null,
    window_start timestamptz not null,
    hits integer not null,
    constraint request_count_pkey primary key (subject, window_start)
);
