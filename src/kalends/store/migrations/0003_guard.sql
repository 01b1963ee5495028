-- The guard. Everything below is called by store/claims.py alone.

-- Locks the items about to be changed, then the sessions touched, then the roots of the trees touched, each in ascending
-- order, so that no two changes wait for each other. What an item or session claims is read only when nobody else can
-- change it any more. Keys of the three kinds never meet: items are negative, sessions odd, roots even.
create function guard_lock(p_account bigint, p_items bigint[], p_resources bigint[], p_sessions bigint[])
returns void language plpgsql as $$
declare
    v_resources bigint[] := p_resources;
    v_sessions bigint[] := p_sessions;
    v_id bigint;
begin
    if cardinality(p_items) > 0 then
        for v_id in select distinct id from unnest(p_items) id order by id loop
            perform pg_advisory_xact_lock(-v_id);
        end loop;
        v_resources := v_resources || array(
            select resource_id from claim where account_id = p_account and item_id = any (p_items));
        v_sessions := v_sessions || array(
            select session_id from item
            where account_id = p_account and id = any (p_items) and session_id is not null);
    end if;
    if cardinality(v_sessions) > 0 then
        for v_id in select distinct id from unnest(v_sessions) id order by id loop
            perform pg_advisory_xact_lock(v_id * 2 + 1);
        end loop;
        v_resources := v_resources || array(
            select resource_id from claim where account_id = p_account and session_id = any (v_sessions));
    end if;
    for v_id in
        select distinct root_id from resource where account_id = p_account and id = any (v_resources) order by root_id
    loop
        perform pg_advisory_xact_lock(v_id * 2);
    end loop;
end $$;

-- Lapses holds that are over: on the trees of these resources, and on these sessions.
create function guard_lapse(p_account bigint, p_now timestamptz, p_resources bigint[], p_sessions bigint[])
returns void language plpgsql as $$
declare
    v_tree bigint[] := array(
        select t.id from resource r join resource t on t.account_id = p_account and t.root_id = r.root_id
        where r.account_id = p_account and r.id = any (p_resources));
    v_items bigint[] := array(
        select item_id from claim
        where account_id = p_account and resource_id = any (v_tree) and expires_at <= p_now);
begin
    if cardinality(p_sessions) > 0 then
        v_items := v_items || array(
            select id from item
            where account_id = p_account and session_id = any (p_sessions) and expires_at <= p_now);
    end if;
    if cardinality(v_items) > 0 then
        perform lapse_items(p_account, p_now, v_items);
    end if;
end $$;

create function lapse_items(p_account bigint, p_now timestamptz, p_items bigint[])
returns integer language plpgsql as $$
declare
    v_count integer;
begin
    with was as (
        select id, state from item where account_id = p_account and id = any (p_items) and expires_at <= p_now
            and state in ('awaiting_verification', 'awaiting_payment', 'awaiting_confirmation')
        order by id for update
    ), lapsed as (
        update item i set state = 'verification_expired', revision = i.revision + 1,
            updated_at = p_now, updated_by = 'kalends'
        from was where i.account_id = p_account and i.id = was.id
        returning i.id, i.revision, was.state
    ), freed as (
        delete from claim where account_id = p_account and item_id in (select id from lapsed)
    ), noted as (
        insert into journal (account_id, at, who, what, kind, subject_id, revision, before, after)
        select p_account, p_now, 'kalends', 'expire', 'item', id, revision,
            jsonb_build_object('state', state), jsonb_build_object('state', 'verification_expired')
        from lapsed
    )
    select count(*) into v_count from lapsed;
    return v_count;
end $$;

create function is_active(p_state text) returns boolean language sql immutable as $$
    select p_state in ('awaiting_verification', 'awaiting_payment', 'awaiting_confirmation', 'confirmed')
$$;

-- A refusal ends what was begun; `place` catches it, so nothing of the change is left, not even its locks.
create function refuse(p_refusal jsonb) returns void language plpgsql as $$
begin
    if p_refusal is not null then
        raise exception 'refused' using errcode = 'KL001', detail = p_refusal::text;
    end if;
end $$;

-- The claims on a path of the tree that meet a span, each with its weight: on a path of capacities a, b, c a claim of u
-- units on the resource of capacity b weighs u*a*c of a*b*c, so that shares add up in whole numbers.
create function guard_loads(p_account bigint, p_path bigint[], p_whole numeric, p_span tstzrange)
returns table (span tstzrange, weight numeric) language sql as $$
    select c.span, c.units * div(p_whole, greatest(r.capacity, 1))
    from unnest(p_path) as node
    join resource r on r.account_id = p_account and r.id = node
    join claim c on int8range(c.resource_id, c.resource_id, '[]') && int8range(node, node, '[]') and c.span && p_span
        and c.account_id = p_account
$$;

-- Refuses unless `units` more (null: the whole) fit on the resource during the span. A claim takes the share
-- units/capacity of its resource; along every path from root to leaf, at every instant, the shares of all claims sum to
-- at most one. Each node at or below the resource stands for the path that ends there.
create function guard_check(p_account bigint, p_resource resource, p_span tstzrange, p_units integer)
returns void language plpgsql as $$
declare
    v_path bigint[];
    v_capacity integer;
    v_whole numeric;
    v_peak numeric;
begin
    for v_path in
        select path from resource
        where account_id = p_account and root_id = p_resource.root_id and path @> p_resource.path
    loop
        v_whole := 1;
        for v_capacity in select capacity from resource where account_id = p_account and id = any (v_path) loop
            v_whole := v_whole * greatest(v_capacity, 1);
        end loop;
        select max(load) into v_peak from (
            select sum(event.delta) over (order by event.at, event.delta) as load
            from guard_loads(p_account, v_path, v_whole, p_span) l
            cross join lateral (values (greatest(lower(l.span), lower(p_span)), l.weight), (upper(l.span), -l.weight))
                as event (at, delta)
        ) loads;
        if p_units > p_resource.capacity
            or coalesce(v_peak, 0) + p_units * div(v_whole, greatest(p_resource.capacity, 1)) > v_whole
        then
            perform refuse(jsonb_build_object('refusal', 'full', 'what', 'resource', 'which', p_resource.id,
                'in_the_way', (
                    select coalesce(jsonb_agg(jsonb_build_array(lower(l.span), upper(l.span)) order by l.span), '[]')
                    from (select span from guard_loads(p_account, v_path, v_whole, p_span) order by span limit 20) l)));
        end if;
    end loop;
end $$;

-- Frees what the change says is freed, then takes what it says is claimed. What an item claimed before and is not freed
-- stays, unasked: only the end of its hold follows the item's.
create function guard_claims(p_account bigint, p_change jsonb) returns void language plpgsql as $$
declare
    v_freed bigint[] := array(select f::bigint from jsonb_array_elements_text(p_change -> 'freed') f);
    v_claim record;
    v_resource resource;
    v_units integer;
begin
    if cardinality(v_freed) > 0 then
        delete from claim where account_id = p_account and item_id = any (v_freed);
        delete from claim where account_id = p_account and session_id = any (v_freed);
    end if;
    update claim c set expires_at = i.expires_at
    from jsonb_to_recordset(p_change -> 'items') as i (id bigint, revision integer, expires_at timestamptz)
    where i.revision > 0 and c.account_id = p_account and c.item_id = i.id
        and c.expires_at is distinct from i.expires_at;
    for v_claim in
        select w.*, tstzrange(w.starts_at, w.ends_at) as span from jsonb_to_recordset(p_change -> 'claims') as w (
            item_id bigint, session_id bigint, resource_id bigint, starts_at timestamptz, ends_at timestamptz,
            units integer, forced boolean, expires_at timestamptz)
    loop
        select * into v_resource from resource where account_id = p_account and id = v_claim.resource_id;
        if not found then
            perform refuse(jsonb_build_object(
                'refusal', 'not_found', 'what', 'resource', 'which', v_claim.resource_id));
        end if;
        if not v_resource.active then
            perform refuse('{"refusal": "retired", "what": "resource"}');
        end if;
        v_units := coalesce(v_claim.units, greatest(v_resource.capacity, 1));
        if not v_claim.forced then
            perform guard_check(p_account, v_resource, v_claim.span, v_units);
        end if;
        insert into claim (account_id, item_id, session_id, resource_id, span, units, exclusive, expires_at)
        values (p_account, v_claim.item_id, v_claim.session_id, v_claim.resource_id, v_claim.span, v_units,
            v_resource.capacity = 1 and not v_claim.forced, v_claim.expires_at);
    end loop;
end $$;

-- Refuses unless the seats that the change's items newly take are left in their sessions, and unless a new seat is for the
-- session as it is now: it may have been moved or removed since it was read.
create function guard_seats(p_account bigint, p_change jsonb) returns void language plpgsql as $$
begin
    perform refuse('{"refusal": "stale"}')
    from jsonb_to_recordset(p_change -> 'items') as w (
        session_id bigint, revision integer, starts_at timestamptz, ends_at timestamptz)
    join session s on s.account_id = p_account and s.id = w.session_id
    where w.revision = 0 and (s.deleted_at is not null or s.starts_at <> w.starts_at or s.ends_at <> w.ends_at);
    perform refuse(jsonb_build_object(
        'refusal', 'full', 'what', 'session', 'which', wanted.session_id, 'in_the_way', '[]'::jsonb))
    from (
        select w.session_id, sum(w.units) as units, array_agg(w.id) as items
        from jsonb_to_recordset(p_change -> 'items') as w (
            id bigint, session_id bigint, units integer, state text, forced boolean)
        where w.session_id is not null and not w.forced and is_active(w.state) and not exists (
            select from item had
            where had.account_id = p_account and had.id = w.id and had.session_id = w.session_id
                and had.units >= w.units and is_active(had.state))
        group by w.session_id
    ) wanted
    join session s on s.account_id = p_account and s.id = wanted.session_id
    where wanted.units > s.capacity - coalesce((
        select sum(i.units) from item i
        where i.account_id = p_account and i.session_id = s.id and i.id <> all (wanted.items) and is_active(i.state)), 0);
end $$;
