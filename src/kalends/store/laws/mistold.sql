-- A record that differs from what the journal says of it: for each field the last value in the journal. First images of
-- items, sessions and customers have all fields except nulls and columns that were added later, and are completed with
-- the defaults, as the writer does. Not in the journal are the secret code and the journal's own columns. Of equal keys
-- jsonb_object_agg keeps the last.
with image as (
    select account_id, kind, subject_id, revision, case when revision > 0 then after
        when kind = 'item' then to_jsonb(jsonb_populate_record(null::item, item_defaults() || after))
        when kind = 'session' then to_jsonb(jsonb_populate_record(
            null::group_session, group_session_defaults() || after))
        else to_jsonb(jsonb_populate_record(null::customer, customer_defaults() || after)) end as after
    from journal where account_id = $1 and kind in ('item', 'session', 'customer', 'booking')
), told as (
    select account_id, kind, subject_id, max(revision) as revision, min(revision) as first,
        jsonb_object_agg(key, value order by revision) as fields
    from image cross join lateral jsonb_each(after) group by account_id, kind, subject_id
), present as (
    select account_id, 'item' as kind, id, to_jsonb(i) as fields from item i where account_id = $1
    union all select account_id, 'session', id, to_jsonb(s) from group_session s where account_id = $1
    union all select account_id, 'customer', id, to_jsonb(c) from customer c where account_id = $1
    union all select account_id, 'booking', id, to_jsonb(b) from booking b where account_id = $1
)
select p.account_id, p.kind, p.id, 'revision ' || t.revision
from present p join told t on t.account_id = p.account_id and t.kind = p.kind and t.subject_id = p.id
cross join lateral (select '{verification_code,revision,updated_at,updated_by,account_id,owner_id,search_text}'::text[] as aside) a
where case when t.first > 0 then not p.fields - a.aside @> t.fields - a.aside
    else jsonb_strip_nulls(p.fields - a.aside) <> jsonb_strip_nulls(t.fields - a.aside) end
