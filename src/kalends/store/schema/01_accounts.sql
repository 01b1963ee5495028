-- Accounts and their staff. In every table the primary key and all foreign keys start with account_id, so that no row
-- can refer to another account. Wall times are minutes from midnight (a closing time may be past midnight, up to 2880);
-- instants are timestamptz.

-- Installations that hand accounts on to each other must not give two the same id: it is drawn from 2^48.
create function new_account_id() returns bigint language sql volatile as $$
    select 1 + floor(random() * 281474976710656)::bigint
$$;

create table account (
    id bigint not null default new_account_id(),
    slug text not null,
    name text not null,
    time_zone text not null default 'UTC',
    locale text not null default 'en',
    currency text not null default 'EUR',
    country text not null default 'US',
    policy jsonb not null default '{}',
    profile jsonb not null default '{}',
    booking_page jsonb not null default '{}',
    identity_provider jsonb not null default '{}',
    details jsonb not null default '{}',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    closed_at timestamptz,  -- since when nobody may use it: it is moved to another server, or goes
    claims_from timestamptz,  -- claims that ended before were deleted, as they are needed no more; null: all are there
    journal_from timestamptz,  -- the same of journal entries about bookings and customers
    journal_pruned_xid xid8,  -- the last transaction of which there were such entries
    pruned_at timestamptz,  -- when it was last looked for what goes
    constraint account_pkey primary key (id),
    constraint account_slug_key unique (slug),
    constraint account_slug_check check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$')
);
create index account_closed_idx on account (id) where closed_at is not null;

create table staff_user (
    account_id bigint not null,
    id bigint generated always as identity,
    name text not null,
    email text not null,
    role text not null,
    site_ids bigint[],
    disabled_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    notices jsonb,  -- what they are told of bookings by mail; null: what their role is told
    calendar jsonb,  -- how they look at the calendar of a site, engine/accounts/calendar_look.py; null: as it is at first
    revision integer not null default 0,
    constraint staff_user_pkey primary key (account_id, id),
    constraint staff_user_account_fkey foreign key (account_id) references account (id),
    constraint staff_user_role_check check (role in ('owner', 'manager', 'staff', 'readonly', 'practitioner'))
);
create unique index staff_user_email_key on staff_user (account_id, lower(email));

-- Secrets that were drawn at installation and never change: another secret would change all opaque ids.
create table installation (
    id smallint not null default 1,
    opaque_id_secret bytea not null,
    constraint installation_pkey primary key (id),
    constraint installation_id_check check (id = 1)
);
insert into installation (opaque_id_secret)
values (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));

-- Responses to requests with an idempotency key, committed with the effect of the request and kept for a day. A row
-- without a status belongs to a running transaction. `caller` is the principal, who alone gets the response again.
create table idempotent_request (
    account_id bigint not null,
    door text not null,
    caller text not null,
    key text not null,
    digest bytea not null,
    status integer,
    headers text[] not null default '{}',  -- names and values in turn
    media_type text not null default '',
    body bytea not null default '',
    created_at timestamptz not null,
    constraint idempotent_request_pkey primary key (account_id, door, caller, key),
    constraint idempotent_request_account_fkey foreign key (account_id) references account (id)
);
create index idempotent_request_created_idx on idempotent_request (created_at);

-- Reserves a key until the transaction ends: one row with `reserved`, which the caller completes. If there is an answer
-- younger than `p_before`, that row is returned instead; no row if one was deleted just now. Waits up to `p_wait` for a
-- transaction that has reserved the key, then fails as a lock that is not available.
create function claim_request_v1(
    p_account bigint, p_door text, p_caller text, p_key text, p_digest bytea, p_now timestamptz, p_before timestamptz,
    p_wait text
) returns table (reserved boolean, digest bytea, status integer, headers text[], media_type text, body bytea)
language plpgsql as $$
#variable_conflict use_column
declare
    v_usual text := current_setting('lock_timeout');
    v_reserved boolean;
begin
    perform set_config('lock_timeout', p_wait, true);
    insert into idempotent_request as r (account_id, door, caller, key, digest, created_at)
    values (p_account, p_door, p_caller, p_key, p_digest, p_now)
    on conflict (account_id, door, caller, key) do update
        set digest = excluded.digest, status = null, created_at = excluded.created_at where r.created_at < p_before
    returning true into v_reserved;
    perform set_config('lock_timeout', v_usual, true);
    if v_reserved then
        return query select true, p_digest, null::integer, null::text[], null::text, null::bytea;
    else
        return query
            select false, r.digest, r.status, r.headers, r.media_type, r.body from idempotent_request r
            where r.account_id = p_account and r.door = p_door and r.caller = p_caller and r.key = p_key;
    end if;
end $$;

create unlogged table request_count (
    subject text not null,
    window_start timestamptz not null,
    hits integer not null,
    constraint request_count_pkey primary key (subject, window_start)
);
