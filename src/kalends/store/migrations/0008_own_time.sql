-- What has no capacity holds nothing, what only gets smaller is never refused, and changes of bookings are journalled.

-- Whether what an item or a session claims may lie over others: an item is marked, of a session the journal tells.
create function is_forced(p_account bigint, p_item bigint, p_session bigint) returns boolean language sql stable as $$
    select exists (select from item where account_id = p_account and id = p_item and forced)
        or exists (
            select from journal
            where account_id = p_account and kind = 'session' and subject_id = p_session and what = 'force')
$$;

-- Refuses unless `units` more fit on the resource during the span. A claim takes the share units/capacity of its resource;
-- along every path from root to leaf, at every instant, the shares of all claims sum to at most one. Each node at or below
-- the resource stands for the path that ends there. What has no capacity holds nothing, nor do its parts: no whole is left.
create or replace function guard_check(p_account bigint, p_resource resource, p_span tstzrange, p_units integer)
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
        for v_capacity in
            select case when id = any (p_resource.path) then capacity else greatest(capacity, 1) end
            from resource where account_id = p_account and id = any (v_path)
        loop
            v_whole := v_whole * v_capacity;
        end loop;
        select max(load) into v_peak from (
            select sum(event.delta) over (order by event.at, event.delta) as load
            from guard_loads(p_account, v_path, v_whole, p_span) l
            cross join lateral (values (greatest(lower(l.span), lower(p_span)), l.weight), (upper(l.span), -l.weight))
                as event (at, delta)
        ) loads;
        if v_whole = 0 or coalesce(v_peak, 0) + p_units * div(v_whole, greatest(p_resource.capacity, 1)) > v_whole then
            perform refuse(jsonb_build_object('refusal', 'full', 'what', 'resource', 'which', p_resource.id,
                'in_the_way', (
                    select coalesce(jsonb_agg(jsonb_build_array(lower(l.span), upper(l.span)) order by l.span), '[]')
                    from (select span from guard_loads(p_account, v_path, v_whole, p_span) order by span limit 20) l)));
        end if;
    end loop;
end $$;

-- Takes again those of the claims that lie within one that their owner had, and answers the others: what only gets smaller
-- takes nothing that was not its own, whatever was placed over it on purpose since, and is not to be refused for that. It
-- goes first, so that no other claim of the change takes it. What was forced was not its own.
create function guard_own(p_account bigint, p_claims jsonb, p_had claim[]) returns jsonb language sql as $$
    with own as (
        select w.value, w.value ->> 'forced' = 'true' as forced, (w.value ->> 'expires_at')::timestamptz as until,
            tstzrange((w.value ->> 'starts_at')::timestamptz, (w.value ->> 'ends_at')::timestamptz) as lasts,
            coalesce((w.value ->> 'units')::integer, had.units) as takes, had.*
        from jsonb_array_elements(p_claims) w join unnest(p_had) had
            on had.resource_id = (w.value ->> 'resource_id')::bigint and (
                had.item_id = (w.value ->> 'item_id')::bigint or had.session_id = (w.value ->> 'session_id')::bigint)
    ), kept as (
        select * from own where lasts <@ span and takes <= units and not is_forced(p_account, item_id, session_id)
    ), taken as (
        insert into claim (account_id, item_id, session_id, resource_id, span, units, exclusive, expires_at)
        select account_id, item_id, session_id, resource_id, lasts, takes, exclusive and not forced, until from kept
    )
    select coalesce(jsonb_agg(value), '[]') from jsonb_array_elements(p_claims)
    where value not in (select value from kept)
$$;

-- Frees what the change says is freed, then takes what it says is claimed. What an item claimed before and is not freed
-- stays, unasked: only the end of its hold follows the item's.
create or replace function guard_claims(p_account bigint, p_change jsonb) returns void language plpgsql as $$
declare
    v_freed bigint[] := array(select f::bigint from jsonb_array_elements_text(p_change -> 'freed') f);
    v_claims jsonb := p_change -> 'claims';
    v_had claim[];
    v_claim record;
    v_resource resource;
    v_units integer;
begin
    if cardinality(v_freed) > 0 then
        with of_items as (
            delete from claim where account_id = p_account and item_id = any (v_freed) returning *
        ), of_sessions as (
            delete from claim where account_id = p_account and session_id = any (v_freed) returning *
        )
        select array_agg(had::claim) into v_had
        from (select * from of_items union all select * from of_sessions) had;
        v_claims := guard_own(p_account, v_claims, v_had);
    end if;
    update claim c set expires_at = i.expires_at
    from jsonb_to_recordset(p_change -> 'items') as i (id bigint, revision integer, expires_at timestamptz)
    where i.revision > 0 and c.account_id = p_account and c.item_id = i.id
        and c.expires_at is distinct from i.expires_at;
    for v_claim in
        select w.*, tstzrange(w.starts_at, w.ends_at) as span from jsonb_to_recordset(v_claims) as w (
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

-- Changes the bookings that are there already, and notes what of them became what, beginning with revision 1: what a
-- booking was at first is told by what became of it, which keeps the journal out of the way of those that are never changed.
create function place_bookings(p_account bigint, p_change jsonb) returns void language plpgsql as $$
begin
    perform from booking
    where account_id = p_account and id = any (array(
        select (b ->> 'id')::bigint from jsonb_array_elements(p_change -> 'bookings') b))
    order by id for no key update;
    insert into journal (account_id, at, who, what, kind, subject_id, revision, before, after)
    select p_account, (p_change ->> 'at')::timestamptz, p_change ->> 'who', p_change ->> 'what', 'booking', b.id,
        coalesce((
            select max(j.revision) from journal j
            where j.account_id = p_account and j.kind = 'booking' and j.subject_id = b.id), 0) + 1,
        changes_between(to_jsonb(b), to_jsonb(was)), changes_between(to_jsonb(was), to_jsonb(b))
    from jsonb_populate_recordset(null::booking, p_change -> 'bookings') b
    join booking was on was.account_id = p_account and was.id = b.id
    where to_jsonb(was) <> to_jsonb(b);
    update booking was set (customer_id, title, comments, recurrence, details)
        = (b.customer_id, b.title, b.comments, b.recurrence, b.details)
    from jsonb_populate_recordset(null::booking, p_change -> 'bookings') b
    where was.account_id = p_account and was.id = b.id and to_jsonb(was) <> to_jsonb(b);
end $$;

-- Writes one change whole, or refuses and writes none of it. A change holds at, who, what and the after-images customers,
-- bookings, sessions and items, besides freed (ids of items and sessions whose claims go), claims (new ones) and outbox.
-- Its plans are cached while tables may still be empty, and must be good when they are full; and the best plan is the same
-- for all values, so making another for each call would be a third of the work: hence the settings.
create or replace function place(p_account bigint, p_change jsonb) returns jsonb language plpgsql
set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
declare
    v_replaced bigint[] := array(
        select (i ->> 'id')::bigint from jsonb_array_elements(p_change -> 'items') i
        where (i ->> 'revision')::integer > 0);
    v_sessions bigint[] := array(select (s ->> 'id')::bigint from jsonb_array_elements(p_change -> 'sessions') s);
    v_seated bigint[] := v_sessions || array(
        select (i ->> 'session_id')::bigint from jsonb_array_elements(p_change -> 'items') i
        where i ->> 'session_id' is not null);
    v_resources bigint[] := array(
        select (c ->> 'resource_id')::bigint from jsonb_array_elements(p_change -> 'claims') c);
    v_new integer;
    v_refusal jsonb;
begin
    begin
        perform guard_lock(p_account, v_replaced, v_resources, v_seated);
        perform guard_lapse(p_account, (p_change ->> 'at')::timestamptz, v_resources, v_seated);
        perform guard_claims(p_account, p_change);
        perform guard_seats(p_account, p_change);
        perform place_customers(p_account, p_change);
        perform guard_customers(p_account, p_change);
        insert into booking select * from jsonb_populate_recordset(null::booking, p_change -> 'bookings')
        on conflict (account_id, id) do nothing;
        get diagnostics v_new = row_count;
        if v_new < jsonb_array_length(p_change -> 'bookings') then
            perform place_bookings(p_account, p_change);
        end if;
        perform place_sessions(p_account, p_change);
        perform place_items(p_account, p_change);
        insert into outbox (account_id, item_id, customer_id, audience, channel, template, locale, data, created_at)
        select p_account, o.item_id, o.customer_id, o.audience, o.channel, o.template, o.locale, o.data,
            (p_change ->> 'at')::timestamptz
        from jsonb_populate_recordset(null::outbox, p_change -> 'outbox') o;
        return null;
    exception when sqlstate 'KL001' then
        get stacked diagnostics v_refusal = pg_exception_detail;
        return v_refusal;
    end;
end $$;

-- Capacities changed before `exclusive` followed them. Where an unforced claim shares its time after all it stays, for
-- `kalends check` to find; the migration is not to fail of it.
update claim c set exclusive = not c.exclusive from resource r
where r.account_id = c.account_id and r.id = c.resource_id and c.exclusive <> (r.capacity = 1)
    and (c.exclusive or not is_forced(c.account_id, c.item_id, c.session_id))
    and not exists (
        select from claim other
        where r.capacity = 1 and other.account_id = c.account_id and other.resource_id = c.resource_id
            and other.id <> c.id and other.span && c.span
            and not is_forced(other.account_id, other.item_id, other.session_id));
