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

-- What is searched: words in lower case without accents, the first one after a space, too. Case goes last, so that it does
-- also where the database's locale knows that of ASCII letters only.
create function folded(p_text text) returns text language sql immutable parallel safe as $$
    select lower(translate(replace(replace(regexp_replace(
        normalize(p_text, nfkd), '[\u0300-\u036f]', '', 'g'), 'ß', 'ss'), 'æ', 'ae'), 'ÆØøŁłĐđı', 'AOoLlDdi'))
$$;
-- It names `folded` for good, whatever the search path: a generated column is computed while a backup is restored, too.
create function search_text(variadic p_values text[]) returns text language sql immutable parallel safe
    return ' ' || btrim(regexp_replace(folded(array_to_string(p_values, ' ')), '\s+', ' ', 'g'));

-- The parts of words by which a text is found: the first letter and the first two of each, and any three in a row. They
-- are hashed together with the account, so that an index has those of each account apart.
create function search_terms(p_account bigint, p_text text) returns bigint[]
language sql immutable parallel safe cost 10000 as $$
    select array(
        select distinct hashtextextended(term, p_account)
        from regexp_split_to_table(p_text, ' ') word cross join lateral (
            select ' ' || left(word, 1) where word <> ''
            union all select ' ' || left(word, 2) where length(word) > 1
            union all select substr(word, start, 3) from generate_series(1, length(word) - 2) start) part (term))
$$;

-- The terms that a text must have, and the patterns that it must be like, to have all words of a search: those of one or
-- two letters as the beginning of a word, longer ones anywhere.
create function sought_terms(p_account bigint, p_search text) returns bigint[] language sql immutable as $$
    select array(
        select distinct hashtextextended(term, p_account)
        from regexp_split_to_table(folded(p_search), '\s+') word cross join lateral (
            select ' ' || word where length(word) between 1 and 2
            union all select substr(word, start, 3) from generate_series(1, length(word) - 2) start) part (term))
$$;
create function sought_patterns(p_search text) returns text[] language sql immutable as $$
    select array(
        select case when length(word) < 3 then '% ' else '%' end || regexp_replace(word, '([\\%_])', '\\\1', 'g') || '%'
        from regexp_split_to_table(folded(p_search), '\s+') word where word <> '')
$$;

create table customer_group (
    account_id bigint not null,
    id bigint generated by default as identity,
    title text not null,
    revision integer not null default 0,
    constraint customer_group_pkey primary key (account_id, id),
    constraint customer_group_account_fkey foreign key (account_id) references account (id),
    constraint customer_group_title_key unique (account_id, title)
);

create table customer (
    account_id bigint not null,
    id bigint generated by default as identity,
    first_name text not null default '',
    last_name text not null default '',
    company text not null default '',
    email text,
    phone text,  -- as given
    phone_e164 text,  -- as it is dialled, if it can be
    phone_key text,  -- as it is compared: E.164 with the extension, else the digits as given
    national_id text,
    date_of_birth date,
    gender text,
    street text not null default '',
    postcode text not null default '',
    city text not null default '',
    state text not null default '',
    country text not null default '',
    locale text,
    notes text not null default '',
    external_id text,
    parent_id bigint,
    sole boolean not null default false,  -- no other sole customer may share its email or phone
    blocked_at timestamptz,
    deleted_at timestamptz,
    erased_at timestamptz,  -- since when nothing is known of the person
    merged_into_id bigint,
    group_id bigint,
    custom jsonb,
    details jsonb not null default '{}',
    revision integer not null default 0,
    created_at timestamptz not null,
    created_by text not null,
    updated_at timestamptz not null,
    updated_by text not null,
    number text not null default '',  -- this and the two after it stand on the customer's invoices
    vat_id text not null default '',
    reference text not null default '',
    preferred_first_name text not null default '',
    search_text text generated always as (search_text(
        first_name, last_name, preferred_first_name, company, email, phone, phone_e164,
        regexp_replace(phone, '\D', '', 'g'), national_id, regexp_replace(national_id, '\D', '', 'g'), number,
        external_id)) stored,
    constraint customer_pkey primary key (account_id, id),
    constraint customer_erased_check check (erased_at is null or deleted_at is not null),
    constraint customer_account_fkey foreign key (account_id) references account (id),
    constraint customer_parent_fkey foreign key (account_id, parent_id) references customer (account_id, id),
    constraint customer_merged_into_fkey foreign key (account_id, merged_into_id) references customer (account_id, id),
    constraint customer_group_fkey foreign key (account_id, group_id) references customer_group (account_id, id)
);
create unique index customer_email_key on customer (account_id, lower(email)) where sole and deleted_at is null;
create unique index customer_phone_key on customer (account_id, phone_key) where sole and deleted_at is null;
create unique index customer_national_id_key on customer (account_id, national_id) where deleted_at is null;
create index customer_email_idx on customer (account_id, lower(email));
create index customer_phone_idx on customer (account_id, phone_e164);
create index customer_phone_key_idx on customer (account_id, phone_key);
create index customer_external_id_idx on customer (account_id, external_id) where external_id is not null;
-- Without a list of what is still to be put in: autovacuum would empty it within a transaction that changes something,
-- for a second and more, and the change feed waits for all of these (see store/changes.py).
create index customer_search_idx on customer using gin (search_terms(account_id, search_text)) with (fastupdate = off);
create index customer_updated_idx on customer (account_id, updated_at);
create index customer_parent_idx on customer (account_id, parent_id) where parent_id is not null;
create index customer_merged_into_idx on customer (account_id, merged_into_id) where merged_into_id is not null;

-- What a customer is treated or served for over several bookings: items can be part of a case.
create table customer_case (
    account_id bigint not null,
    id bigint generated by default as identity,
    customer_id bigint not null,
    name text not null,
    notes text not null default '',
    closed boolean not null default false,
    issued_on date,
    expires_on date,
    archived_at timestamptz,
    details jsonb not null default '{}',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint customer_case_pkey primary key (account_id, id),
    constraint customer_case_customer_fkey foreign key (account_id, customer_id) references customer (account_id, id)
);
create index customer_case_customer_idx on customer_case (account_id, customer_id);

create table holiday_calendar (
    account_id bigint not null,
    id bigint generated always as identity,
    name text not null,
    country text,
    subdivision text,
    constraint holiday_calendar_pkey primary key (account_id, id),
    constraint holiday_calendar_account_fkey foreign key (account_id) references account (id),
    constraint holiday_calendar_name_key unique (account_id, name)
);

create table holiday (
    account_id bigint not null,
    calendar_id bigint not null,
    day date not null,
    title text not null default '',
    constraint holiday_pkey primary key (account_id, calendar_id, day),
    constraint holiday_calendar_fkey foreign key (account_id, calendar_id)
        references holiday_calendar (account_id, id) on delete cascade
);

create table site (
    account_id bigint not null,
    id bigint generated always as identity,
    name text not null,
    time_zone text not null,
    holiday_calendar_id bigint,
    street text not null default '',
    postcode text not null default '',
    city text not null default '',
    country text not null default '',
    phone text not null default '',
    email text not null default '',
    latitude double precision,  -- in degrees, north and east are positive
    longitude double precision,
    archived_at timestamptz,  -- hidden since then, and nothing new is booked there
    public boolean not null default true,  -- shown where customers book for themselves; so below
    details jsonb not null default '{}',
    revision integer not null default 0,  -- the number of its last journal entry; so below
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint site_pkey primary key (account_id, id),
    constraint site_account_fkey foreign key (account_id) references account (id),
    constraint site_name_key unique (account_id, name),
    constraint site_position_check check (latitude between -90 and 90 and longitude between -180 and 180),
    constraint site_holiday_calendar_fkey foreign key (account_id, holiday_calendar_id)
        references holiday_calendar (account_id, id)
);

create table category (
    account_id bigint not null,
    id bigint generated by default as identity,
    title text not null,
    revision integer not null default 0,
    constraint category_pkey primary key (account_id, id),
    constraint category_account_fkey foreign key (account_id) references account (id),
    constraint category_title_key unique (account_id, title)
);

create table resource (
    account_id bigint not null,
    id bigint generated by default as identity,
    site_id bigint not null,
    parent_id bigint,
    path bigint[] not null,  -- ids from the root of the tree down to this resource
    root_id bigint not null generated always as (path[1]) stored,
    kind text not null default 'person',
    title text not null,
    notes text not null default '',
    capacity integer not null default 1,
    always_open boolean not null default true,
    position integer not null default 0,
    category_id bigint,
    image text not null default '',
    external_id text,
    active boolean not null default true,
    details jsonb not null default '{}',
    valid_from date,  -- closed before, and from `valid_until` on
    valid_until date,
    user_id bigint,  -- the staff user who this person is
    public boolean not null default true,
    revision integer not null default 0,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint resource_pkey primary key (account_id, id),
    constraint resource_site_fkey foreign key (account_id, site_id) references site (account_id, id),
    constraint resource_parent_fkey foreign key (account_id, parent_id) references resource (account_id, id),
    constraint resource_root_fkey foreign key (account_id, root_id) references resource (account_id, id),
    constraint resource_user_fkey foreign key (account_id, user_id) references staff_user (account_id, id),
    constraint resource_category_fkey foreign key (account_id, category_id) references category (account_id, id),
    constraint resource_path_check check (path[cardinality(path)] = id),
    constraint resource_parent_check check (parent_id is not distinct from path[cardinality(path) - 1]),
    constraint resource_valid_check check (valid_from < valid_until),
    constraint resource_kind_check check (kind in ('person', 'space', 'equipment', 'inventory')),
    constraint resource_capacity_check check (capacity between 0 and 100000)
);
create index resource_tree_idx on resource (account_id, root_id);

-- Fields that an account defines for its resources and for bookings of them, for its services and for seats in their
-- sessions, or as questions that are asked of who books.
create table custom_field (
    account_id bigint not null,
    id bigint generated by default as identity,
    subject text not null default 'resource',
    title text not null,
    description text not null default '',
    kind text not null default 'text',
    options text[] not null default '{}',
    position integer not null default 0,
    active boolean not null default true,
    revision integer not null default 0,
    updated_at timestamptz,
    required boolean not null default false,  -- this and what follows, of questions
    service_ids bigint[],  -- the services that ask it; null means all
    asked_if_id bigint,
    asked_if_value text not null default '',
    constraint custom_field_pkey primary key (account_id, id),
    constraint custom_field_account_fkey foreign key (account_id) references account (id),
    constraint custom_field_asked_if_fkey foreign key (account_id, asked_if_id)
        references custom_field (account_id, id),
    constraint custom_field_title_key unique (account_id, subject, title),
    constraint custom_field_subject_check check (subject in ('resource', 'service', 'booking')),
    constraint custom_field_kind_check check (kind in ('text', 'numeric', 'select', 'checkbox'))
);

create table custom_field_value (
    account_id bigint not null,
    field_id bigint not null,
    resource_id bigint not null,
    value text not null,
    constraint custom_field_value_pkey primary key (account_id, resource_id, field_id),
    constraint custom_field_value_field_fkey foreign key (account_id, field_id)
        references custom_field (account_id, id) on delete cascade,
    constraint custom_field_value_resource_fkey foreign key (account_id, resource_id)
        references resource (account_id, id)
);

-- The resources with which an inventory may be booked; an inventory without a row here goes with all.
create table inventory_resource (
    account_id bigint not null,
    inventory_id bigint not null,
    resource_id bigint not null,
    constraint inventory_resource_pkey primary key (account_id, inventory_id, resource_id),
    constraint inventory_resource_inventory_fkey foreign key (account_id, inventory_id)
        references resource (account_id, id),
    constraint inventory_resource_resource_fkey foreign key (account_id, resource_id)
        references resource (account_id, id)
);

create table service (
    account_id bigint not null,
    id bigint generated by default as identity,
    kind text not null default 'appointment',
    title text not null,
    description text not null default '',
    duration integer not null default 60,  -- minutes, as all of the service's times
    step integer not null default 60,
    buffer_before integer not null default 0,
    buffer_after integer not null default 0,
    notice integer,
    horizon integer,
    most_units integer not null default 1,
    session_capacity integer,  -- of its sessions; null means that of their resource
    own_hours boolean,
    served_by_all boolean not null default true,
    price numeric(14, 4),
    tax_rate numeric(6, 3),
    image text not null default '',
    archived_at timestamptz,  -- hidden since then, and not for new bookings
    public boolean not null default true,
    position integer not null default 0,
    details jsonb not null default '{}',
    texts jsonb not null default '{}',  -- title and description in other languages
    also_needs text[] not null default '{}',  -- kinds of resources that a booking needs besides the main one
    valid_from timestamptz,  -- not offered to the public at times before, nor from `valid_until` on
    valid_until timestamptz,
    revision integer not null default 0,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint service_valid_check check (valid_from < valid_until),
    constraint service_pkey primary key (account_id, id),
    constraint service_account_fkey foreign key (account_id) references account (id),
    constraint service_also_needs_check check (also_needs <@ array['person', 'space', 'equipment', 'inventory']),
    constraint service_kind_check check (kind in ('appointment', 'attendance', 'product', 'gift_card')),
    constraint service_times_check check (
        duration between 1 and 527040 and step between 1 and 527040 and buffer_before between 0 and 527040
        and buffer_after between 0 and 527040 and notice >= 0 and horizon >= 0),
    constraint service_most_units_check check (most_units between 1 and 100000),
    constraint service_session_capacity_check check (session_capacity between 1 and 100000)
);

-- As custom_field_value, of services.
create table service_field_value (
    account_id bigint not null,
    field_id bigint not null,
    service_id bigint not null,
    value text not null,
    constraint service_field_value_pkey primary key (account_id, service_id, field_id),
    constraint service_field_value_field_fkey foreign key (account_id, field_id)
        references custom_field (account_id, id) on delete cascade,
    constraint service_field_value_service_fkey foreign key (account_id, service_id)
        references service (account_id, id)
);
create index service_field_value_idx on service_field_value (account_id, field_id, value);

create table service_resource (
    account_id bigint not null,
    service_id bigint not null,
    resource_id bigint not null,
    duration integer,  -- here and below: null means the value of the service
    step integer,
    buffer_before integer,
    buffer_after integer,
    price numeric(14, 4),
    resource_units integer,  -- units of the resource that one unit of the service takes; null means one
    id bigint generated by default as identity,
    position integer,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint service_resource_pkey primary key (account_id, service_id, resource_id),
    constraint service_resource_id_key unique (account_id, id),
    constraint service_resource_service_fkey foreign key (account_id, service_id) references service (account_id, id),
    constraint service_resource_resource_fkey foreign key (account_id, resource_id)
        references resource (account_id, id),
    constraint service_resource_units_check check (resource_units between 1 and 100000),
    constraint service_resource_times_check check (
        duration between 1 and 527040 and step between 1 and 527040
        and buffer_before between 0 and 527040 and buffer_after between 0 and 527040)
);
create index service_resource_resource_idx on service_resource (account_id, resource_id);

create table price (
    account_id bigint not null,
    id bigint generated by default as identity,
    resource_id bigint,
    service_id bigint,
    title text not null default '',
    per text not null,
    amount numeric(14, 4) not null,
    tax_rate numeric(6, 3) not null default 0,
    group_ids bigint[],  -- the customer groups that it applies to; null means everybody
    exemption text not null default '',  -- why no tax is due, at a rate of 0
    revision integer not null default 0,  -- how often the rule itself was changed
    constraint price_pkey primary key (account_id, id),
    constraint price_resource_fkey foreign key (account_id, resource_id) references resource (account_id, id),
    constraint price_service_fkey foreign key (account_id, service_id) references service (account_id, id),
    constraint price_subject_check check (num_nonnulls(resource_id, service_id) = 1),
    constraint price_per_check check (per in ('hour', 'day', 'booking', 'quantity')),
    constraint price_amount_check check (amount >= 0 and tax_rate between 0 and 100)
);
create index price_resource_idx on price (account_id, resource_id) where resource_id is not null;
create index price_service_idx on price (account_id, service_id) where service_id is not null;

create table opening (
    account_id bigint not null,
    id bigint generated always as identity,
    resource_id bigint not null,
    group_id bigint,  -- the same for the weekdays of one interval, in its doors' terms
    name text not null default '',
    weekday smallint not null,
    opens smallint not null,
    closes smallint not null,
    valid_from date,
    valid_until date,
    service_ids bigint[],
    own_service_id bigint,  -- applies to this service only, unless its own_hours are off
    constraint opening_pkey primary key (account_id, id),
    constraint opening_resource_fkey foreign key (account_id, resource_id) references resource (account_id, id),
    constraint opening_own_service_fkey foreign key (account_id, own_service_id) references service (account_id, id),
    constraint opening_own_service_check check (own_service_id is null or service_ids is null),
    constraint opening_weekday_check check (weekday between 1 and 7),
    constraint opening_hours_check check (opens >= 0 and opens < 1440 and closes > opens and closes <= 2880),
    constraint opening_valid_check check (valid_from < valid_until)
);
create index opening_resource_idx on opening (account_id, resource_id);

create table opening_exception (
    account_id bigint not null,
    id bigint generated always as identity,
    site_id bigint,
    resource_id bigint,
    day_from date not null,
    day_until date not null,
    opens smallint,
    closes smallint,
    title text not null default '',
    service_ids bigint[],
    own_service_id bigint,  -- as in opening
    revision integer not null default 0,  -- how often it was changed
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint opening_exception_pkey primary key (account_id, id),
    constraint opening_exception_site_fkey foreign key (account_id, site_id) references site (account_id, id),
    constraint opening_exception_resource_fkey foreign key (account_id, resource_id)
        references resource (account_id, id),
    constraint opening_exception_own_service_fkey foreign key (account_id, own_service_id)
        references service (account_id, id),
    constraint opening_exception_owner_check check (num_nonnulls(site_id, resource_id) = 1),
    constraint opening_exception_own_service_check check (
        own_service_id is null or (service_ids is null and site_id is null)),
    constraint opening_exception_days_check check (day_from < day_until),
    constraint opening_exception_hours_check check (
        (opens is null and closes is null) or (opens >= 0 and opens < 1440 and closes > opens and closes <= 2880))
);
create index opening_exception_resource_idx on opening_exception (account_id, resource_id);
create index opening_exception_site_idx on opening_exception (account_id, site_id);

-- Times at which a resource is open besides its weekly openings, whatever exceptions and holidays say.
create table extra_opening (
    account_id bigint not null,
    id bigint generated by default as identity,
    resource_id bigint not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    series uuid,  -- the same for those that were added together
    repeat_rule jsonb,  -- by which the first of them was repeated
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint extra_opening_pkey primary key (account_id, id),
    constraint extra_opening_resource_fkey foreign key (account_id, resource_id) references resource (account_id, id),
    constraint extra_opening_span_check check (starts_at < ends_at and ends_at <= starts_at + interval '24 hours')
);
create index extra_opening_resource_idx on extra_opening (account_id, resource_id);

-- Bookings, their items, group sessions (in which items can be seats), and the occurrences of series.

-- Items and group sessions draw ids from one sequence. They stay below 2^53, so that they are exact as JSON numbers.
create sequence occupancy_id_seq maxvalue 9007199254740991;

-- What an account calls the states of its bookings. Each status stands for one state of the engine.
create table booking_status (
    account_id bigint not null,
    id bigint generated by default as identity,
    name text not null,
    names jsonb not null default '{}',  -- in other languages, by language code
    state text not null,
    is_default boolean not null default false,
    position integer not null default 0,
    active boolean not null default true,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint booking_status_pkey primary key (account_id, id),
    constraint booking_status_account_fkey foreign key (account_id) references account (id),
    constraint booking_status_name_key unique (account_id, name),
    constraint booking_status_state_check check (state in ('awaiting_confirmation', 'confirmed', 'cancelled'))
);
create unique index booking_status_default_key on booking_status (account_id) where is_default;

create table booking (
    account_id bigint not null,
    id bigint generated by default as identity,
    uid uuid not null,
    customer_id bigint,
    title text not null default '',
    comments text not null default '',
    recurrence jsonb,
    details jsonb not null default '{}',
    booking_status_id bigint,
    consent jsonb,  -- what its customer agreed to: text, version, agreed_at
    revision integer not null default 0,
    created_at timestamptz not null,
    created_by text not null,
    updated_at timestamptz not null,
    updated_by text not null,
    constraint booking_pkey primary key (account_id, id),
    constraint booking_uid_key unique (account_id, uid),
    constraint booking_status_fkey foreign key (account_id, booking_status_id)
        references booking_status (account_id, id),
    constraint booking_customer_fkey foreign key (account_id, customer_id) references customer (account_id, id)
);
create index booking_customer_idx on booking (account_id, customer_id) where customer_id is not null;

create table group_session (
    account_id bigint not null,
    id bigint not null default nextval('occupancy_id_seq'),
    service_id bigint,
    resource_id bigint,
    title text not null default '',
    notes text not null default '',
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    capacity integer not null,
    external_id text,
    series uuid,
    custom jsonb,
    details jsonb not null default '{}',
    also_resource_ids bigint[] not null default '{}',  -- resources that it takes besides resource_id
    revision integer not null default 0,
    archived_at timestamptz,
    deleted_at timestamptz,
    created_at timestamptz not null,
    created_by text not null,
    updated_at timestamptz not null,
    updated_by text not null,
    constraint group_session_pkey primary key (account_id, id),
    constraint group_session_service_fkey foreign key (account_id, service_id) references service (account_id, id),
    constraint group_session_resource_fkey foreign key (account_id, resource_id) references resource (account_id, id),
    constraint group_session_span_check check (starts_at < ends_at),
    constraint group_session_capacity_check check (capacity between 0 and 100000)
);
create index group_session_starts_idx on group_session (account_id, starts_at);
create index group_session_series_idx on group_session (account_id, series) where series is not null;

-- Whether the values of an item are allowed; states as in engine/bookings/states.py. One function instead of several
-- checks, because every insert parses the text of every check.
create function is_item(
    p_kind text, p_session bigint, p_state text, p_status text, p_expires_at timestamptz, p_units integer)
returns boolean language plpgsql immutable as $$
begin
    return p_kind in ('appointment', 'seat', 'block') and (p_kind = 'seat') = (p_session is not null)
        and p_state in ('draft', 'awaiting_verification', 'verification_expired', 'awaiting_payment',
            'awaiting_confirmation', 'confirmed', 'declined', 'cancelled', 'deleted')
        and (p_status is null or p_status in ('checked_in', 'in_progress', 'completed', 'no_show'))
        and (p_expires_at is null or p_state not in ('draft', 'confirmed'))
        and p_units between 1 and 100000;
end $$;

create table item (
    account_id bigint not null,
    id bigint not null default nextval('occupancy_id_seq'),
    booking_id bigint not null,
    kind text not null,
    state text not null,
    status text,
    service_id bigint,
    session_id bigint,
    resource_id bigint,
    site_id bigint,
    customer_id bigint,
    booked_by_customer_id bigint,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    units integer not null,
    expires_at timestamptz,
    overlap_allowed boolean not null default false,  -- booked although its time was taken
    title text,
    notes text,
    external_id text,
    external_url text,
    external_host_url text,
    reminder_at timestamptz,
    reminded_at timestamptz,
    paid_at timestamptz,
    paid_amount numeric(14, 4),
    coupon_id bigint,
    verification_method text,
    verification_code text,
    cancelled_at timestamptz,
    cancellation_reason text,
    archived_at timestamptz,
    custom jsonb,
    extras jsonb not null default '[]',  -- inventories and added services, with units
    details jsonb not null default '{}',
    also_resource_ids bigint[] not null default '{}',  -- resources that it takes besides resource_id
    case_id bigint,
    booking_status_id bigint,
    revision integer not null default 0,
    created_at timestamptz not null,
    created_by text not null,
    updated_at timestamptz not null,
    updated_by text not null,
    constraint item_pkey primary key (account_id, id),
    constraint item_booking_fkey foreign key (account_id, booking_id) references booking (account_id, id),
    constraint item_session_fkey foreign key (account_id, session_id) references group_session (account_id, id),
    constraint item_resource_fkey foreign key (account_id, resource_id) references resource (account_id, id),
    constraint item_site_fkey foreign key (account_id, site_id) references site (account_id, id),
    constraint item_booking_status_fkey foreign key (account_id, booking_status_id)
        references booking_status (account_id, id),
    constraint item_customer_fkey foreign key (account_id, customer_id) references customer (account_id, id),
    constraint item_booked_by_fkey foreign key (account_id, booked_by_customer_id)
        references customer (account_id, id),
    constraint item_case_fkey foreign key (account_id, case_id) references customer_case (account_id, id),
    constraint item_span_check check (starts_at < ends_at),
    constraint item_values_check check (is_item(kind, session_id, state, status, expires_at, units))
);
create index item_starts_idx on item (account_id, starts_at, id);
create index item_long_idx on item (account_id, ends_at) where ends_at - starts_at > interval '1 day';
create index item_updated_idx on item (account_id, updated_at);
create index item_booking_idx on item (account_id, booking_id);
create index item_customer_idx on item (account_id, customer_id, starts_at) where customer_id is not null;
create index item_booked_by_idx on item (account_id, booked_by_customer_id) where booked_by_customer_id is not null;
create index item_case_idx on item (account_id, case_id) where case_id is not null;
create index item_resource_idx on item (account_id, resource_id, starts_at);
create index item_also_idx on item (account_id, starts_at) where also_resource_ids <> '{}';
create index item_session_idx on item (account_id, session_id) where session_id is not null;
create index item_seat_idx on item (account_id, booking_id) where kind = 'seat';
create index item_external_id_idx on item (account_id, external_id) where external_id is not null;
create index item_block_idx on item (account_id, ends_at) where kind = 'block';
create index item_reminder_idx on item (reminder_at)
    where reminder_at is not null and reminded_at is null and state = 'confirmed';
create index item_expires_idx on item (expires_at)
    where state in ('awaiting_verification', 'awaiting_payment', 'awaiting_confirmation');

-- How often the verification code of a booking was tried, and how many were sent: engine/bookings/verification.py.
create table verification (
    account_id bigint not null,
    booking_id bigint not null,
    tries integer not null,
    codes integer not null default 1,
    sent_at timestamptz not null,
    constraint verification_pkey primary key (account_id, booking_id),
    constraint verification_booking_fkey foreign key (account_id, booking_id) references booking (account_id, id)
);

-- The outcome of each occurrence of a series. A pending one is a job that is due at `due_at`.
create table occurrence (
    account_id bigint not null,
    booking_id bigint not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    outcome text not null default 'pending',
    item_id bigint,
    refusal jsonb,
    attempts integer not null default 0,
    due_at timestamptz not null,  -- when to try next
    constraint occurrence_pkey primary key (account_id, booking_id, starts_at),
    constraint occurrence_booking_fkey foreign key (account_id, booking_id) references booking (account_id, id),
    constraint occurrence_item_fkey foreign key (account_id, item_id) references item (account_id, id),
    constraint occurrence_outcome_check check (outcome in ('pending', 'made', 'refused', 'withdrawn', 'failed')),
    constraint occurrence_span_check check (starts_at < ends_at)
);
create index occurrence_due_idx on occurrence (starts_at, due_at) where outcome = 'pending';
create index occurrence_item_idx on occurrence (account_id, item_id) where item_id is not null;
create index occurrence_failed_idx on occurrence (account_id, booking_id) where outcome = 'failed';

-- The audit log: who did what and when, through which door and by which request (as answers and the log name it), and
-- the changed fields before and after. It is also the
-- change feed, which is read in order of commits: no more rows can appear with an xid below the xmin of the reader's
-- snapshot. Nothing of it ever changes, but that fields are taken out of the images when a person is erased
-- (`erase_traces_v1`).
create table journal (
    account_id bigint not null,
    xid xid8 not null default pg_current_xact_id(),
    id bigint generated always as identity,
    at timestamptz not null,
    actor text not null,
    door text not null default '',
    verb text not null,
    kind text not null,
    subject_id bigint not null,
    revision integer not null,
    before jsonb,
    after jsonb,
    request_id text,
    constraint journal_pkey primary key (account_id, xid, id),
    constraint journal_revision_key unique (account_id, kind, subject_id, revision)
);

-- By whose something was before, and by whom something else names: what is about a customer.
create index journal_former_customer_idx on journal (account_id, (before ->> 'customer_id')) where before ? 'customer_id';
create index journal_customer_idx on journal (account_id, (after ->> 'customer_id'))
    where after ? 'customer_id' and kind not in ('booking', 'customer', 'customer_case', 'item');

create function journal_is_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and 'on' in (
        current_setting('kalends.deletes_account', true), current_setting('kalends.prunes', true))
    then
        return null;
    end if;
    raise exception 'the journal is append-only'
        using errcode = 'restrict_violation', constraint = 'journal_append_only';
end $$;
create trigger journal_append_only before delete or truncate on journal
    for each statement execute function journal_is_append_only();

create function journal_keeps_its_entries() returns trigger language plpgsql as $$
begin
    if current_setting('kalends.erases', true) is distinct from 'on'
        or to_jsonb(new) - '{before,after}'::text[] <> to_jsonb(old) - '{before,after}'::text[]
        or not coalesce(old.before, '{}') @> coalesce(new.before, '{}') or not old.after @> new.after
    then
        raise exception 'the journal is append-only'
            using errcode = 'restrict_violation', constraint = 'journal_append_only';
    end if;
    return new;
end $$;
create trigger journal_kept before update on journal
    for each row execute function journal_keeps_its_entries();

-- An xid of the account from which on there is no entry of before `p_until`, found by halving the entries. Entries are
-- in the order of transactions, so that one can stand up to `p_latest` after others that happened later.
create function journal_end_v1(p_account bigint, p_until timestamptz, p_latest interval) returns xid8
language plpgsql stable as $$
declare
    v_low bigint := (
        select j.xid::text::bigint from journal j where j.account_id = p_account order by j.xid, j.id limit 1);
    v_high bigint := (
        select j.xid::text::bigint + 1 from journal j
        where j.account_id = p_account order by j.xid desc, j.id desc limit 1);
    v_middle bigint;
    v_entry record;
begin
    while v_low < v_high loop
        v_middle := v_low + (v_high - v_low) / 2;
        select j.xid::text::bigint as xid, j.at into v_entry from journal j
        where j.account_id = p_account and j.xid >= v_middle::text::xid8 order by j.xid, j.id limit 1;
        if v_entry.at is null or v_entry.at - p_latest >= p_until then
            v_high := v_middle;
        else
            v_low := v_entry.xid + 1;
        end if;
    end loop;
    return v_low::text::xid8;
end $$;

-- Who was shown which customers: a row for each answer. It is no part of the change feed.
create table customer_read (
    account_id bigint not null,
    id bigint generated always as identity,
    at timestamptz not null,
    actor text not null,
    door text not null,
    customer_ids bigint[] not null,
    constraint customer_read_pkey primary key (account_id, id),
    constraint customer_read_account_fkey foreign key (account_id) references account (id)
);
create index customer_read_customers_idx on customer_read using gin (customer_ids) with (fastupdate = off);
create trigger customer_read_append_only before update or delete or truncate on customer_read
    for each statement execute function journal_is_append_only();

-- Of objects in order one with the fields of all, each with its last value.
create aggregate merged (jsonb) (sfunc = jsonb_concat, stype = jsonb);

-- The fields of `p_to` whose values differ from those in `p_from`.
create function changes_between(p_from jsonb, p_to jsonb) returns jsonb language sql immutable as $$
    select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(p_to) where p_from -> key is distinct from value
$$;

-- Claims of items and group sessions on resources, the locks under which they change, and the expiry of holds. For the
-- order of locks see docs/locking.md.
--
-- In plpgsql a plan that looks cheaper for the arguments of one call is made anew for each call, and planning costs
-- more than it saves here. So on the path of a booking lists and times, whose values the planner would use for
-- estimates, are passed as sub-selects: `(select p_ids)`.

-- It has no foreign keys: its owner is written in the same commit and its resource was read under a lock. `kalends
-- check` looks for claims without them.
create table claim (
    account_id bigint not null,
    item_id bigint,
    session_id bigint,
    owner_id bigint not null generated always as (coalesce(item_id, session_id)) stored,
    resource_id bigint not null,
    span tstzrange not null,  -- buffers included
    units integer not null,
    overlap_allowed boolean not null default false,  -- taken without a check against capacity
    exclusive boolean not null,  -- capacity 1 and not overlap_allowed: under the exclusion constraint
    expires_at timestamptz,
    constraint claim_pkey primary key (account_id, owner_id, resource_id),
    constraint claim_values_check check ((item_id is null) <> (session_id is null) and not isempty(span)),
    constraint claim_overlap_excl exclude using gist (
        int8range(account_id, account_id, '[]') with &&, int8range(resource_id, resource_id, '[]') with &&, span with &&
    ) where (exclusive)
);
create index claim_short_idx on claim (account_id, resource_id, lower(span)) include (span, units, expires_at)
    where upper(span) - lower(span) <= interval '48 hours';
create index claim_long_idx on claim (account_id, resource_id)
    where upper(span) - lower(span) > interval '48 hours';
create index claim_expires_idx on claim (account_id, resource_id, expires_at) where expires_at is not null;

create function is_active(p_state text) returns boolean language sql immutable as $$
    select p_state in ('awaiting_verification', 'awaiting_payment', 'awaiting_confirmation', 'confirmed')
$$;

-- The claims on a resource that overlap a span, those of holds past their end included. Nearly all claims are short,
-- and a short one that overlaps the span begins near it; so short and long ones are each found by an index of their
-- own.
create function claims_on(p_account bigint, p_resource bigint, p_span tstzrange)
returns table (
    resource_id bigint, span tstzrange, units integer, expires_at timestamptz, item_id bigint, session_id bigint)
language sql stable as $$
    select resource_id, span, units, expires_at, item_id, session_id from claim
    where account_id = p_account and resource_id = p_resource and upper(span) - lower(span) <= interval '48 hours'
        and lower(span) > lower(p_span) - interval '48 hours' and lower(span) < coalesce(upper(p_span), 'infinity')
        and span && p_span
    union all
    select resource_id, span, units, expires_at, item_id, session_id from claim
    where account_id = p_account and resource_id = p_resource and upper(span) - lower(span) > interval '48 hours'
        and span && p_span
$$;

-- The ids that a JSON path selects.
create function ids_at(p_json jsonb, p_path jsonpath) returns bigint[] language sql stable as $$
    select translate(jsonb_path_query_array(p_json, p_path)::text, '[]', '{}')::bigint[]
$$;

-- Locks rows for a change, in the order that all writers keep: bookings, group sessions, roots of the trees of these
-- resources and of those that these owners (items and sessions) claim, items; each kind by id. Returns the ids of the
-- roots; null if the owners have claimed a resource in another tree meanwhile, and the caller must start again.
create function lock_rows(
    p_account bigint, p_bookings bigint[], p_sessions bigint[], p_owners bigint[], p_resources bigint[],
    p_items bigint[])
returns bigint[] language plpgsql as $$
declare
    v_roots bigint[];
begin
    if p_bookings <> '{}' then
        perform from booking where account_id = p_account and id = any ((select p_bookings)::bigint[])
        order by id for no key update;
    end if;
    if p_sessions <> '{}' then
        perform from group_session where account_id = p_account and id = any ((select p_sessions)::bigint[])
        order by id for no key update;
    end if;
    if p_owners <> '{}' then
        p_resources := p_resources || array(
            select resource_id from claim
            where account_id = p_account and owner_id = any ((select p_owners)::bigint[]));
    end if;
    select coalesce(array_agg(id), '{}') into v_roots from (
        select id from resource where account_id = p_account and id in (
            select r.root_id from resource r
            where r.account_id = p_account and r.id = any ((select p_resources)::bigint[]))
        order by id for no key update) locked;
    if p_items <> '{}' then
        perform from item where account_id = p_account and id = any ((select p_items)::bigint[])
        order by id for no key update;
    end if;
    if p_owners <> '{}' then
        perform from claim c join resource r on r.account_id = p_account and r.id = c.resource_id
        where c.account_id = p_account and c.owner_id = any ((select p_owners)::bigint[])
            and r.root_id <> all ((select v_roots)::bigint[]);
        if found then
            return null;
        end if;
    end if;
    return v_roots;
end $$;

-- Expires those of these items that are holds past their end, and deletes their claims. Returns their number. The
-- caller has locked their trees or sessions.
create function lapse_items(p_account bigint, p_now timestamptz, p_items bigint[])
returns integer language plpgsql as $$
declare
    v_count integer;
begin
    with was as (
        select id, state from item
        where account_id = p_account and id = any ((select p_items)::bigint[]) and expires_at <= p_now
            and state in ('awaiting_verification', 'awaiting_payment', 'awaiting_confirmation')
        order by id for no key update
    ), lapsed as (
        update item i set state = 'verification_expired', verification_code = null,
            revision = i.revision + 1, updated_at = p_now, updated_by = 'kalends'
        from was where i.account_id = p_account and i.id = was.id
        returning i.id, i.revision, was.state
    ), released as (
        delete from claim where account_id = p_account and owner_id in (select id from lapsed)
    ), noted as (
        insert into journal (account_id, at, actor, verb, kind, subject_id, revision, before, after)
        select p_account, p_now, 'kalends', 'expire', 'item', id, revision,
            jsonb_build_object('state', state), jsonb_build_object('state', 'verification_expired')
        from lapsed
    )
    select count(*) into v_count from lapsed;
    return v_count;
end $$;

-- The items that are past their end and have a claim in these trees or a seat in these sessions.
create function overdue_items(p_account bigint, p_now timestamptz, p_roots bigint[], p_sessions bigint[])
returns bigint[] language plpgsql as $$
declare
    v_root bigint;
    v_items bigint[] := '{}';
begin
    foreach v_root in array p_roots loop
        v_items := v_items || array(
            select c.item_id from resource r join claim c on c.account_id = p_account and c.resource_id = r.id
            where r.account_id = p_account and r.root_id = v_root and c.expires_at <= (select p_now));
    end loop;
    if p_sessions <> '{}' then
        v_items := v_items || array(
            select id from item
            where account_id = p_account and session_id = any ((select p_sessions)::bigint[]) and expires_at <= p_now);
    end if;
    return v_items;
end $$;

-- Locks rows by `lock_rows`, again until no owner has claims elsewhere (the locks of a failed attempt are released),
-- and expires holds past their end among them. Returns how many of `p_items` expired.
create function lock_v1(
    p_account bigint, p_now timestamptz, p_items bigint[], p_resources bigint[], p_sessions bigint[])
returns integer language plpgsql as $$
declare
    v_sessions bigint[] := array(
        select distinct id from unnest(p_sessions || array(
            select session_id from item
            where account_id = p_account and id = any ((select p_items)::bigint[]) and session_id is not null)) id);
    v_roots bigint[];
    v_lapsed integer;
begin
    loop
        begin
            v_roots := lock_rows(p_account, '{}', v_sessions, p_items || v_sessions, p_resources, p_items);
            if v_roots is null then
                raise exception 'moved' using errcode = 'KL002';
            end if;
            exit;
        exception when sqlstate 'KL002' then
            continue;
        end;
    end loop;
    v_lapsed := lapse_items(p_account, p_now, p_items);
    perform lapse_items(p_account, p_now, overdue_items(p_account, p_now, v_roots, v_sessions));
    return v_lapsed;
end $$;

-- Expires the holds past their end on one tree of resources or in one group session, or one hold that has neither.
-- Skips trees and sessions that are locked. Returns false if there was none to expire, or only locked ones.
create function lapse_due_v1(p_account bigint, p_now timestamptz) returns boolean language plpgsql as $$
declare
    v_item record;
    v_root bigint;
    v_items bigint[];
begin
    for v_item in
        select i.id, i.session_id, (
            select c.resource_id from claim c where c.account_id = p_account and c.owner_id = i.id
            order by c.resource_id limit 1) as resource_id
        from item i where i.account_id = p_account and i.expires_at <= p_now
            and i.state in ('awaiting_verification', 'awaiting_payment', 'awaiting_confirmation')
        order by i.expires_at, i.id limit 1000
    loop
        v_items := array[v_item.id];
        if v_item.session_id is not null then
            perform from group_session where account_id = p_account and id = v_item.session_id
            for no key update skip locked;
            continue when not found;
            v_items := array(select id from item where account_id = p_account and session_id = v_item.session_id
                and expires_at <= p_now limit 1000);
        elsif v_item.resource_id is not null then
            select t.id into v_root from resource r join resource t on t.account_id = p_account and t.id = r.root_id
            where r.account_id = p_account and r.id = v_item.resource_id for no key update of t skip locked;
            continue when not found;
            v_items := array(select c.item_id from claim c
                join resource r on r.account_id = p_account and r.id = c.resource_id and r.root_id = v_root
                where c.account_id = p_account and c.expires_at <= p_now limit 1000);
        end if;
        if lapse_items(p_account, p_now, v_items) > 0 then
            return true;
        end if;
    end loop;
    return false;
end $$;

-- The functions that write after-images of customer, booking, group_session and item. They are generated from the
-- catalogue of columns, so that no column is listed by hand. A migration that adds a column calls `make_writers` again.
--
-- A worker of the previous version sends images without the new column: an insert then uses the column's default, and
-- an update leaves the column as it is. The account id is never taken from an image.

-- For each table T:
--   T_defaults   the defaults of all columns, as JSON
--   insert_T_v1  inserts the images of revision 0, and journals them without nulls, without the secret code and without
--                the columns that the journal has itself; bookings are not journalled on creation, as their items are
--   update_T_v1  updates rows with the images of later revisions, and journals the changed fields; that each image
--                follows the present revision was checked before; what is filled in on creation of a booking is a change
create function make_writers(p_table text, p_kind text) returns void language plpgsql as $make$
declare
    v_names text;
    v_inserted text;
    v_updated text;
    v_defaults text;
    v_noted text := format($noted$
            insert into journal (account_id, at, actor, door, verb, kind, subject_id, revision, after, request_id)
            values (p_account, (p_change ->> 'at')::timestamptz, p_change ->> 'actor', p_change ->> 'door',
                p_change ->> 'verb', %L, (v_image ->> 'id')::bigint, 0, jsonb_strip_nulls(v_image - v_aside),
                p_change ->> 'request_id');
        $noted$, p_kind);
begin
    select string_agg(quote_ident(a.attname), ', ' order by a.attnum),
        string_agg(case when d.adbin is null or a.attname = 'id' then format('image.%I', a.attname)
            when a.attnotnull then format('coalesce(image.%I, %s)', a.attname, pg_get_expr(d.adbin, d.adrelid))
            else format('case when v_image ? %1$L then image.%1$I else %2$s end', a.attname,
                pg_get_expr(d.adbin, d.adrelid)) end, ', ' order by a.attnum),
        string_agg(format('%1$I = changed.%1$I', a.attname), ', ' order by a.attnum) filter (where a.attname <> 'id'),
        string_agg(format('%L, to_jsonb(%s)', a.attname, pg_get_expr(d.adbin, d.adrelid)), ', ')
            filter (where d.adbin is not null and a.attname <> 'id')
    into v_names, v_inserted, v_updated, v_defaults
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = p_table::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        and a.attname <> 'account_id';
    execute format($defaults$
        create or replace function %1$s_defaults() returns jsonb language sql immutable as $body$
            select jsonb_build_object(%2$s)
        $body$ $defaults$, p_table, v_defaults);
    execute format($insert$
        create or replace function insert_%1$s_v1(p_account bigint, p_change jsonb, p_images jsonb)
        returns void language plpgsql as $body$
        declare
            v_aside constant text[] := '{verification_code,revision,updated_at,updated_by}';
            v_image jsonb;
        begin
            for v_nr in 0 .. jsonb_array_length(p_images) - 1 loop
                v_image := p_images -> v_nr;
                continue when (v_image ->> 'revision')::integer > 0;
                insert into %1$I (account_id, %2$s)
                select p_account, %3$s from jsonb_populate_record(null::%1$I, v_image) image;
                %4$s
            end loop;
        end $body$ $insert$, p_table, v_names, v_inserted, case when p_table <> 'booking' then v_noted end);
    execute format($update$
        create or replace function update_%1$s_v1(p_account bigint, p_change jsonb, p_images jsonb)
        returns void language plpgsql as $body$
        declare
            v_aside constant text[] := '{verification_code,revision,updated_at,updated_by}';
        begin
            with pair as materialized (
                select had.id as had_id, to_jsonb(had) as before, to_jsonb(image) as after, image.*
                from jsonb_array_elements(p_images) given
                join %1$I had on had.account_id = p_account and had.id = (given.value ->> 'id')::bigint
                cross join lateral jsonb_populate_record(had, given.value) image
                where (given.value ->> 'revision')::integer > 0
            ), written as (
                update %1$I had set %2$s from pair changed
                where had.account_id = p_account and had.id = changed.had_id
            )
            insert into journal (
                account_id, at, actor, door, verb, kind, subject_id, revision, before, after, request_id)
            select p_account, (p_change ->> 'at')::timestamptz, p_change ->> 'actor', p_change ->> 'door',
                case p_change ->> 'verb' when 'create' then 'change' else p_change ->> 'verb' end, %3$L, had_id, revision,
                changes_between(after, before) - v_aside, changes_between(before, after) - v_aside,
                p_change ->> 'request_id'
            from pair;
        end $body$ $update$, p_table, v_updated, p_kind);
end $make$;

select make_writers('customer', 'customer'), make_writers('booking', 'booking'),
    make_writers('group_session', 'session'), make_writers('item', 'item');

-- The guard against double booking: checks the claims of a change, under the locks of its trees and sessions, before
-- anything is written.

create aggregate product (numeric) (sfunc = numeric_mul, stype = numeric, initcond = '1');

-- A claim that a change requests, with its resource as read under the lock.
--   path     of the resource; null if the resource does not exist or is not active
--   alone    the tree consists of this resource only
--   kept     it lies within a claim that its owner has, in time and units: it is taken again without a check, even if
--            others were booked over it on purpose meanwhile
--   cluster  number of a group of claims in one tree whose times overlap, directly or through others of the group; only
--            claims of one cluster can conflict with each other
--   crowded  its cluster has more than one claim
create type wanted_claim as (
    nr bigint, item_id bigint, session_id bigint, resource_id bigint, path bigint[], capacity integer, alone boolean,
    span tstzrange, units integer, overlap_allowed boolean, expires_at timestamptz, exclusive boolean, kept boolean,
    cluster bigint, crowded boolean);

-- The claims of the change, in its order.
create function wanted_claims(p_account bigint, p_claims jsonb, p_released bigint[])
returns wanted_claim[] language plpgsql as $$
declare
    v_claim jsonb;
    v_resource record;
    v_one wanted_claim;
    v_wanted wanted_claim[] := '{}';
begin
    for v_nr in 1 .. jsonb_array_length(p_claims) loop
        v_claim := p_claims -> v_nr - 1;
        if v_resource is null or v_one.resource_id <> (v_claim ->> 'resource_id')::bigint then
            select r.path, r.capacity, not exists (
                select from resource t
                where t.account_id = p_account and t.root_id = r.root_id and t.id <> r.id) as alone
            into v_resource
            from resource r where r.account_id = p_account and r.id = (v_claim ->> 'resource_id')::bigint and r.active;
        end if;
        v_one.nr := v_nr;
        v_one.item_id := v_claim ->> 'item_id';
        v_one.session_id := v_claim ->> 'session_id';
        v_one.resource_id := v_claim ->> 'resource_id';
        v_one.path := v_resource.path;
        v_one.capacity := v_resource.capacity;
        v_one.alone := v_resource.alone;
        v_one.span := tstzrange((v_claim ->> 'starts_at')::timestamptz, (v_claim ->> 'ends_at')::timestamptz);
        v_one.units := coalesce((v_claim ->> 'units')::integer, greatest(v_resource.capacity, 1));
        v_one.overlap_allowed := v_claim ->> 'overlap_allowed';
        v_one.expires_at := v_claim ->> 'expires_at';
        v_one.exclusive := v_resource.capacity = 1 and not v_one.overlap_allowed;
        v_one.kept := false;
        v_one.crowded := false;
        v_wanted := v_wanted || v_one;
    end loop;
    if p_released <> '{}' then
        v_wanted := with_kept(p_account, p_claims, v_wanted, p_released);
    end if;
    return case when cardinality(v_wanted) > 1 then clustered(v_wanted) else v_wanted end;
end $$;

-- The claims, with `kept` set. The units of a kept block or session, which names none, are those of its present claim.
create function with_kept(p_account bigint, p_claims jsonb, p_wanted wanted_claim[], p_released bigint[])
returns wanted_claim[] language plpgsql as $$
begin
    return array(
        select case when had.owner_id is null then w else (w.nr, w.item_id, w.session_id, w.resource_id, w.path,
            w.capacity, w.alone, w.span, u.units, w.overlap_allowed, w.expires_at,
            had.exclusive and not w.overlap_allowed, true, w.cluster, w.crowded)::wanted_claim end
        from unnest(p_wanted) w
        left join claim had on had.account_id = p_account and had.owner_id = coalesce(w.item_id, w.session_id)
            and had.resource_id = w.resource_id and had.owner_id = any ((select p_released)::bigint[])
            and not had.overlap_allowed and w.span <@ had.span
            and coalesce((p_claims -> (w.nr - 1)::integer ->> 'units')::integer, had.units) <= had.units
        cross join lateral (
            select coalesce((p_claims -> (w.nr - 1)::integer ->> 'units')::integer, had.units) as units) u);
end $$;

-- The claims with their clusters, renumbered so that kept ones come first: later ones are checked against earlier ones.
create function clustered(p_wanted wanted_claim[]) returns wanted_claim[] language plpgsql as $$
begin
    return array(
        select (n, item_id, session_id, resource_id, path, capacity, alone, span, units, overlap_allowed, expires_at,
            exclusive, kept, started, count(*) over (partition by started) > 1)::wanted_claim
        from (
            select *, sum(starts) over (order by path[1], lower(span), nr) as started
            from (
                select *, row_number() over (order by not kept, nr) as n,
                    case when lower(span) < max(upper(span)) over (
                        partition by path[1] order by lower(span), nr rows between unbounded preceding and 1 preceding)
                    then 0 else 1 end as starts
                from unnest(p_wanted)
            ) marked
        ) numbered order by n);
end $$;

-- The numbers of the claims that may not fit and need the exact check. A claim on a single resource fits if its units
-- and those of all claims that overlap it are within capacity, even if these do not overlap each other; claims in a
-- larger tree or a crowded cluster are always checked exactly. Also whether holds past their end may be in the way.
create function suspect_claims(p_account bigint, p_now timestamptz, p_wanted wanted_claim[], p_released bigint[],
    out suspects bigint[], out meets_overdue boolean) language plpgsql as $$
declare
    v_one wanted_claim;
    v_taken record;
begin
    suspects := '{}';
    meets_overdue := false;
    foreach v_one in array p_wanted loop
        continue when v_one.kept or v_one.overlap_allowed;
        if v_one.alone and not v_one.crowded then
            select coalesce(sum(c.units) filter (where c.expires_at is null or c.expires_at > w.now), 0) as units,
                coalesce(bool_or(c.expires_at <= w.now), false) as overdue
            into v_taken
            from (select v_one.resource_id, v_one.span, p_now as now, p_released as released offset 0) w
            cross join lateral claims_on(p_account, w.resource_id, w.span) c
            where w.released = '{}' or coalesce(c.item_id, c.session_id) <> all (w.released);
            meets_overdue := meets_overdue or v_taken.overdue;
            continue when v_taken.units + v_one.units <= v_one.capacity;
        else
            meets_overdue := true;
        end if;
        suspects := suspects || v_one.nr;
    end loop;
end $$;

-- The paths on which a claim does not fit, as rows of (nr of the claim, path). A claim takes the share units/capacity
-- of its resource. The rule: on every path from the root to a leaf, at every instant, the shares of all claims add up
-- to at most 1. Each node at or below the resource stands for the path that ends there. To add whole numbers, on a path
-- of capacities a, b, c a claim of u units on the resource of capacity b weighs u*a*c out of a*b*c. A resource of
-- capacity 0 holds nothing, nor do its parts. Holds past their end do not count, nor claims that the change releases.
create function overfull_paths(
    p_account bigint, p_now timestamptz, p_wanted wanted_claim[], p_released bigint[], p_suspects bigint[])
returns table (nr bigint, path bigint[]) language plpgsql as $$
begin
    return query
    with way as materialized (
        select w.nr, w.span, w.cluster, leaf.path, p.whole, w.units * div(p.whole, greatest(w.capacity, 1)) as weight
        from unnest(p_wanted) w
        join resource leaf on leaf.account_id = p_account and leaf.root_id = w.path[1] and leaf.path @> w.path
        cross join lateral (
            select product(case when n.id = any (w.path) then n.capacity else greatest(n.capacity, 1) end) as whole
            from resource n where n.account_id = p_account and n.id = any (leaf.path)) p
        where w.nr = any (p_suspects)
    ), met as (
        select way.nr, way.path, way.span as within, c.span,
            c.units * div(way.whole, greatest(r.capacity, 1)) as weight
        from way cross join lateral unnest(way.path) node
        join resource r on r.account_id = p_account and r.id = node
        cross join lateral claims_on(p_account, node, way.span) c
        where (c.expires_at is null or c.expires_at > p_now)
            and not exists (select from unnest(p_released) r where r = coalesce(c.item_id, c.session_id))
        union all
        select way.nr, way.path, way.span, e.span, e.units * div(way.whole, greatest(e.capacity, 1))
        from way join unnest(p_wanted) e
            on e.cluster = way.cluster and e.nr < way.nr and e.span && way.span and e.resource_id = any (way.path)
    ), level as (
        select met.nr, met.path,
            sum(step.weight) over (partition by met.nr, met.path order by step.at, step.weight) as taken
        from met cross join lateral (
            values (greatest(lower(met.span), lower(met.within)), met.weight), (upper(met.span), -met.weight)
        ) step (at, weight)
    )
    select way.nr, way.path from way left join level on level.nr = way.nr and level.path = way.path
    group by way.nr, way.path, way.whole, way.weight
    having way.whole = 0 or way.weight + coalesce(max(level.taken), 0) > way.whole;
end $$;

-- The number of claims that do not fit, and the first `p_most` of them as conflicts of the refusal `full`; null if
-- none.
create function claim_conflicts(
    p_account bigint, p_now timestamptz, p_wanted wanted_claim[], p_released bigint[], p_suspects bigint[],
    p_most integer, out count integer, out conflicts jsonb) language plpgsql as $$
begin
    with overfull as materialized (
        select o.nr, array_agg(distinct node) as nodes
        from overfull_paths(p_account, p_now, p_wanted, p_released, p_suspects) o cross join lateral unnest(o.path) node
        group by o.nr
    ), named as (
        select w.*, o.nodes from overfull o join unnest(p_wanted) w on w.nr = o.nr order by o.nr limit p_most
    )
    select (select count(*) from overfull), jsonb_agg(jsonb_build_object('what', 'resource', 'which', n.resource_id,
        'item_id', n.item_id, 'session_id', n.session_id, 'in_the_way', (
            select coalesce(jsonb_agg(way order by way.starts_at, way.ends_at), '[]') from (
                select lower(t.span) as starts_at, upper(t.span) as ends_at, t.resource_id, t.item_id, t.session_id
                from (
                    select c.span, c.resource_id, c.item_id, c.session_id
                    from unnest(n.nodes) node cross join lateral claims_on(p_account, node, n.span) c
                    where (c.expires_at is null or c.expires_at > p_now)
                        and not exists (select from unnest(p_released) r where r = coalesce(c.item_id, c.session_id))
                    union all
                    select e.span, e.resource_id, e.item_id, e.session_id from unnest(p_wanted) e
                    where e.cluster = n.cluster and e.nr < n.nr and e.span && n.span and e.resource_id = any (n.nodes)
                ) t order by 1, 2, 3 limit 20) way)) order by n.nr)
    into count, conflicts from named n;
end $$;

-- The sessions, as they will be, that the change changes or in which its items are seats.
create type planned_session as (
    id bigint, starts_at timestamptz, ends_at timestamptz, capacity integer, deleted_at timestamptz, changed boolean,
    shrinks boolean, ends boolean);

create function planned_sessions(p_account bigint, p_at timestamptz, p_change jsonb, p_sessions bigint[])
returns planned_session[] language plpgsql as $$
begin
    return array(
        select (id, starts_at, ends_at, capacity, deleted_at, false, false, false)::planned_session from group_session
        where account_id = p_account and id = any ((select p_sessions)::bigint[])
            and id <> all ((select ids_at(p_change, '$.sessions[*].id'))::bigint[])
        union all
        select (s.id, s.starts_at, s.ends_at, s.capacity, s.deleted_at, s.revision > 0, s.capacity < had.capacity,
            s.deleted_at is not null and had.deleted_at is null and s.ends_at > p_at)::planned_session
        from jsonb_to_recordset(p_change -> 'sessions') s (id bigint, starts_at timestamptz, ends_at timestamptz,
            capacity integer, deleted_at timestamptz, revision integer)
        left join group_session had on had.account_id = p_account and had.id = s.id);
end $$;

-- Whether the seats or sessions have changed since the change was planned: a new seat has other times than its session,
-- or its session is deleted; or a changed session has seats at other times, active seats although it is removed, or
-- more seats than its reduced capacity.
create function is_session_stale(p_account bigint, p_at timestamptz, p_change jsonb, p_planned planned_session[])
returns boolean language plpgsql as $$
begin
    return exists (
        select from jsonb_to_recordset(p_change -> 'items') i (
            id bigint, session_id bigint, starts_at timestamptz, ends_at timestamptz)
        join unnest(p_planned) s on s.id = i.session_id
        left join item had on had.account_id = p_account and had.id = i.id and had.session_id = i.session_id
        where had.id is null and (s.deleted_at is not null or s.starts_at <> i.starts_at or s.ends_at <> i.ends_at)
    ) or exists (
        select from (
            select had.session_id, had.starts_at, had.ends_at, had.state, had.units, had.overlap_allowed, had.expires_at
            from unnest(p_planned) s
            join item had on had.account_id = p_account and had.session_id = s.id
                and had.id <> all ((select ids_at(p_change, '$.items[*].id'))::bigint[])
            where s.changed
            union all
            select * from jsonb_to_recordset(p_change -> 'items') i (session_id bigint, starts_at timestamptz,
                ends_at timestamptz, state text, units integer, overlap_allowed boolean, expires_at timestamptz)
        ) seat
        join unnest(p_planned) s on s.id = seat.session_id and s.changed
        where seat.state <> 'deleted'
        group by s.id, s.starts_at, s.ends_at, s.capacity, s.shrinks, s.ends
        having bool_or(seat.starts_at <> s.starts_at or seat.ends_at <> s.ends_at)
            or (s.ends and bool_or(is_active(seat.state) and (seat.expires_at is null or seat.expires_at > p_at)))
            or (s.shrinks and s.capacity < sum(seat.units) filter (where is_active(seat.state)
                and not seat.overlap_allowed and (seat.expires_at is null or seat.expires_at > p_at)))
    );
end $$;

-- The sessions with too few free seats for the new seats of the change, or for the additional units of present ones.
create function seat_conflicts(
    p_account bigint, p_at timestamptz, p_change jsonb, p_planned planned_session[], p_most integer,
    out count integer, out conflicts jsonb) language plpgsql as $$
begin
    with image as (
        select * from jsonb_to_recordset(p_change -> 'items') i (
            id bigint, session_id bigint, units integer, state text, overlap_allowed boolean, expires_at timestamptz)
        where session_id is not null and is_active(state)
    ), wanted as (
        select i.session_id, sum(i.units) as units, min(i.id) as item_id from image i
        where not coalesce(i.overlap_allowed, false) and not exists (
            select from item had where had.account_id = p_account and had.id = i.id and had.session_id = i.session_id
                and had.units >= i.units and is_active(had.state))
        group by i.session_id
    ), overfull as (
        select w.session_id, w.item_id from wanted w join unnest(p_planned) s on s.id = w.session_id
        where w.units > s.capacity - coalesce((
            select sum(had.units) from item had
            where had.account_id = p_account and had.session_id = s.id and is_active(had.state)
                and (had.expires_at is null or had.expires_at > p_at)
                and had.id <> all ((select ids_at(p_change, '$.items[*].id'))::bigint[])), 0) - coalesce((
            select sum(i.units) from image i
            where i.session_id = s.id and (coalesce(i.overlap_allowed, false) or exists (
                select from item had where had.account_id = p_account and had.id = i.id
                    and had.session_id = i.session_id and had.units >= i.units and is_active(had.state)))), 0)
    ), named as (
        select * from overfull order by session_id limit p_most
    )
    select (select count(*) from overfull), jsonb_agg(jsonb_build_object('what', 'session', 'which', n.session_id,
        'item_id', n.item_id, 'in_the_way', '[]'::jsonb) order by n.session_id)
    into count, conflicts from named n;
end $$;

-- The commit of a change: `commit_v1` locks, checks everything, and only then writes; a refusal has nothing to undo.
--
-- A change is planned on rows read without locks. Its fields (engine/bookings/change_set.py):
--   at, actor, door, verb
--   customers, bookings, sessions, items   after-images
--   released                               ids of items and sessions whose present claims are deleted
--   claims                                 new claims
--   messages
--   given_away                             ids of items that are for somebody else than they were
--   item_counts                            booking id -> number of items that the plan knew of
-- Refusals: stale (read and plan again), not_found, retired, full.

-- Whether an image does not follow the present revision, or a booking has another number of items than planned.
create function is_stale(p_account bigint, p_change jsonb) returns boolean language plpgsql as $$
begin
    return exists (
        select from jsonb_to_recordset(p_change -> 'items') i (id bigint, revision integer)
        left join item had on had.account_id = p_account and had.id = i.id
        where i.revision > 0 and had.revision is distinct from i.revision - 1
    ) or exists (
        select from jsonb_to_recordset(p_change -> 'bookings') i (id bigint, revision integer)
        left join booking had on had.account_id = p_account and had.id = i.id
        where i.revision > 0 and had.revision is distinct from i.revision - 1
    ) or exists (
        select from jsonb_to_recordset(p_change -> 'sessions') i (id bigint, revision integer)
        left join group_session had on had.account_id = p_account and had.id = i.id
        where i.revision > 0 and had.revision is distinct from i.revision - 1
    ) or exists (
        select from jsonb_each_text(p_change -> 'item_counts') known
        where known.value::bigint <> (
            select count(*) from item where account_id = p_account and booking_id = known.key::bigint)
    );
end $$;

-- Locks the customers that the change replaces or newly refers to, in order of id; those that it deletes or merges `for
-- update`, so that no item or booking can refer to them meanwhile. Returns a refusal if one is deleted or was changed,
-- or if a merged or erased customer has items or bookings that the change does not replace; else null.
create function customer_refusal(p_account bigint, p_change jsonb, p_named bigint[])
returns jsonb language plpgsql as $$
declare
    v_one record;
    v_had customer;
begin
    for v_one in
        select id, max(revision) as revision, bool_or(gone) as gone, bool_or(cleared) as cleared from (
            select i.id, i.revision, i.deleted_at is not null as gone,
                i.merged_into_id is not null or i.erased_at is not null as cleared
            from jsonb_to_recordset(p_change -> 'customers') i (
                id bigint, revision integer, deleted_at timestamptz, merged_into_id bigint, erased_at timestamptz)
            where i.revision > 0
            union all
            select named, null, false, false from unnest(p_named) named where named is not null
        ) touched group by id order by id
    loop
        if v_one.revision is null then
            select * into v_had from customer where account_id = p_account and id = v_one.id for key share;
            if v_had.deleted_at is not null then
                return jsonb_build_object('refusal', 'not_found', 'what', 'customer', 'which', v_one.id);
            end if;
            continue;
        elsif v_one.gone then
            select * into v_had from customer where account_id = p_account and id = v_one.id for update;
        else
            select * into v_had from customer where account_id = p_account and id = v_one.id for no key update;
        end if;
        if v_had.revision is distinct from v_one.revision - 1 or (
            v_one.cleared and v_had.merged_into_id is null and v_had.erased_at is null and is_named(p_account, p_change, v_one.id))
        then
            return '{"refusal": "stale"}';
        end if;
    end loop;
    return null;
end $$;

-- Whether a customer has an item or a booking that the change does not replace.
create function is_named(p_account bigint, p_change jsonb, p_customer bigint) returns boolean language plpgsql as $$
begin
    return exists (
        select from item where account_id = p_account and customer_id = p_customer
            and id <> all ((select ids_at(p_change, '$.items[*].id'))::bigint[])
    ) or exists (
        select from item where account_id = p_account and booked_by_customer_id = p_customer
            and id <> all ((select ids_at(p_change, '$.items[*].id'))::bigint[])
    ) or exists (
        select from booking where account_id = p_account and customer_id = p_customer
            and id <> all ((select ids_at(p_change, '$.bookings[*].id'))::bigint[])
    );
end $$;

-- The customers to whom items and bookings of the change newly refer.
create function newly_named(p_account bigint, p_change jsonb) returns bigint[] language plpgsql as $$
begin
    return array(
        select i.customer_id from jsonb_to_recordset(p_change -> 'items') i (id bigint, customer_id bigint)
        left join item had on had.account_id = p_account and had.id = i.id
        where i.customer_id is distinct from had.customer_id
        union
        select i.booked_by_customer_id from jsonb_to_recordset(p_change -> 'items') i (
            id bigint, booked_by_customer_id bigint)
        left join item had on had.account_id = p_account and had.id = i.id
        where i.booked_by_customer_id is distinct from had.booked_by_customer_id
        union
        select i.customer_id from jsonb_to_recordset(p_change -> 'bookings') i (id bigint, customer_id bigint)
        left join booking had on had.account_id = p_account and had.id = i.id
        where i.customer_id is distinct from had.customer_id);
end $$;

-- Writes the after-images. Deleted customers come first, as a remaining one may take over their email.
create function write_images(p_account bigint, p_change jsonb, p_customers bigint[], p_bookings bigint[],
    p_sessions bigint[], p_items bigint[]) returns void language plpgsql as $$
begin
    perform insert_customer_v1(p_account, p_change, p_change -> 'customers');
    if p_customers <> '{}' then
        perform update_customer_v1(p_account, p_change,
            jsonb_path_query_array(p_change, '$.customers[*] ? (@.deleted_at != null)'));
        perform update_customer_v1(p_account, p_change,
            jsonb_path_query_array(p_change, '$.customers[*] ? (@.deleted_at == null)'));
    end if;
    perform insert_booking_v1(p_account, p_change, p_change -> 'bookings');
    if p_bookings <> '{}' then
        perform update_booking_v1(p_account, p_change, p_change -> 'bookings');
    end if;
    perform insert_group_session_v1(p_account, p_change, p_change -> 'sessions');
    if p_sessions <> '{}' then
        perform update_group_session_v1(p_account, p_change, p_change -> 'sessions');
    end if;
    perform insert_item_v1(p_account, p_change, p_change -> 'items');
    if p_items <> '{}' then
        perform update_item_v1(p_account, p_change, p_change -> 'items');
    end if;
end $$;

-- Deletes the released claims, updates the ends of holds, and inserts the new claims.
create function write_claims(p_account bigint, p_change jsonb, p_wanted wanted_claim[], p_released bigint[],
    p_items bigint[]) returns void language plpgsql as $$
declare
    v_one wanted_claim;
begin
    if p_released <> '{}' then
        delete from claim where account_id = p_account and owner_id = any ((select p_released)::bigint[]);
    end if;
    if p_items <> '{}' then
        update claim c set expires_at = i.expires_at
        from jsonb_to_recordset(p_change -> 'items') i (id bigint, revision integer, expires_at timestamptz)
        where i.revision > 0 and c.account_id = p_account and c.owner_id = i.id
            and c.expires_at is distinct from i.expires_at;
    end if;
    foreach v_one in array p_wanted loop
        insert into claim (
            account_id, item_id, session_id, resource_id, span, units, overlap_allowed, exclusive, expires_at)
        values (p_account, v_one.item_id, v_one.session_id, v_one.resource_id, v_one.span, v_one.units,
            v_one.overlap_allowed, v_one.exclusive, v_one.expires_at);
    end loop;
end $$;

-- Ends the links by which guests see items that are for somebody else after the change, which is not written yet. A link
-- to a booking leads on to what is left of it, unless nothing is left or the booking itself is given away. Who booked an
-- item for another keeps theirs.
create function end_links(p_account bigint, p_change jsonb) returns void language plpgsql as $$
declare
    v_at timestamptz := (p_change ->> 'at')::timestamptz;
    v_items bigint[] := ids_at(p_change, '$.given_away[*]');
    v_given record;
    v_left text[];
    v_is_whole boolean;
begin
    update access_token set revoked_at = v_at
    where account_id = p_account and kind = 'guest' and revoked_at is null and item_id = any (v_items);
    for v_given in
        select i.booking_id, array_agg(i.id) as items, jsonb_object_agg(i.id, p_change -> 'at') as since
        from jsonb_to_recordset(p_change -> 'items') i (id bigint, booking_id bigint, booked_by_customer_id bigint)
        where i.id = any (v_items) and i.booked_by_customer_id is null
        group by i.booking_id
    loop
        v_left := array(
            select id::text from item
            where account_id = p_account and booking_id = v_given.booking_id and state <> 'deleted'
                and id <> all (v_given.items));
        v_is_whole := exists (
            select from jsonb_to_recordset(p_change -> 'bookings') b (id bigint, customer_id bigint)
            join booking had on had.account_id = p_account and had.id = b.id
            where b.id = v_given.booking_id and b.customer_id is distinct from had.customer_id);
        update access_token set given_away = v_given.since || given_away,
            revoked_at = case when v_is_whole or given_away ?& v_left then v_at end
        where account_id = p_account and kind = 'guest' and revoked_at is null and booking_id = v_given.booking_id;
    end loop;
end $$;

-- Writes a change as a whole and returns null, or writes nothing and returns a refusal. The locks stay until the end of
-- the transaction.
create function commit_v1(p_account bigint, p_change jsonb) returns jsonb language plpgsql as $$
declare
    v_at timestamptz := (p_change ->> 'at')::timestamptz;
    v_released bigint[] := ids_at(p_change, '$.released[*]');
    v_items bigint[] := ids_at(p_change, '$.items[*] ? (@.revision > 0).id');
    v_sessions bigint[] := ids_at(p_change, '$.sessions[*] ? (@.revision > 0).id');
    v_seated bigint[] := ids_at(p_change, '$.items[*] ? (@.session_id > 0).session_id');
    v_bookings bigint[] := ids_at(p_change, '$.bookings[*] ? (@.revision > 0).id');
    v_enlarged bigint[] := ids_at(p_change, '$.items[*] ? (@.revision == 0).booking_id');
    v_customers bigint[] := ids_at(p_change, '$.customers[*] ? (@.revision > 0).id');
    v_changed bigint[] := v_bookings;
    v_named bigint[];
    v_roots bigint[];
    v_check record;
    v_overdue bigint[];
    v_refusal jsonb;
begin
    if not v_enlarged <@ ids_at(p_change, '$.bookings[*] ? (@.revision == 0).id') then
        v_bookings := v_bookings || v_enlarged;
    end if;
    if p_change -> 'item_counts' <> '{}' then
        v_bookings := v_bookings || array(select key::bigint from jsonb_object_keys(p_change -> 'item_counts') key);
    end if;
    if v_items <> '{}' then
        v_seated := v_seated || array(
            select session_id from item
            where account_id = p_account and id = any ((select v_items)::bigint[]) and session_id is not null);
    end if;
    v_roots := lock_rows(p_account, v_bookings, v_sessions || v_seated, v_released || v_items || v_sessions,
        ids_at(p_change, '$.claims[*].resource_id'), v_items);
    if v_roots is null then
        return '{"refusal": "stale"}';
    end if;
    if v_items || v_bookings || v_sessions <> '{}' and is_stale(p_account, p_change) then
        return '{"refusal": "stale"}';
    end if;
    if v_items || v_customers || v_bookings = '{}' then
        v_named := ids_at(p_change, '$.items[*].customer_id') || ids_at(p_change, '$.items[*].booked_by_customer_id')
            || ids_at(p_change, '$.bookings[*].customer_id');
        select jsonb_build_object('refusal', 'not_found', 'what', 'customer', 'which', max(id)) into v_refusal
        from (
            select id, deleted_at from customer
            where account_id = p_account and id = any ((select v_named)::bigint[])
            order by id offset 0 for key share) locked  -- offset: who is gone is asked of the rows as they are locked
        where deleted_at is not null having count(*) > 0;
    else
        v_refusal := customer_refusal(p_account, p_change, newly_named(p_account, p_change));
    end if;
    if v_refusal is not null then
        return v_refusal;
    end if;
    v_check := check_change(p_account, v_at, p_change, v_released, v_sessions || v_seated);
    if v_check.refusal is not null then
        return v_check.refusal;
    end if;
    if v_check.meets_overdue then
        v_overdue := overdue_items(p_account, v_at, v_roots, v_seated);
        if v_overdue <> '{}' then
            perform lapse_items(p_account, v_at, array(select unnest(v_overdue) except select unnest(v_items)));
        end if;
    end if;
    if p_change -> 'given_away' <> '[]' then
        perform end_links(p_account, p_change);
    end if;
    perform write_images(p_account, p_change, v_customers, v_changed, v_sessions, v_items);
    perform write_claims(p_account, p_change, v_check.wanted, v_released, v_items);
    if p_change -> 'messages' <> '[]' then
        insert into outbox (account_id, booking_id, item_id, item_revision, customer_id, audience, channel, template,
            locale, data, created_at, due_at)
        select p_account, m.booking_id, m.item_id, m.item_revision, m.customer_id, m.audience, m.channel, m.template,
            m.locale, m.data, v_at, v_at + m.delay_seconds * interval '1 second'
        from jsonb_to_recordset(p_change -> 'messages') m (booking_id bigint, item_id bigint, item_revision integer,
            customer_id bigint, audience text, channel text, template text, locale text, data jsonb,
            delay_seconds integer);
    end if;
    return null;
end $$;

-- As `commit_v1`, for use within a transaction that goes on after a refusal: a refusal releases its locks.
create function commit_nested_v1(p_account bigint, p_change jsonb) returns jsonb language plpgsql as $$
declare
    v_refusal jsonb;
begin
    begin
        v_refusal := commit_v1(p_account, p_change);
        if v_refusal is not null then
            raise exception 'refused' using errcode = 'KL001';
        end if;
    exception when sqlstate 'KL001' then
        return v_refusal;
    end;
    return null;
end $$;

-- The last number of a kind of invoice in a year. Drawing the next one locks the row, so that numbers have no gaps.
create table invoice_count (
    account_id bigint not null,
    kind text not null,
    year integer not null,
    last integer not null,
    constraint invoice_count_pkey primary key (account_id, kind, year),
    constraint invoice_count_account_fkey foreign key (account_id) references account (id)
);

-- Invoices, cancellations (which take a whole one back) and credit notes (a part of one). The amounts of those two are
-- negative, so that the sum of all is what was earned.
create table invoice (
    account_id bigint not null,
    id bigint generated by default as identity,
    kind text not null default 'invoice',
    year integer not null,
    number integer not null,
    corrects_id bigint,  -- the invoice that it takes back
    customer_id bigint,
    customer jsonb not null,  -- name and address at the time
    issuer jsonb not null,
    currency text not null,
    prices_include_tax boolean not null default false,  -- prices and discounts are gross
    reference text not null default '',
    text text not null default '',
    discount_kind text,
    discount_rate numeric(14, 4),
    discount numeric(14, 4) not null,
    net numeric(14, 4) not null,
    tax numeric(14, 4) not null,
    total numeric(14, 4) not null,
    issued_at timestamptz not null,
    due_on date not null,
    payment_method text not null default 'invoice',
    paid_at timestamptz,
    revision integer not null default 0,
    created_by text not null,
    updated_at timestamptz not null,
    constraint invoice_pkey primary key (account_id, id),
    constraint invoice_account_fkey foreign key (account_id) references account (id),
    constraint invoice_customer_fkey foreign key (account_id, customer_id) references customer (account_id, id),
    constraint invoice_corrects_fkey foreign key (account_id, corrects_id) references invoice (account_id, id),
    constraint invoice_number_key unique (account_id, kind, year, number),
    constraint invoice_number_check check (number >= 1),
    constraint invoice_kind_check check (
        kind in ('invoice', 'cancellation', 'credit_note') and (kind = 'invoice') = (corrects_id is null)),
    constraint invoice_discount_check check (
        (discount_kind is null) = (discount_rate is null) and discount_kind in ('amount', 'percent')),
    constraint invoice_payment_method_check check (payment_method in ('invoice', 'cash', 'card', 'transfer', 'debit'))
);
create index invoice_customer_idx on invoice (account_id, customer_id);
create index invoice_issued_idx on invoice (account_id, issued_at);
create index invoice_corrects_idx on invoice (account_id, corrects_id) where corrects_id is not null;
-- What is cancelled is cancelled once.
create unique index invoice_cancelled_key on invoice (account_id, corrects_id) where kind = 'cancellation';

create table invoice_row (
    account_id bigint not null,
    id bigint generated by default as identity,
    invoice_id bigint not null,
    position integer not null,
    booking_id bigint,  -- null where an amount is credited
    item_id bigint,
    resource_id bigint,  -- the resource or inventory
    service_id bigint,
    title text not null,
    about text not null default '',  -- what the booking calls itself
    day date not null,
    starts_at timestamptz,
    ends_at timestamptz,
    time_zone text not null default '',
    recurs boolean not null,
    per text,  -- as in price; null when there is none
    rate numeric(14, 4) not null,
    units numeric(14, 4) not null,  -- how many hours, days, bookings or pieces
    pieces integer not null default 1,
    seconds integer,  -- of each piece, where it is paid by the hour
    price numeric(14, 4) not null,  -- before the discount; gross where prices include tax
    discount numeric(14, 4) not null,
    tax_rate numeric(6, 3) not null,
    exemption text not null default '',
    tax numeric(14, 4) not null,
    total numeric(14, 4) not null,
    corrects_row_id bigint,  -- the row that it takes back
    constraint invoice_row_pkey primary key (account_id, id),
    constraint invoice_row_position_key unique (account_id, invoice_id, position),
    constraint invoice_row_invoice_fkey foreign key (account_id, invoice_id) references invoice (account_id, id),
    constraint invoice_row_booking_fkey foreign key (account_id, booking_id) references booking (account_id, id),
    constraint invoice_row_item_fkey foreign key (account_id, item_id) references item (account_id, id),
    constraint invoice_row_resource_fkey foreign key (account_id, resource_id) references resource (account_id, id),
    constraint invoice_row_service_fkey foreign key (account_id, service_id) references service (account_id, id),
    constraint invoice_row_corrects_fkey foreign key (account_id, corrects_row_id)
        references invoice_row (account_id, id),
    constraint invoice_row_subject_check check ((booking_id is null) = (item_id is null)),
    constraint invoice_row_per_check check (per in ('hour', 'day', 'booking', 'quantity'))
);
create index invoice_row_booking_idx on invoice_row (account_id, booking_id);
create index invoice_row_item_idx on invoice_row (account_id, item_id);
create index invoice_row_corrects_idx on invoice_row (account_id, corrects_row_id) where corrects_row_id is not null;

-- An issued invoice is final: only its payment can change.
create function invoice_is_final() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and tg_table_name = 'invoice' then
        if to_jsonb(new) - '{paid_at,payment_method,revision,updated_at}'::text[]
            = to_jsonb(old) - '{paid_at,payment_method,revision,updated_at}'::text[]
        then
            return new;
        end if;
    end if;
    if tg_op = 'DELETE' and current_setting('kalends.deletes_account', true) = 'on' then
        return old;
    end if;
    raise exception 'an invoice is final' using errcode = 'restrict_violation', constraint = 'invoice_final';
end $$;
create trigger invoice_final before update or delete on invoice for each row execute function invoice_is_final();
create trigger invoice_row_final before update or delete on invoice_row
    for each row execute function invoice_is_final();

-- An advertised event; a planned occurrence that many can attend is a group session.
create table occasion (
    account_id bigint not null,
    id bigint generated by default as identity,
    title text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    entrance_minute smallint,  -- wall minutes from midnight of its first day
    beginning_minute smallint,
    headline text not null default '',
    description text not null default '',
    ticket_link text not null default '',
    ticket_price text not null default '',
    notice text not null default '',
    image text not null default '',
    active boolean not null default true,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint occasion_pkey primary key (account_id, id),
    constraint occasion_account_fkey foreign key (account_id) references account (id),
    constraint occasion_span_check check (starts_at < ends_at),
    constraint occasion_minutes_check check (entrance_minute between 0 and 1439 and beginning_minute between 0 and 1439)
);
create index occasion_starts_idx on occasion (account_id, starts_at);

create table document (
    account_id bigint not null,
    id bigint generated by default as identity,
    occasion_id bigint not null,
    kind text not null,
    number text not null,
    amount numeric(14, 4) not null,
    day date not null,
    processed_on date,
    invoice_id bigint,
    created_at timestamptz not null,
    constraint document_pkey primary key (account_id, id),
    constraint document_occasion_fkey foreign key (account_id, occasion_id) references occasion (account_id, id),
    constraint document_invoice_fkey foreign key (account_id, invoice_id) references invoice (account_id, id),
    constraint document_number_key unique (account_id, kind, number),
    constraint document_kind_check check (kind in ('offer', 'order_confirmation', 'invoice')),
    constraint document_invoice_check check (invoice_id is null or kind = 'invoice')
);
create index document_occasion_idx on document (account_id, occasion_id);
create index document_invoice_idx on document (account_id, invoice_id) where invoice_id is not null;

create table document_booking (
    account_id bigint not null,
    document_id bigint not null,
    booking_id bigint not null,
    constraint document_booking_pkey primary key (account_id, document_id, booking_id),
    constraint document_booking_document_fkey foreign key (account_id, document_id)
        references document (account_id, id),
    constraint document_booking_booking_fkey foreign key (account_id, booking_id) references booking (account_id, id)
);
create index document_booking_booking_idx on document_booking (account_id, booking_id);

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
    failing_since timestamptz,
    disabled_reason text,
    previous_secret text,  -- calls are signed with it too, until the time beside it
    previous_secret_until timestamptz,
    -- Of the change feed: its changes up to there have become deliveries. A new webhook begins with what comes next.
    position text not null default pg_snapshot_xmin(pg_current_snapshot()) || '-0',
    sending_until timestamptz,  -- until then one worker alone sends its deliveries
    constraint webhook_pkey primary key (account_id, id),
    constraint webhook_account_fkey foreign key (account_id) references account (id)
);

-- One event for one webhook. It is rendered from the change when its turn comes, and signed anew for each attempt.
create table webhook_delivery (
    account_id bigint not null,
    id bigint generated always as identity,
    webhook_id bigint not null,
    event text not null,
    position text not null,  -- of the change in the change feed; of a test call ''
    created_at timestamptz not null,
    state text not null default 'waiting',
    due_at timestamptz not null,
    attempts integer not null default 0,
    finished_at timestamptz,
    status integer,  -- of the last answer
    answer text,
    reason text,
    constraint webhook_delivery_pkey primary key (account_id, id),
    constraint webhook_delivery_webhook_fkey foreign key (account_id, webhook_id) references webhook (account_id, id),
    constraint webhook_delivery_state_check check (
        state in ('waiting', 'sent', 'dropped', 'failed') and (state = 'waiting') = (finished_at is null))
);
create unique index webhook_delivery_position_key on webhook_delivery (account_id, webhook_id, position)
    where position <> '';
create index webhook_delivery_due_idx on webhook_delivery (account_id, webhook_id, due_at) where state = 'waiting';
create index webhook_delivery_open_idx on webhook_delivery (state) where state in ('waiting', 'failed');
create index webhook_delivery_finished_idx on webhook_delivery (finished_at) where state <> 'waiting';

-- One row is one message to one recipient by one channel, written in the transaction of the change that it is about. What
-- it says is decided and written when its turn comes, from the present (engine/messages/decision.py); what was sent is
-- kept. Several waiting messages of a booking that differ by their item only are sent as one.
create table outbox (
    account_id bigint not null,
    id bigint generated always as identity,
    booking_id bigint,  -- null: it is about no booking, but about the account itself
    item_id bigint,
    item_revision integer not null,  -- the revision of the item that it was asked for with; once sent, that it told of
    customer_id bigint,  -- of audience customer: to whom; of staff: whose booking it is
    user_id bigint,  -- of audience staff: to whom; null while it stands for all who want to know
    audience text not null,
    channel text not null,
    template text not null,
    locale text not null,
    data jsonb not null,  -- what the present does not say: the time that a reminder was planned for, ...
    created_at timestamptz not null,
    state text not null default 'waiting',
    due_at timestamptz not null,  -- when to send it; while it is being sent, when the lease ends
    attempts integer not null default 0,
    finished_at timestamptz,
    reason text,  -- why it was dropped, or failed for good
    answer text,  -- of the server, or the error of the last attempt
    sent_with_id bigint,  -- it was sent as a part of this one
    resent_of_id bigint,
    address text,
    subject text,
    body text,
    constraint outbox_pkey primary key (account_id, id),
    constraint outbox_item_fkey foreign key (account_id, item_id) references item (account_id, id),
    constraint outbox_customer_fkey foreign key (account_id, customer_id) references customer (account_id, id),
    constraint outbox_user_fkey foreign key (account_id, user_id) references staff_user (account_id, id),
    constraint outbox_about_check check ((booking_id is null) = (item_id is null)),
    constraint outbox_audience_check check (audience in ('customer', 'staff')),
    constraint outbox_channel_check check (channel in ('email', 'sms')),
    constraint outbox_state_check check (
        state in ('waiting', 'sent', 'kept', 'dropped', 'failed') and (state = 'waiting') = (finished_at is null))
);
create index outbox_due_idx on outbox (channel, due_at) where state = 'waiting';
create index outbox_failed_idx on outbox (channel) where state = 'failed';
create index outbox_customer_idx on outbox (account_id, customer_id) where customer_id is not null;
create index outbox_booking_idx on outbox (account_id, booking_id, id);
create index outbox_item_idx on outbox (account_id, item_id) where item_id is not null;
create index outbox_digest_idx on outbox (account_id, user_id) where template = 'digest' and state = 'waiting';

-- A rule for reminders, as it was before it changed, of the items at one site or at none. Those whose reminders it set
-- follow by and by, in order of time; the row goes when all have.
create table reminder_rule_change (
    account_id bigint not null,
    id bigint generated always as identity,
    site_id bigint,
    days_before integer not null,
    minute integer not null,
    time_zone text not null,
    after_start timestamptz not null,  -- items up to this start and id have followed
    after_id bigint not null default 0,
    constraint reminder_rule_change_pkey primary key (account_id, id),
    constraint reminder_rule_change_account_fkey foreign key (account_id) references account (id),
    constraint reminder_rule_change_site_fkey foreign key (account_id, site_id) references site (account_id, id)
);

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

-- How far systems that keep their own copy of the bookings have followed, each known by its key.

-- What a key was shown of an item that others had changed, what it confirmed to have, and its own id for the item.
-- Revisions are those of the item and of its customer.
create table sync_state (
    account_id bigint not null,
    token_id bigint not null,
    item_id bigint not null,
    is_block boolean not null,
    external_id text,
    shown_revision integer,
    shown_customer_id bigint,
    shown_customer_revision integer,
    confirmed_revision integer,
    confirmed_customer_id bigint,
    confirmed_customer_revision integer,
    constraint sync_state_pkey primary key (account_id, token_id, item_id),
    constraint sync_state_token_fkey foreign key (account_id, token_id) references access_token (account_id, id),
    constraint sync_state_item_fkey foreign key (account_id, item_id) references item (account_id, id),
    constraint sync_state_external_id_key unique (account_id, token_id, is_block, external_id)
);
create index sync_state_item_idx on sync_state (account_id, item_id);

-- When a key began to read a list: the last change of the feed that was settled then, and since when changes were asked
-- for. So it is known which changes were committed after a time, although they began before it. Lists are told apart by
-- their filters, "" is a list without.
create table sync_mark (
    account_id bigint not null,
    token_id bigint not null,
    id bigint generated always as identity,
    list text not null,
    at timestamptz not null,
    since timestamptz,
    position_xid xid8 not null,
    position_id bigint not null,
    constraint sync_mark_pkey primary key (account_id, token_id, id),
    constraint sync_mark_token_fkey foreign key (account_id, token_id) references access_token (account_id, id)
);
create index sync_mark_at_idx on sync_mark (account_id, token_id, list, at);

-- Has the blocks of sites that are not over take a resource that came to stand there, and let go of one that stands
-- there no longer or is out of use. The caller has locked the sites, and the resource's tree if it is not new.
create function follow_blocks_v1(p_account bigint, p_author jsonb, p_resource bigint)
returns void language plpgsql as $$
declare
    v_at timestamptz := (p_author ->> 'at')::timestamptz;
    v_resource resource;
    v_block item;
    v_taken bigint[];
    v_wanted boolean;
begin
    select * into v_resource from resource where account_id = p_account and id = p_resource;
    for v_block in
        select * from item
        where account_id = p_account and kind = 'block' and resource_id is null and is_active(state) and ends_at > v_at
            and (site_id = v_resource.site_id or p_resource = any (also_resource_ids))
        order by id for no key update
    loop
        v_wanted := v_resource.active and v_resource.parent_id is null and v_block.site_id = v_resource.site_id;
        continue when v_wanted = (p_resource = any (v_block.also_resource_ids));
        if v_wanted then
            v_taken := v_block.also_resource_ids || p_resource;
            insert into claim (account_id, item_id, resource_id, span, units, overlap_allowed, exclusive)
            values (p_account, v_block.id, p_resource, tstzrange(v_block.starts_at, v_block.ends_at),
                greatest(v_resource.capacity, 1), true, false);
        else
            v_taken := array_remove(v_block.also_resource_ids, p_resource);
            delete from claim
            where account_id = p_account and owner_id = v_block.id and resource_id = p_resource;
        end if;
        update item set also_resource_ids = v_taken, revision = v_block.revision + 1, updated_at = v_at,
            updated_by = p_author ->> 'actor'
        where account_id = p_account and id = v_block.id;
        insert into journal (account_id, at, actor, door, verb, kind, subject_id, revision, before, after,
            request_id)
        values (p_account, v_at, p_author ->> 'actor', p_author ->> 'door', 'follow', 'item', v_block.id,
            v_block.revision + 1, jsonb_build_object('also_resource_ids', v_block.also_resource_ids),
            jsonb_build_object('also_resource_ids', v_taken), p_author ->> 'request_id');
    end loop;
end $$;

-- How accounts, customers and staff want messages to be.

-- Texts of an account's own for messages, in place of the built-in ones.
create table message_template (
    account_id bigint not null,
    id bigint generated by default as identity,
    kind text not null,
    channel text not null,
    service_id bigint,  -- null: all services
    locale text not null default '',  -- a language such as de; '': all languages
    subject text not null default '',
    body text not null,
    active boolean not null default true,
    fault text not null default '',  -- why it could not be used when a message was sent
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint message_template_pkey primary key (account_id, id),
    constraint message_template_account_fkey foreign key (account_id) references account (id),
    constraint message_template_service_fkey foreign key (account_id, service_id) references service (account_id, id),
    constraint message_template_key unique nulls not distinct (account_id, kind, channel, service_id, locale)
);

-- Messages that customers do not want.
create table message_refusal (
    account_id bigint not null,
    id bigint generated by default as identity,
    customer_id bigint not null,
    kind text not null,
    channel text not null,
    created_at timestamptz not null,
    constraint message_refusal_pkey primary key (account_id, id),
    constraint message_refusal_customer_fkey foreign key (account_id, customer_id) references customer (account_id, id),
    constraint message_refusal_key unique (account_id, customer_id, kind, channel)
);

-- Addresses that take no messages: e-mail addresses in lower case, phone numbers in E.164.
create table bounced_address (
    account_id bigint not null,
    id bigint generated by default as identity,
    address text not null,
    reason text not null,
    created_at timestamptz not null,
    constraint bounced_address_pkey primary key (account_id, id),
    constraint bounced_address_account_fkey foreign key (account_id) references account (id),
    constraint bounced_address_key unique (account_id, address)
);

-- The guard's check of a change as a whole: under the locks of `commit_v1`, or without any, to say what it would refuse.

-- The refusal for a claim on a resource that does not exist (not_found) or is not active (retired).
create function unusable_resource(p_account bigint, p_resource bigint) returns jsonb language plpgsql as $$
begin
    if exists (select from resource where account_id = p_account and id = p_resource) then
        return '{"refusal": "retired", "what": "resource"}';
    end if;
    return jsonb_build_object('refusal', 'not_found', 'what', 'resource', 'which', p_resource);
end $$;

-- The refusal `full` if resources or sessions have too little left for the change; else null.
create function full_refusal(p_account bigint, p_at timestamptz, p_change jsonb, p_wanted wanted_claim[],
    p_released bigint[], p_suspects bigint[], p_planned planned_session[]) returns jsonb language plpgsql as $$
declare
    v_most constant integer := 5;
    v_claims record;
    v_seats record;
begin
    v_claims := claim_conflicts(p_account, p_at, p_wanted, p_released, p_suspects, v_most);
    if p_planned is not null then
        v_seats := seat_conflicts(
            p_account, p_at, p_change, p_planned, v_most - jsonb_array_length(coalesce(v_claims.conflicts, '[]')));
        v_claims.count := v_claims.count + v_seats.count;
        v_claims.conflicts := coalesce(v_claims.conflicts, '[]') || coalesce(v_seats.conflicts, '[]');
    end if;
    if v_claims.count = 0 then
        return null;
    end if;
    return jsonb_build_object('refusal', 'full', 'count', v_claims.count, 'conflicts', v_claims.conflicts);
end $$;

-- The guard's check of a change: its claims with their resources, the refusal if something is in the way or has
-- changed, and whether holds past their end may be in the way. `p_sessions` are the sessions that it changes or seats
-- people in.
create function check_change(
    p_account bigint, p_at timestamptz, p_change jsonb, p_released bigint[], p_sessions bigint[],
    out wanted wanted_claim[], out refusal jsonb, out meets_overdue boolean) language plpgsql as $$
declare
    v_planned planned_session[];
    v_claim wanted_claim;
    v_taken record;
begin
    if p_sessions <> '{}' then
        v_planned := planned_sessions(p_account, p_at, p_change, p_sessions);
        if is_session_stale(p_account, p_at, p_change, v_planned) then
            refusal := '{"refusal": "stale"}';
            return;
        end if;
    end if;
    wanted := wanted_claims(p_account, p_change -> 'claims', p_released);
    foreach v_claim in array wanted loop
        if v_claim.path is null then
            refusal := unusable_resource(p_account, v_claim.resource_id);
            return;
        end if;
    end loop;
    v_taken := suspect_claims(p_account, p_at, wanted, p_released);
    meets_overdue := v_taken.meets_overdue or v_planned is not null;
    if v_taken.suspects <> '{}' or v_planned is not null then
        refusal := full_refusal(p_account, p_at, p_change, wanted, p_released, v_taken.suspects, v_planned);
    end if;
end $$;

-- What `commit_v1` would refuse a change of new items with, or null, without locks: it may be otherwise by its commit.
create function check_v1(p_account bigint, p_change jsonb) returns jsonb language plpgsql as $$
begin
    return (check_change(p_account, (p_change ->> 'at')::timestamptz, p_change, ids_at(p_change, '$.released[*]'),
        ids_at(p_change, '$.sessions[*] ? (@.revision > 0).id')
            || ids_at(p_change, '$.items[*] ? (@.session_id > 0).session_id'))).refusal;
end $$;

-- What is left of a person beside the records themselves: journal, messages, logins. It is taken out when they are
-- erased (engine/bookings/erasure.py). Invoices keep what the law wants kept.

-- The journal's entries about some subjects of a kind lose these fields of their images; answers of webhooks that were
-- told of the entries go, too.
create function erase_images(p_account bigint, p_kind text, p_ids bigint[], p_fields text[]) returns void
language plpgsql as $$
begin
    perform set_config('kalends.erases', 'on', true);
    update journal set before = before - p_fields, after = after - p_fields
    where account_id = p_account and kind = p_kind and subject_id = any (p_ids)
        and (before ?| p_fields or after ?| p_fields);
    perform set_config('kalends.erases', 'off', true);
    update webhook_delivery set answer = null
    where account_id = p_account and answer is not null and position in (
        select xid::text || '-' || id from journal
        where account_id = p_account and kind = p_kind and subject_id = any (p_ids));
end $$;

-- Messages to these customers or about their items are not sent any more; of those that were, only when, how and whether
-- stays. So it is with mails of a day's bookings that told of the items; those that wait are written when they are sent.
create function erase_messages(p_account bigint, p_at timestamptz, p_customers bigint[], p_items bigint[]) returns void
language plpgsql as $$
begin
    update outbox set state = case when state in ('waiting', 'failed') then 'dropped' else state end,
        reason = case when state in ('waiting', 'failed') then 'erased' else reason end,
        finished_at = coalesce(finished_at, p_at), address = case audience when 'staff' then address end,
        subject = null, body = null, answer = null, data = '{}'
    where account_id = p_account and (customer_id = any (p_customers) or item_id = any (p_items) and booking_id in (
        select booking_id from item where account_id = p_account and id = any (p_items)));
    update outbox set subject = null, body = null, answer = null
    where account_id = p_account and template = 'digest' and body is not null and exists (
        select from jsonb_array_elements(data -> 'entries') entry where (entry ->> 'item_id')::bigint = any (p_items));
end $$;

-- Everything of some erased customers that is not in the records which the change wrote. `p_fields`: by kind of the
-- journal, the fields to take out; `p_addresses`: e-mail addresses in lower case and numbers in E.164 that they had.
create function erase_traces_v1(p_account bigint, p_at timestamptz, p_fields jsonb, p_customers bigint[],
    p_bookings bigint[], p_items bigint[], p_addresses text[]) returns void language plpgsql as $$
declare
    v_cases bigint[] := array(
        select id from customer_case where account_id = p_account and customer_id = any (p_customers) order by id);
    v_invoices bigint[] := array(
        select id from invoice where account_id = p_account and customer_id = any (p_customers) order by id);
    v_bounced bigint[];
begin
    update customer_case set name = '', notes = '', details = '{}', archived_at = coalesce(archived_at, p_at),
        updated_at = p_at
    where account_id = p_account and id = any (v_cases);
    update occurrence set outcome = 'withdrawn'
    where account_id = p_account and booking_id = any (p_bookings) and outcome = 'failed';
    perform erase_images(p_account, 'customer', p_customers, fields_of(p_fields, 'customer'));
    perform erase_images(p_account, 'booking', p_bookings, fields_of(p_fields, 'booking'));
    perform erase_images(p_account, 'item', p_items, fields_of(p_fields, 'item'));
    perform erase_images(p_account, 'customer_case', v_cases, fields_of(p_fields, 'customer_case'));
    perform erase_images(p_account, 'invoice', v_invoices, fields_of(p_fields, 'invoice'));
    perform erase_messages(p_account, p_at, p_customers, p_items);
    with gone as (
        delete from bounced_address b
        where account_id = p_account and address = any (p_addresses) and not exists (
            select from customer c where c.account_id = p_account and c.deleted_at is null
                and (lower(c.email) = b.address or c.phone_e164 = b.address))
        returning id
    )
    select array_agg(id) into v_bounced from gone;
    perform erase_images(p_account, 'bounced_address', v_bounced, '{address,reason}');
    delete from message_refusal where account_id = p_account and customer_id = any (p_customers);
    delete from credential where account_id = p_account and customer_id = any (p_customers);
    update access_token set revoked_at = p_at
    where account_id = p_account and revoked_at is null and (
        customer_id = any (p_customers) or item_id = any (p_items) or booking_id = any (p_bookings));
end $$;

create function fields_of(p_fields jsonb, p_kind text) returns text[] language sql immutable as $$
    select array(select jsonb_array_elements_text(p_fields -> p_kind))
$$;

-- Calendar feeds: whoever has the secret of one, of which the digest is here, reads what it is of.
create table feed (
    account_id bigint not null,
    id bigint generated always as identity,
    title text not null default '',
    resource_id bigint,
    site_id bigint,
    user_id bigint,
    detail text not null,
    digest bytea not null default '',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    revision integer not null default 0,
    constraint feed_pkey primary key (account_id, id),
    constraint feed_account_fkey foreign key (account_id) references account (id),
    constraint feed_resource_fkey foreign key (account_id, resource_id) references resource (account_id, id),
    constraint feed_site_fkey foreign key (account_id, site_id) references site (account_id, id),
    constraint feed_user_fkey foreign key (account_id, user_id) references staff_user (account_id, id),
    constraint feed_subject_check check (num_nonnulls(resource_id, site_id, user_id) = 1),
    constraint feed_detail_check check (detail in ('busy', 'titles', 'full'))
);
-- Without account_id, as a feed is looked up before its account is known. 256 random bits need no unique constraint.
create index feed_digest_idx on feed (digest);

create table schema_version (version integer not null);
insert into schema_version (version) values (1);
