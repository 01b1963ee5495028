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
