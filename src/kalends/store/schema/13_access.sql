-- Access tokens (keys, login sessions of staff users and customers, links for guests), and the passwords of staff users
-- and customers.

-- The login of a staff user or of a customer; the same login may be used by one of each.
create table credential (
    account_id bigint not null,
    id bigint generated always as identity,
    user_id bigint,
    customer_id bigint,
    login text not null,
    password_hash text not null,
    hourly_secret text,  -- as good as the password; only of programs that send a password which changes every hour
    changed_at timestamptz not null,
    constraint credential_pkey primary key (account_id, id),
    constraint credential_user_key unique (account_id, user_id),
    constraint credential_customer_key unique (account_id, customer_id),
    constraint credential_user_fkey foreign key (account_id, user_id) references staff_user (account_id, id),
    constraint credential_customer_fkey foreign key (account_id, customer_id) references customer (account_id, id),
    constraint credential_owner_check check (num_nonnulls(user_id, customer_id) = 1)
);
create unique index credential_login_key on credential (account_id, (user_id is not null), lower(login));
create index credential_hourly_idx on credential (lower(login)) where hourly_secret is not null;

-- Passkeys of staff users (Web Authentication).
create table passkey (
    account_id bigint not null,
    id bigint generated always as identity,
    user_id bigint not null,
    credential_id bytea not null,
    public_key bytea not null,
    sign_count bigint not null,
    name text not null,
    created_at timestamptz not null,
    used_at timestamptz,
    constraint passkey_pkey primary key (account_id, id),
    constraint passkey_user_fkey foreign key (account_id, user_id) references staff_user (account_id, id),
    constraint passkey_credential_key unique (account_id, credential_id)
);
-- Without account_id, as one is looked up before its account is known.
create index passkey_credential_idx on passkey (credential_id);
create index passkey_user_idx on passkey (account_id, user_id);

-- An installation of an app on a device. It has one valid token at a time; `name` is the id that it gave itself.
create table device (
    account_id bigint not null,
    id bigint generated always as identity,
    door text not null,
    name text not null,
    details jsonb not null default '{}',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint device_pkey primary key (account_id, id),
    constraint device_account_fkey foreign key (account_id) references account (id),
    constraint device_name_key unique (account_id, door, name)
);

create table access_token (
    account_id bigint not null,
    id bigint generated always as identity,
    kind text not null,
    door text not null,
    name text not null default '',
    digest bytea not null,
    scopes text[] not null,
    site_ids bigint[],
    user_id bigint,
    customer_id bigint,
    item_id bigint,
    booking_id bigint,
    device_id bigint,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    made_by_id bigint,  -- the key that made this one; it is valid only while that one is, and never allowed more
    origins text[],  -- of a publishable key, and of links that it gave out: the pages from which they may be used
    given_away jsonb not null default '{}',  -- ids of items of the booking that somebody else has now, and since when
    revision integer not null default 0,
    constraint access_token_pkey primary key (account_id, id),
    constraint access_token_account_fkey foreign key (account_id) references account (id),
    constraint access_token_user_fkey foreign key (account_id, user_id) references staff_user (account_id, id),
    constraint access_token_customer_fkey foreign key (account_id, customer_id) references customer (account_id, id),
    constraint access_token_item_fkey foreign key (account_id, item_id) references item (account_id, id),
    constraint access_token_booking_fkey foreign key (account_id, booking_id) references booking (account_id, id),
    constraint access_token_device_fkey foreign key (account_id, device_id) references device (account_id, id),
    constraint access_token_made_by_fkey foreign key (account_id, made_by_id) references access_token (account_id, id),
    constraint access_token_made_by_check check (
        made_by_id is null or (kind = 'key' and not 'administer' = any (scopes))),
    constraint access_token_origins_check check (
        origins is null or (kind in ('key', 'guest') and scopes <@ '{read,book}')),
    constraint access_token_kind_check check (kind in ('key', 'user', 'customer', 'guest')),
    constraint access_token_owner_check check (
        (kind = 'user') = (user_id is not null) and (kind = 'customer') = (customer_id is not null)
        and case kind when 'guest' then num_nonnulls(item_id, booking_id, device_id) = 1
            when 'customer' then num_nonnulls(item_id, booking_id) = 0
            else num_nonnulls(item_id, booking_id, device_id) = 0 end),
    constraint access_token_digest_check check (octet_length(digest) = 32)
);
-- Without account_id, as a token is looked up before its account is known.
create index access_token_digest_idx on access_token (digest);
-- A visitor brings the secret of a link along: of two requests with the same one, the first alone gets a link.
create unique index access_token_link_key on access_token (account_id, digest) where kind = 'guest';
-- Without account_id, as a browser asks whether an origin may call before it shows a key.
create index access_token_origins_idx on access_token using gin (origins) with (fastupdate = off) where origins is not null;
create index access_token_user_idx on access_token (account_id, user_id) where user_id is not null;
create index access_token_device_idx on access_token (account_id, device_id) where device_id is not null;
create index access_token_customer_idx on access_token (account_id, customer_id) where customer_id is not null;
create index access_token_booking_idx on access_token (account_id, booking_id) where booking_id is not null;
create index access_token_item_idx on access_token (account_id, item_id) where item_id is not null;
create index access_token_made_by_idx on access_token (account_id, made_by_id) where made_by_id is not null;
