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
