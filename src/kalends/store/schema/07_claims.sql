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
