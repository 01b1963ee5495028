-- Refuses when a new item is for a customer who is deleted, or merged into another, by now. The rows are locked before they
-- are looked at: whoever is deleting one is waited for, as the item's foreign key would, which does not look again.
create function guard_customers(p_account bigint, p_change jsonb) returns void language plpgsql as $$
declare
    v_customer record;
begin
    for v_customer in
        select id, deleted_at from customer
        where account_id = p_account and id = any (array(
            select (i ->> 'customer_id')::bigint from jsonb_array_elements(p_change -> 'items') i
            where (i ->> 'revision')::integer = 0))
        for key share
    loop
        if v_customer.deleted_at is not null then
            perform refuse(jsonb_build_object('refusal', 'not_found', 'what', 'customer', 'which', v_customer.id));
        end if;
    end loop;
end $$;

create function changes_between(p_from jsonb, p_to jsonb) returns jsonb language sql immutable as $$
    select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(p_to) where p_from -> key is distinct from value
$$;

-- Notes after-images in the journal, beside what they replace; called before they are written. An image that was decided
-- on something other than what is there now is refused: revision n replaces n-1, and 0 is new.
create function journal_images(p_account bigint, p_change jsonb, p_kind text, p_images jsonb, p_before jsonb)
returns void language plpgsql as $$
begin
    perform refuse('{"refusal": "stale"}')
    from jsonb_array_elements(p_images) i left join jsonb_array_elements(p_before) b on b -> 'id' = i -> 'id'
    where coalesce((b ->> 'revision')::integer + 1, 0) <> (i ->> 'revision')::integer;
    insert into journal (account_id, at, who, what, kind, subject_id, revision, before, after)
    select p_account, (p_change ->> 'at')::timestamptz, p_change ->> 'who', p_change ->> 'what', p_kind,
        (i ->> 'id')::bigint, (i ->> 'revision')::integer,
        case when b is not null then changes_between(i, b) - 'verification_code' end,
        case when b is not null then changes_between(b, i) else jsonb_strip_nulls(i) end - 'verification_code'
    from jsonb_array_elements(p_images) i left join jsonb_array_elements(p_before) b on b -> 'id' = i -> 'id';
end $$;

create function place_customers(p_account bigint, p_change jsonb) returns void language plpgsql as $$
declare
    v_rows jsonb := p_change -> 'customers';
    v_images jsonb;
    v_before jsonb;
begin
    if coalesce(v_rows, '[]') = '[]' then
        return;
    end if;
    select jsonb_agg(to_jsonb(r)) into v_images from jsonb_populate_recordset(null::customer, v_rows) r;
    select coalesce(jsonb_agg(to_jsonb(was)), '[]') into v_before from (
        select * from customer
        where account_id = p_account and id = any (array(select (i ->> 'id')::bigint from jsonb_array_elements(v_rows) i))
        order by id for update) was;
    perform journal_images(p_account, p_change, 'customer', v_images, v_before);
    insert into customer select * from jsonb_populate_recordset(null::customer, v_rows)
    on conflict (account_id, id) do update set
        (first_name, last_name, company, email, phone, phone_e164, national_id, date_of_birth, gender, street,
        postcode, city, state, country, locale, notes, external_id, parent_id, sole, blocked_at, deleted_at,
        merged_into_id, custom, details, revision, updated_at, updated_by)
        = (excluded.first_name, excluded.last_name, excluded.company, excluded.email, excluded.phone,
        excluded.phone_e164, excluded.national_id, excluded.date_of_birth, excluded.gender, excluded.street,
        excluded.postcode, excluded.city, excluded.state, excluded.country, excluded.locale, excluded.notes,
        excluded.external_id, excluded.parent_id, excluded.sole, excluded.blocked_at, excluded.deleted_at,
        excluded.merged_into_id, excluded.custom, excluded.details, excluded.revision, excluded.updated_at,
        excluded.updated_by);
end $$;

create function place_sessions(p_account bigint, p_change jsonb) returns void language plpgsql as $$
declare
    v_rows jsonb := p_change -> 'sessions';
    v_images jsonb;
    v_before jsonb;
begin
    if coalesce(v_rows, '[]') = '[]' then
        return;
    end if;
    select jsonb_agg(to_jsonb(r)) into v_images from jsonb_populate_recordset(null::session, v_rows) r;
    select coalesce(jsonb_agg(to_jsonb(was)), '[]') into v_before from (
        select * from session
        where account_id = p_account and id = any (array(select (i ->> 'id')::bigint from jsonb_array_elements(v_rows) i))
        order by id for update) was;
    perform journal_images(p_account, p_change, 'session', v_images, v_before);
    insert into session select * from jsonb_populate_recordset(null::session, v_rows)
    on conflict (account_id, id) do update set
        (service_id, resource_id, title, notes, starts_at, ends_at, capacity, external_id, series, custom,
        details, revision, archived_at, deleted_at, updated_at, updated_by)
        = (excluded.service_id, excluded.resource_id, excluded.title, excluded.notes, excluded.starts_at,
        excluded.ends_at, excluded.capacity, excluded.external_id, excluded.series, excluded.custom,
        excluded.details, excluded.revision, excluded.archived_at, excluded.deleted_at, excluded.updated_at,
        excluded.updated_by);
end $$;

create function place_items(p_account bigint, p_change jsonb) returns void language plpgsql as $$
declare
    v_rows jsonb := p_change -> 'items';
    v_images jsonb;
    v_before jsonb;
begin
    if coalesce(v_rows, '[]') = '[]' then
        return;
    end if;
    select jsonb_agg(to_jsonb(r)) into v_images from jsonb_populate_recordset(null::item, v_rows) r;
    select coalesce(jsonb_agg(to_jsonb(was)), '[]') into v_before from (
        select * from item
        where account_id = p_account and id = any (array(select (i ->> 'id')::bigint from jsonb_array_elements(v_rows) i))
        order by id for update) was;
    perform journal_images(p_account, p_change, 'item', v_images, v_before);
    insert into item select * from jsonb_populate_recordset(null::item, v_rows)
    on conflict (account_id, id) do update set
        (booking_id, kind, state, status, service_id, session_id, resource_id, site_id, customer_id,
        booked_by_customer_id, starts_at, ends_at, units, expires_at, forced, title, notes, external_id,
        external_url, external_host_url, reminder_at, reminded_at, paid_at, paid_amount, coupon_id,
        verification_method, verification_code, cancelled_at, cancellation_reason, archived_at, custom,
        details, revision, updated_at, updated_by)
        = (excluded.booking_id, excluded.kind, excluded.state, excluded.status, excluded.service_id,
        excluded.session_id, excluded.resource_id, excluded.site_id, excluded.customer_id,
        excluded.booked_by_customer_id, excluded.starts_at, excluded.ends_at, excluded.units,
        excluded.expires_at, excluded.forced, excluded.title, excluded.notes, excluded.external_id,
        excluded.external_url, excluded.external_host_url, excluded.reminder_at, excluded.reminded_at,
        excluded.paid_at, excluded.paid_amount, excluded.coupon_id, excluded.verification_method,
        excluded.verification_code, excluded.cancelled_at, excluded.cancellation_reason,
        excluded.archived_at, excluded.custom, excluded.details, excluded.revision, excluded.updated_at,
        excluded.updated_by);
end $$;

-- Writes one change whole, or refuses and writes none of it. A change holds at, who, what and the after-images customers,
-- bookings, sessions and items, besides freed (ids of items and sessions whose claims go), claims (new ones) and outbox.
-- Its plans are cached while tables may still be empty, and must be good when they are full; and the best plan is the same
-- for all values, so making another for each call would be a third of the work: hence the settings.
create function place(p_account bigint, p_change jsonb) returns jsonb language plpgsql
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
        on conflict (account_id, id) do update set (customer_id, title, comments, recurrence, details)
            = (excluded.customer_id, excluded.title, excluded.comments, excluded.recurrence, excluded.details);
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
