SELECT
                        current_setting('jit') AS cur,
                        set_config('jit', 'off', false) AS new
;
delete from opening where account_id = $1 and resource_id = $2 and own_service_id is not distinct from $3
;
delete from price where account_id = $1 and (resource_id = $2 or service_id = $3)
;
delete from request_count where window_start < $1
;
insert into access_token (digest, account_id, kind, door, name, scopes, site_ids, user_id, customer_id, item_id, booking_id, device_id, created_at, expires_at, revoked_at, made_by_id, origins, given_away, revision)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) returning id
;
insert into booking (account_id, id, uid, customer_id, title, comments, recurrence, details, created_at, created_by, revision, updated_at, updated_by, booking_status_id, consent) select account_id, id, uid, customer_id, title, comments, recurrence, details, created_at, created_by, revision, updated_at, updated_by, booking_status_id, consent from jsonb_populate_record(null::booking, $1)
;
insert into invoice (account_id, id, kind, year, number, corrects_id, customer_id, customer, issuer, currency, prices_include_tax, reference, text, discount_kind, discount_rate, discount, net, tax, total, issued_at, due_on, payment_method, paid_at, revision, created_by, updated_at) overriding system value values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)
;
insert into invoice_count (account_id, kind, year, last) values ($1, $2, $3, 1)
        on conflict (account_id, kind, year) do update set last = invoice_count.last + 1
        returning last
;
insert into invoice_row (account_id, id, invoice_id, position, booking_id, item_id, resource_id, service_id, title, about, day, starts_at, ends_at, time_zone, recurs, per, rate, units, pieces, seconds, price, discount, tax_rate, exemption, tax, total, corrects_row_id) overriding system value values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)
;
insert into journal (account_id, at, actor, door, verb, kind, subject_id, revision, before, after,
            request_id)
        select $1, n.at, n.actor, n.door, n.verb, n.kind, n.subject_id, coalesce((
            select max(j.revision) + 1 from journal j
            where j.account_id = $1 and j.kind = n.kind and j.subject_id = n.subject_id), 0),
            n.before, n.after, n.request_id
        from jsonb_populate_record(null::journal, $2) n
;
insert into occurrence (account_id, booking_id, starts_at, ends_at, due_at)
        select $1, $2, o.starts_at, o.ends_at, $5
        from unnest($3::timestamptz[], $4::timestamptz[]) o (starts_at, ends_at)
;
insert into opening (account_id, resource_id, weekday, opens, closes, valid_from, valid_until, service_ids,
                name, group_id, own_service_id)
            select $1, $2, o.weekday, o.opens, o.closes, o.valid_from, o.valid_until, o.service_ids,
                coalesce(o.name, ''), o.group_id, $4
            from jsonb_populate_recordset(null::opening, $3) o
;
insert into price (account_id, id, resource_id, service_id, title, per, amount, tax_rate, group_ids, exemption, revision) overriding system value values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
;
insert into resource (account_id, id, site_id, parent_id, path, kind, title, notes, capacity, always_open, position, external_id, active, details, created_at, updated_at, category_id, image, valid_from, valid_until, user_id, public, revision) overriding system value values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
;
select 
    xid::text || '-' || id, at, actor, door, verb, kind, subject_id, revision, before, case
        when revision > 0 then after
        when kind = 'item' then jsonb_strip_nulls(to_jsonb(jsonb_populate_record(null::item, after)))
        when kind = 'session' then jsonb_strip_nulls(to_jsonb(jsonb_populate_record(null::group_session, after)))
        when kind = 'customer' then jsonb_strip_nulls(to_jsonb(jsonb_populate_record(null::customer, after)))
        else after end, request_id
 from journal
        where account_id = $1 and (xid, id) > ($2::text::xid8, $3::bigint)
            and xid < pg_snapshot_xmin(pg_current_snapshot()) and kind <> all ($5)
        order by xid, id limit $4
;
select (select json_agg(c)::text from customer c where c.account_id = $1 and c.id = any ($2)),
        (select json_agg(r)::text from resource r where r.account_id = $1 and r.id = any ($3)),
        (select json_agg(s)::text from service s where s.account_id = $1 and s.id = any ($4)),
        (select json_agg(e)::text from group_session e where e.account_id = $1 and e.id = any ($5)),
        (select json_object_agg(t.id, t.time_zone)::text from site t
            where t.account_id = $1 and t.time_zone <> (select a.time_zone from account a where a.id = $1))
;
select 1 from booking where account_id = $1 and id = any ($2) order by id for no key update
;
select 1 from customer where account_id = $1 and id in (
            select customer_id from booking where account_id = $1 and id = any ($2))
        order by id for key share
;
select 1 from invoice where account_id = $1 and id = $2 for no key update
;
select account_id, id, booking_id, kind, state, status, service_id, session_id, resource_id, site_id, customer_id, booked_by_customer_id, starts_at, ends_at, units, expires_at, overlap_allowed, title, notes, external_id, external_url, external_host_url, reminder_at, reminded_at, paid_at, paid_amount, coupon_id, verification_method, verification_code, cancelled_at, cancellation_reason, archived_at, custom, extras, details, revision, created_at, created_by, updated_at, updated_by, also_resource_ids, case_id, booking_status_id from item where account_id = $1 and customer_id = any ($2)
        union all
        select account_id, id, booking_id, kind, state, status, service_id, session_id, resource_id, site_id, customer_id, booked_by_customer_id, starts_at, ends_at, units, expires_at, overlap_allowed, title, notes, external_id, external_url, external_host_url, reminder_at, reminded_at, paid_at, paid_amount, coupon_id, verification_method, verification_code, cancelled_at, cancellation_reason, archived_at, custom, extras, details, revision, created_at, created_by, updated_at, updated_by, also_resource_ids, case_id, booking_status_id from item
        where account_id = $1 and booked_by_customer_id = any ($2) and (customer_id = any ($2)) is not true
;
select account_id, id, customer_id, name, created_at, updated_at, notes, closed, issued_on, expires_on, archived_at, details from customer_case where account_id = $1 and customer_id = $2 order by id for no key update
;
select account_id, id, first_name, last_name, company, email, phone, phone_e164, phone_key, national_id, date_of_birth, gender, street, postcode, city, state, country, locale, notes, external_id, parent_id, sole, blocked_at, deleted_at, merged_into_id, group_id, custom, details, revision, created_at, created_by, updated_at, updated_by, number, vat_id, reference, preferred_first_name, erased_at from customer where 
    account_id = $1
    and ($2::bigint[] is null or id = any ($2))
    and ($3::text is null or (search_terms(account_id, search_text) @> (select sought_terms($1, $3)) and search_text like all ((select sought_patterns($3))::text[])))
    and ($4::text is null or strpos(lower(concat_ws(' ', first_name, last_name)), lower($4)) > 0)
    and ($5::text is null or lower(email) = lower($5))
    and ($6::text is null or phone_e164 = $7 or phone = $6)
    and ($8::text is null or external_id = $8)
    and ($9::text is null or national_id = $9)
    and ($10::date is null or date_of_birth = $10)
    and ($11::timestamptz is null or updated_at > $11)
    and (deleted_at is null or $12)
    and ($13::bigint[] is null or parent_id = any ($13))
     order by id limit $14 offset $15
;
select account_id, id, first_name, last_name, company, email, phone, phone_e164, phone_key, national_id, date_of_birth, gender, street, postcode, city, state, country, locale, notes, external_id, parent_id, sole, blocked_at, deleted_at, merged_into_id, group_id, custom, details, revision, created_at, created_by, updated_at, updated_by, number, vat_id, reference, preferred_first_name, erased_at from customer where account_id = $1 and id = $2
;
select account_id, id, first_name, last_name, company, email, phone, phone_e164, phone_key, national_id, date_of_birth, gender, street, postcode, city, state, country, locale, notes, external_id, parent_id, sole, blocked_at, deleted_at, merged_into_id, group_id, custom, details, revision, created_at, created_by, updated_at, updated_by, number, vat_id, reference, preferred_first_name, erased_at from customer where account_id = $1 and id = any ($2) order by id for update
;
select account_id, id, invoice_id, position, booking_id, item_id, resource_id, service_id, title, about, day, starts_at, ends_at, time_zone, recurs, per, rate, units, pieces, seconds, price, discount, tax_rate, exemption, tax, total, corrects_row_id from invoice_row
        where account_id = $1 and invoice_id = any ($2) order by invoice_id, position
;
select account_id, id, kind, title, description, duration, step, buffer_before, buffer_after, notice, horizon, most_units, own_hours, served_by_all, price, tax_rate, position, details, created_at, updated_at, image, also_needs, session_capacity, archived_at, public, valid_from, valid_until, revision, texts from service
        where account_id = $1 and ($2::bigint[] is null or id = any ($2)) and (archived_at is null or $3)
        order by position, id
;
select account_id, id, kind, title, description, duration, step, buffer_before, buffer_after, notice, horizon, most_units, own_hours, served_by_all, price, tax_rate, position, details, created_at, updated_at, image, also_needs, session_capacity, archived_at, public, valid_from, valid_until, revision, texts from service where account_id = $1 and id = $2 for no key update
;
select account_id, id, kind, year, number, corrects_id, customer_id, customer, issuer, currency, prices_include_tax, reference, text, discount_kind, discount_rate, discount, net, tax, total, issued_at, due_on, payment_method, paid_at, revision, created_by, updated_at from invoice t where 
    account_id = $1 and ($2::timestamptz is null or issued_at >= $2) and ($3::timestamptz is null or issued_at < $3)
    and ($4::bigint is null or customer_id = $4) 
    and ($5::bigint[] is null or not exists (
        select from invoice_row w join item i on i.account_id = $1 and i.id = w.item_id
        where w.account_id = $1 and w.invoice_id in (t.id, t.corrects_id) and not (
            (case when i.resource_id is null then i.site_id is null or i.site_id = any ($5)
    else i.resource_id in (select id from resource where account_id = $1 and site_id = any ($5)) end) and (w.resource_id is null or w.resource_id in (select id from resource where account_id = $1 and site_id = any ($5)))))) order by year, array_position(array['invoice', 'cancellation', 'credit_note'], kind), number limit $6 offset $7
;
select account_id, id, kind, year, number, corrects_id, customer_id, customer, issuer, currency, prices_include_tax, reference, text, discount_kind, discount_rate, discount, net, tax, total, issued_at, due_on, payment_method, paid_at, revision, created_by, updated_at from invoice t where account_id = $1 and id = $2 
    and ($3::bigint[] is null or not exists (
        select from invoice_row w join item i on i.account_id = $1 and i.id = w.item_id
        where w.account_id = $1 and w.invoice_id in (t.id, t.corrects_id) and not (
            (case when i.resource_id is null then i.site_id is null or i.site_id = any ($3)
    else i.resource_id in (select id from resource where account_id = $1 and site_id = any ($3)) end) and (w.resource_id is null or w.resource_id in (select id from resource where account_id = $1 and site_id = any ($3))))))
;
select account_id, id, name, time_zone, created_at, updated_at, holiday_calendar_id, street, postcode, city, country, phone, email, archived_at, details, latitude, longitude, public, revision from site where account_id = $1 order by id
;
select account_id, id, resource_id, service_id, title, per, amount, tax_rate, group_ids, exemption, revision from price where account_id = $1 order by id
;
select account_id, id, service_id, resource_id, title, notes, starts_at, ends_at, capacity, external_id, series, custom, details, revision, archived_at, deleted_at, created_at, created_by, updated_at, updated_by, also_resource_ids from group_session where 
    account_id = $1
    and ($2::bigint[] is null or id = any ($2))
    and ($3::bigint[] is null or service_id = any ($3))
    and ($4::bigint[] is null or resource_id = any ($4))
    and ($5::timestamptz is null or starts_at >= $5)
    and ($6::timestamptz is null or starts_at < $6)
    and ($7::timestamptz is null or ends_at > $7)
    and ($8::timestamptz is null or ends_at <= $8)
    and ($9::timestamptz is null or updated_at > $9)
    and ($10::bigint[] is null or id <> all ($10))
    and ($11::uuid is null or series = $11)
    and (deleted_at is null or $12)
    and (archived_at is null or $13)
    and ($14::bigint[] is null or resource_id = any ($14) or also_resource_ids && $14)
     and 
    ($15::bigint[] is null or resource_id is null or resource_id in (select id from resource where account_id = $1 and site_id = any ($15)))
        order by case when $16 then updated_at when $17 then starts_at end desc,
            case when $16 or $17 then id end desc, starts_at, id
        limit $18 offset $19
;
select account_id, id, service_id, resource_id, title, notes, starts_at, ends_at, capacity, external_id, series, custom, details, revision, archived_at, deleted_at, created_at, created_by, updated_at, updated_by, also_resource_ids from group_session where account_id = $1 and id = $2 and 
    ($3::bigint[] is null or resource_id is null or resource_id in (select id from resource where account_id = $1 and site_id = any ($3)))
;
select account_id, id, site_id, parent_id, path, kind, title, notes, capacity, always_open, position, external_id, active, details, created_at, updated_at, category_id, image, valid_from, valid_until, user_id, public, revision from resource where account_id = $1 and id = $2 for no key update
;
select account_id, id, title, revision from customer_group where account_id = $1 order by id
;
select account_id, id, uid, customer_id, title, comments, recurrence, details, created_at, created_by, revision, updated_at, updated_by, booking_status_id, consent from booking where account_id = $1 and customer_id = any ($2)
;
select account_id, id, uid, customer_id, title, comments, recurrence, details, created_at, created_by, revision, updated_at, updated_by, booking_status_id, consent from booking where account_id = $1 and id = $2
;
select account_id, id, uid, customer_id, title, comments, recurrence, details, created_at, created_by, revision, updated_at, updated_by, booking_status_id, consent from booking where account_id = $1 and id = $2 for no key update
;
select account_id, id, uid, customer_id, title, comments, recurrence, details, created_at, created_by, revision, updated_at, updated_by, booking_status_id, consent from booking where account_id = $1 and id = $2 for no key update skip locked
;
select account_id, id, uid, customer_id, title, comments, recurrence, details, created_at, created_by, revision, updated_at, updated_by, booking_status_id, consent from booking where account_id = $1 and uid = $2
;
select account_id, service_id, resource_id, duration, step, buffer_before, buffer_after, price, resource_units from service_resource
        where account_id = $1 and service_id = any ($2) order by service_id, resource_id
;
select c.resource_id, lower(c.span), upper(c.span), c.units from unnest($1::bigint[]) as node
        cross join lateral claims_on($5, node, tstzrange($2, $3)) c
        where (c.expires_at is null or c.expires_at > $4) and (c.item_id is null or c.item_id <> all ($6))
;
select commit_nested_v1($1, $2)
;
select commit_v1($1, $2)
;
select count(*) from customer where 
    account_id = $1
    and ($2::bigint[] is null or id = any ($2))
    and ($3::text is null or (search_terms(account_id, search_text) @> (select sought_terms($1, $3)) and search_text like all ((select sought_patterns($3))::text[])))
    and ($4::text is null or strpos(lower(concat_ws(' ', first_name, last_name)), lower($4)) > 0)
    and ($5::text is null or lower(email) = lower($5))
    and ($6::text is null or phone_e164 = $7 or phone = $6)
    and ($8::text is null or external_id = $8)
    and ($9::text is null or national_id = $9)
    and ($10::date is null or date_of_birth = $10)
    and ($11::timestamptz is null or updated_at > $11)
    and (deleted_at is null or $12)
    and ($13::bigint[] is null or parent_id = any ($13))
;
select count(*) from group_session where 
    account_id = $1
    and ($2::bigint[] is null or id = any ($2))
    and ($3::bigint[] is null or service_id = any ($3))
    and ($4::bigint[] is null or resource_id = any ($4))
    and ($5::timestamptz is null or starts_at >= $5)
    and ($6::timestamptz is null or starts_at < $6)
    and ($7::timestamptz is null or ends_at > $7)
    and ($8::timestamptz is null or ends_at <= $8)
    and ($9::timestamptz is null or updated_at > $9)
    and ($10::bigint[] is null or id <> all ($10))
    and ($11::uuid is null or series = $11)
    and (deleted_at is null or $12)
    and (archived_at is null or $13)
    and ($14::bigint[] is null or resource_id = any ($14) or also_resource_ids && $14)
     and 
    ($15::bigint[] is null or resource_id is null or resource_id in (select id from resource where account_id = $1 and site_id = any ($15)))
;
select count(*) from invoice t where 
    account_id = $1 and ($2::timestamptz is null or issued_at >= $2) and ($3::timestamptz is null or issued_at < $3)
    and ($4::bigint is null or customer_id = $4) 
    and ($5::bigint[] is null or not exists (
        select from invoice_row w join item i on i.account_id = $1 and i.id = w.item_id
        where w.account_id = $1 and w.invoice_id in (t.id, t.corrects_id) and not (
            (case when i.resource_id is null then i.site_id is null or i.site_id = any ($5)
    else i.resource_id in (select id from resource where account_id = $1 and site_id = any ($5)) end) and (w.resource_id is null or w.resource_id in (select id from resource where account_id = $1 and site_id = any ($5))))))
;
select distinct account_id from item
        where state in ('awaiting_verification', 'awaiting_payment', 'awaiting_confirmation') and expires_at <= $1
            and not exists (select from account closed where closed.id = item.account_id and closed.closed_at is not null)
;
select distinct b.id from booking b join item i on i.account_id = $1 and i.booking_id = b.id
        where b.account_id = $1 and b.customer_id = $2 and i.starts_at >= $3 and i.starts_at < $4
            and i.state <> 'deleted'
        order by b.id
;
select follow_blocks_v1($1, $2, $3)
;
select from site where account_id = $1 and id = any ($2) order by id for no key update
;
select i.account_id, i.id, i.booking_id, i.kind, i.state, i.status, i.service_id, i.session_id, i.resource_id, i.site_id, i.customer_id, i.booked_by_customer_id, i.starts_at, i.ends_at, i.units, i.expires_at, i.overlap_allowed, i.title, i.notes, i.external_id, i.external_url, i.external_host_url, i.reminder_at, i.reminded_at, i.paid_at, i.paid_amount, i.coupon_id, i.verification_method, i.verification_code, i.cancelled_at, i.cancellation_reason, i.archived_at, i.custom, i.extras, i.details, i.revision, i.created_at, i.created_by, i.updated_at, i.updated_by, i.also_resource_ids, i.case_id, i.booking_status_id, b.uid::text, siblings.count, b.recurrence is not null
    from item i
    join booking b on b.account_id = i.account_id and b.id = i.booking_id
    cross join lateral (
        select count(*) from item s where s.account_id = i.account_id and s.booking_id = i.booking_id) siblings
    where i.account_id = $1 and i.booking_id = $2 order by i.starts_at, i.id
;
select i.account_id, i.id, i.booking_id, i.kind, i.state, i.status, i.service_id, i.session_id, i.resource_id, i.site_id, i.customer_id, i.booked_by_customer_id, i.starts_at, i.ends_at, i.units, i.expires_at, i.overlap_allowed, i.title, i.notes, i.external_id, i.external_url, i.external_host_url, i.reminder_at, i.reminded_at, i.paid_at, i.paid_amount, i.coupon_id, i.verification_method, i.verification_code, i.cancelled_at, i.cancellation_reason, i.archived_at, i.custom, i.extras, i.details, i.revision, i.created_at, i.created_by, i.updated_at, i.updated_by, i.also_resource_ids, i.case_id, i.booking_status_id, b.uid::text, siblings.count, b.recurrence is not null
    from item i
    join booking b on b.account_id = i.account_id and b.id = i.booking_id
    cross join lateral (
        select count(*) from item s where s.account_id = i.account_id and s.booking_id = i.booking_id) siblings
    where i.account_id = $1 and i.external_id = $2 and ($3::bigint[] is null or (case when i.resource_id is null then i.site_id is null or i.site_id = any ($3)
    else i.resource_id in (select id from resource where account_id = $1 and site_id = any ($3)) end)) order by is_active(i.state) desc, i.state = 'deleted', i.id desc limit 1
;
select i.account_id, i.id, i.booking_id, i.kind, i.state, i.status, i.service_id, i.session_id, i.resource_id, i.site_id, i.customer_id, i.booked_by_customer_id, i.starts_at, i.ends_at, i.units, i.expires_at, i.overlap_allowed, i.title, i.notes, i.external_id, i.external_url, i.external_host_url, i.reminder_at, i.reminded_at, i.paid_at, i.paid_amount, i.coupon_id, i.verification_method, i.verification_code, i.cancelled_at, i.cancellation_reason, i.archived_at, i.custom, i.extras, i.details, i.revision, i.created_at, i.created_by, i.updated_at, i.updated_by, i.also_resource_ids, i.case_id, i.booking_status_id, b.uid::text, siblings.count, b.recurrence is not null
    from item i
    join booking b on b.account_id = i.account_id and b.id = i.booking_id
    cross join lateral (
        select count(*) from item s where s.account_id = i.account_id and s.booking_id = i.booking_id) siblings
    where i.account_id = $1 and i.id = $2
;
select i.account_id, i.id, i.booking_id, i.kind, i.state, i.status, i.service_id, i.session_id, i.resource_id, i.site_id, i.customer_id, i.booked_by_customer_id, i.starts_at, i.ends_at, i.units, i.expires_at, i.overlap_allowed, i.title, i.notes, i.external_id, i.external_url, i.external_host_url, i.reminder_at, i.reminded_at, i.paid_at, i.paid_amount, i.coupon_id, i.verification_method, i.verification_code, i.cancelled_at, i.cancellation_reason, i.archived_at, i.custom, i.extras, i.details, i.revision, i.created_at, i.created_by, i.updated_at, i.updated_by, i.also_resource_ids, i.case_id, i.booking_status_id, b.uid::text, siblings.count, b.recurrence is not null
    from item i
    join booking b on b.account_id = i.account_id and b.id = i.booking_id
    cross join lateral (
        select count(*) from item s where s.account_id = i.account_id and s.booking_id = i.booking_id) siblings
    where i.account_id = $1 and i.resource_id = $2 and i.customer_id = $3 and i.updated_at > $4 and i.state = any ($5) and (i.expires_at is null or i.expires_at > $6 or i.state in ('declined', 'cancelled')) order by i.starts_at, i.id limit $7 offset $8
;
select i.account_id, i.id, i.booking_id, i.kind, i.state, i.status, i.service_id, i.session_id, i.resource_id, i.site_id, i.customer_id, i.booked_by_customer_id, i.starts_at, i.ends_at, i.units, i.expires_at, i.overlap_allowed, i.title, i.notes, i.external_id, i.external_url, i.external_host_url, i.reminder_at, i.reminded_at, i.paid_at, i.paid_amount, i.coupon_id, i.verification_method, i.verification_code, i.cancelled_at, i.cancellation_reason, i.archived_at, i.custom, i.extras, i.details, i.revision, i.created_at, i.created_by, i.updated_at, i.updated_by, i.also_resource_ids, i.case_id, i.booking_status_id, b.uid::text, siblings.count, b.recurrence is not null
    from item i
    join booking b on b.account_id = i.account_id and b.id = i.booking_id
    cross join lateral (
        select count(*) from item s where s.account_id = i.account_id and s.booking_id = i.booking_id) siblings
    where i.account_id = $1 and i.session_id = $2 order by i.starts_at, i.id limit $3 offset $4
;
select i.account_id, i.id, i.booking_id, i.kind, i.state, i.status, i.service_id, i.session_id, i.resource_id, i.site_id, i.customer_id, i.booked_by_customer_id, i.starts_at, i.ends_at, i.units, i.expires_at, i.overlap_allowed, i.title, i.notes, i.external_id, i.external_url, i.external_host_url, i.reminder_at, i.reminded_at, i.paid_at, i.paid_amount, i.coupon_id, i.verification_method, i.verification_code, i.cancelled_at, i.cancellation_reason, i.archived_at, i.custom, i.extras, i.details, i.revision, i.created_at, i.created_by, i.updated_at, i.updated_by, i.also_resource_ids, i.case_id, i.booking_status_id, b.uid::text, siblings.count, b.recurrence is not null
    from item i
    join booking b on b.account_id = i.account_id and b.id = i.booking_id
    cross join lateral (
        select count(*) from item s where s.account_id = i.account_id and s.booking_id = i.booking_id) siblings
    where i.account_id = $1 and i.state = any ($2) and (i.expires_at is null or i.expires_at > $3 or i.state in ('declined', 'cancelled')) and i.starts_at >= $4 order by i.starts_at, i.id limit $5 offset $6
;
select i.account_id, i.id, i.booking_id, i.kind, i.state, i.status, i.service_id, i.session_id, i.resource_id, i.site_id, i.customer_id, i.booked_by_customer_id, i.starts_at, i.ends_at, i.units, i.expires_at, i.overlap_allowed, i.title, i.notes, i.external_id, i.external_url, i.external_host_url, i.reminder_at, i.reminded_at, i.paid_at, i.paid_amount, i.coupon_id, i.verification_method, i.verification_code, i.cancelled_at, i.cancellation_reason, i.archived_at, i.custom, i.extras, i.details, i.revision, i.created_at, i.created_by, i.updated_at, i.updated_by, i.also_resource_ids, i.case_id, i.booking_status_id, b.uid::text, siblings.count, b.recurrence is not null
    from item i
    join booking b on b.account_id = i.account_id and b.id = i.booking_id
    cross join lateral (
        select count(*) from item s where s.account_id = i.account_id and s.booking_id = i.booking_id) siblings
    where i.account_id = $1 order by i.starts_at, i.id limit $2 offset $3
;
select i.id, i.kind, i.year, i.number, i.issued_at, i.total, i.corrects_id, exists (
            select from invoice c where c.account_id = $1 and c.corrects_id = i.id and c.kind = 'cancellation')
        from invoice i where i.account_id = $1 and (i.id = any ($2) or i.corrects_id = any ($2)) order by i.id
;
select id from account where $1::bigint is null or id = $1 order by id
;
select id, parent_id, capacity from resource
        where account_id = $1 and root_id in (
            select root_id from resource where account_id = $1 and id = any ($2))
;
select json_agg(hours)::text from (
    select r.id, s.time_zone, own.id is null and not service.own_only as always_open,
        (select coalesce(json_agg(o), '[]') from opening o
            where o.account_id = $1 and o.own_service_id is null
                and o.resource_id = own.id and not service.own_only) as openings,
        (select coalesce(json_agg(o), '[]') from opening o
            where o.account_id = $1 and o.own_service_id = service.id and o.resource_id = r.id) as own_openings,
        (select coalesce(json_agg(e), '[]') from opening_exception e
            where e.account_id = $1 and (e.site_id = s.id or (e.resource_id = any (r.path)
                and (e.own_service_id = service.id
                    or e.own_service_id is null and not service.own_only)))) as exceptions,
        (select coalesce(json_agg(json_build_object('start', e.starts_at, 'end', e.ends_at)), '[]')
            from extra_opening e
            where e.account_id = $1 and e.resource_id in (r.id, own.id) and not service.own_only) as extra,
        (select to_jsonb(c) || jsonb_build_object('days', (
                select coalesce(jsonb_agg(jsonb_build_array(day, title)), '[]') from holiday
                where account_id = $1 and calendar_id = c.id))
            from holiday_calendar c where c.account_id = $1 and c.id = s.holiday_calendar_id) as holidays,
        (select max(v.valid_from) from resource v where v.account_id = $1 and v.id = any (r.path)) as valid_from,
        (select min(v.valid_until) from resource v where v.account_id = $1 and v.id = any (r.path)) as valid_until
    from resource r
    cross join (
        select max(id) as id, coalesce(bool_or(own_hours), false) as own_only from service
        where account_id = $1 and id = $3 and own_hours is distinct from false
    ) service
    join site s on s.account_id = $1 and s.id = r.site_id
    left join lateral (
        select id from resource a where a.account_id = $1 and a.id = any (r.path) and not a.always_open
        order by cardinality(a.path) desc limit 1
    ) own on true
    where r.account_id = $1 and r.id = any ($2)
    ) hours
;
select lock_v1($1, $2, $3, $4, $5)
;
select max(booking_id) from occurrence
;
select nextval(case when $1 in ('item', 'group_session') then 'occupancy_id_seq'
            else pg_get_serial_sequence($1, 'id') end::regclass) as id
        from generate_series(1, $2)
;
select profile from account where id = $1 for no key update
;
select profile, created_at from account where id = $1
;
select r.account_id, r.id, r.site_id, r.parent_id, r.path, r.kind, r.title, r.notes, r.capacity, r.always_open, r.position, r.external_id, r.active, r.details, r.created_at, r.updated_at, r.category_id, r.image, r.valid_from, r.valid_until, r.user_id, r.public, r.revision from resource r
        where r.account_id = $1 and ($2::bigint[] is null or r.id = any ($2))
            and ($3::bigint[] is null or r.site_id = any ($3)) and ($4 or (r.active and not exists (
    select from site u where u.account_id = $1 and u.id = r.site_id and u.archived_at is not null)))
        order by r.position, r.id
;
select r.account_id, r.id, r.site_id, r.parent_id, r.path, r.kind, r.title, r.notes, r.capacity, r.always_open, r.position, r.external_id, r.active, r.details, r.created_at, r.updated_at, r.category_id, r.image, r.valid_from, r.valid_until, r.user_id, r.public, r.revision from resource r
        where r.account_id = $1 and (r.active and not exists (
    select from site u where u.account_id = $1 and u.id = r.site_id and u.archived_at is not null)) and (
            r.id in (select resource_id from service_resource where account_id = $1 and service_id = $2)
            or r.kind <> 'inventory' and (select served_by_all from service where account_id = $1 and id = $2))
        order by (select o.position from service_resource o
                where o.account_id = $1 and o.service_id = $2 and o.resource_id = r.id), r.position, r.id
;
select r.item_id, r.booking_id, r.resource_id, r.service_id, r.per, r.pieces, r.price, i.year, i.number,
            coalesce(r.starts_at, t.starts_at) as starts_at, coalesce(r.ends_at, t.ends_at) as ends_at
        from invoice_row r join invoice i on i.account_id = $1 and i.id = r.invoice_id
        join item t on t.account_id = $1 and t.id = r.item_id
        where r.account_id = $1 and r.booking_id = any ($2) and i.kind = 'invoice' and not exists (
            select from invoice c where c.account_id = $1 and c.corrects_id = i.id and c.kind = 'cancellation')
        order by i.year, i.number, r.position
;
select service_id, resource_id, price from service_resource where account_id = $1 and price is not null
;
select starts_at from occurrence where booking_id = $1 and outcome = 'pending' order by 1 limit $2
;
select starts_at, ends_at, exists (
            select from occurrence where account_id = $1 and booking_id = $2 and outcome = 'made')
        from occurrence where account_id = $1 and booking_id = $2 and starts_at = $3 and outcome = 'pending'
        for update skip locked
;
select starts_at, ends_at, outcome, item_id, refusal from occurrence where account_id = $1 and booking_id = $2 order by starts_at
;
update account set (profile, updated_at) = ($2, $3) where id = $1
;
update claim c set exclusive = not c.exclusive from resource r
        where c.account_id = $1 and c.resource_id = $2 and r.account_id = $1 and r.id = $2 and upper(c.span) > $3
            and c.exclusive <> (r.capacity = 1 and not c.overlap_allowed)
;
update claim c set units = greatest(r.capacity, 1) from resource r
        where c.account_id = $1 and c.resource_id = $2 and r.account_id = $1 and r.id = $2
            and (c.session_id is not null
                or exists (select from item i where i.account_id = $1 and i.id = c.item_id and i.kind = 'block'))
;
update occurrence set outcome = 'withdrawn'
        where account_id = $1 and booking_id = $2 and outcome in ('pending', 'failed')
            and ($3::timestamptz is null or starts_at > $3) returning 1
;
update occurrence set outcome = case when $4::bigint is null then 'refused' else 'made' end,
            item_id = $4, refusal = $5
        where account_id = $1 and booking_id = $2 and starts_at = $3
;
update resource set revision = revision + 1 where account_id = $1 and id = $2
;
update resource set site_id = $3, parent_id = $4, path = $5, kind = $6, title = $7, notes = $8, capacity = $9, always_open = $10, position = $11, external_id = $12, active = $13, details = $14, updated_at = $15, category_id = $16, image = $17, valid_from = $18, valid_until = $19, user_id = $20, public = $21, revision = $22 where account_id = $1 and id = $2
;
update service set kind = $3, title = $4, description = $5, duration = $6, step = $7, buffer_before = $8, buffer_after = $9, notice = $10, horizon = $11, most_units = $12, own_hours = $13, served_by_all = $14, price = $15, tax_rate = $16, position = $17, details = $18, updated_at = $19, image = $20, also_needs = $21, session_capacity = $22, archived_at = $23, public = $24, valid_from = $25, valid_until = $26, revision = $27, texts = $28 where account_id = $1 and id = $2
;
with found as materialized (
    select i.id, i.booking_id from item i
    join resource r on r.account_id = $1 and r.id = i.resource_id
    join site s on s.account_id = $1 and s.id = r.site_id
    where i.account_id = $1 and i.state <> 'deleted' and i.booking_id = any ($2))
    , page as (
        select booking_id, array_agg(id) as ids from found group by booking_id order by booking_id
        limit $3 offset $4)
    select (select count(distinct booking_id) from found), page.ids, to_json(c)::text, b.account_id, b.id, b.uid, b.customer_id, b.title, b.comments, b.recurrence, b.details, b.created_at, b.created_by, b.revision, b.updated_at, b.updated_by, b.booking_status_id, b.consent
    from (values (1)) one left join page on true
    left join booking b on b.account_id = $1 and b.id = page.booking_id
    left join customer c on c.account_id = $1 and c.id = b.customer_id
    order by page.booking_id
;
with found as materialized (
    select i.id, i.booking_id from item i
    join resource r on r.account_id = $1 and r.id = i.resource_id
    join site s on s.account_id = $1 and s.id = r.site_id
    where i.account_id = $1 and i.state <> 'deleted')
    , page as (
        select booking_id, array_agg(id) as ids from found group by booking_id order by booking_id
        limit $2 offset $3)
    select (select count(distinct booking_id) from found), page.ids, to_json(c)::text, b.account_id, b.id, b.uid, b.customer_id, b.title, b.comments, b.recurrence, b.details, b.created_at, b.created_by, b.revision, b.updated_at, b.updated_by, b.booking_status_id, b.consent
    from (values (1)) one left join page on true
    left join booking b on b.account_id = $1 and b.id = page.booking_id
    left join customer c on c.account_id = $1 and c.id = b.customer_id
    order by page.booking_id
;
with found as materialized (
    select i.id, i.booking_id from item i
    left join resource r on r.account_id = $1 and r.id = i.resource_id
    left join site s on s.account_id = $1 and s.id = r.site_id
    where i.account_id = $1 and i.state <> 'deleted' and (i.resource_id is not null or i.kind = 'seat') and i.booking_id = any ($2))
    , page as (
        select booking_id, array_agg(id) as ids from found group by booking_id order by booking_id
        limit $3 offset $4)
    select (select count(distinct booking_id) from found), page.ids, to_json(c)::text, b.account_id, b.id, b.uid, b.customer_id, b.title, b.comments, b.recurrence, b.details, b.created_at, b.created_by, b.revision, b.updated_at, b.updated_by, b.booking_status_id, b.consent
    from (values (1)) one left join page on true
    left join booking b on b.account_id = $1 and b.id = page.booking_id
    left join customer c on c.account_id = $1 and c.id = b.customer_id
    order by page.booking_id
;
with named as materialized (
        select distinct booking_id from item where account_id = $1 and id = any ($2)
    ), siblings as materialized (
        select n.booking_id, count(*) as count from named n
        join item s on s.account_id = $1 and s.booking_id = n.booking_id group by n.booking_id
    )
    select i.account_id, i.id, i.booking_id, i.kind, i.state, i.status, i.service_id, i.session_id, i.resource_id, i.site_id, i.customer_id, i.booked_by_customer_id, i.starts_at, i.ends_at, i.units, i.expires_at, i.overlap_allowed, i.title, i.notes, i.external_id, i.external_url, i.external_host_url, i.reminder_at, i.reminded_at, i.paid_at, i.paid_amount, i.coupon_id, i.verification_method, i.verification_code, i.cancelled_at, i.cancellation_reason, i.archived_at, i.custom, i.extras, i.details, i.revision, i.created_at, i.created_by, i.updated_at, i.updated_by, i.also_resource_ids, i.case_id, i.booking_status_id, b.uid::text, siblings.count, b.recurrence is not null
    from item i
    join siblings on siblings.booking_id = i.booking_id
    join booking b on b.account_id = $1 and b.id = i.booking_id
    where i.account_id = $1 and i.id = any ($2) order by i.starts_at, i.id
;
with named_session as materialized (
        select * from group_session
        where account_id = $1 and id = any ($4) and (
            $7::bigint[] is null or resource_id is null or resource_id in (select id from resource where account_id = $1 and site_id = any ($7)))
    ), named_service as materialized (
        select * from service where account_id = $1 and id in (
            select unnest($3::bigint[]) union all select service_id from named_session)
    ), serving as materialized (
        select s.id as service_id, r.id, o.position as own_position, r.position
        from named_service s join resource r on r.account_id = $1 and (r.active and not exists (
    select from site u where u.account_id = $1 and u.id = r.site_id and u.archived_at is not null)) and s.id = any ($6)
        left join service_resource o on o.account_id = $1 and o.service_id = s.id and o.resource_id = r.id
        where o.service_id is not null or s.served_by_all and r.kind <> 'inventory'
    ), wanted as (
        select unnest($2::bigint[]) as id
        union select resource_id from named_session
        union select unnest(also_resource_ids) from named_session
        union select id from serving
        union select r.id from named_service s join resource r
            on r.account_id = $1 and (r.active and not exists (
    select from site u where u.account_id = $1 and u.id = r.site_id and u.archived_at is not null)) and r.kind = any (s.also_needs)
    )
    select (select json_agg(r)::text from wanted w join resource r on r.account_id = $1 and r.id = w.id
            where $7::bigint[] is null or r.site_id = any ($7)),
        (select json_agg(s)::text from named_service s),
        (select json_agg(o order by o.position, o.resource_id)::text from service_resource o
            where o.account_id = $1 and o.service_id in (select id from named_service)),
        (select json_agg(e)::text from named_session e),
        (select json_agg(c)::text from customer c where c.account_id = $1 and c.id = any ($5)),
        (select json_agg(k)::text from customer_case k where k.account_id = $1 and k.id = any ($10)) as cases,
        (select json_agg(array[g.inventory_id, g.resource_id])::text from inventory_resource g
            where g.account_id = $1 and g.inventory_id = any ($2)) as goes_with,
        (select json_agg(array[service_id, id] order by service_id, own_position, position, id)::text from serving)
            as serving,
        array(select id from site where account_id = $1 and id = any ($11)
            and ($7::bigint[] is null or id = any ($7))) as sites,
        array(select id from site where account_id = $1 and archived_at is not null) as archived_sites,
        (select json_object_agg(t.id, t.time_zone)::text from site t
            where t.account_id = $1 and t.time_zone <> (select a.time_zone from account a where a.id = $1)) as time_zones,
        array(select nextval('occupancy_id_seq') from generate_series(1, $8::integer)) as item_ids,
        case when $9 then nextval('booking_id_seq') else 0 end as booking_id,
        case when $9 then gen_random_uuid() end as uid
