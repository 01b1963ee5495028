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
