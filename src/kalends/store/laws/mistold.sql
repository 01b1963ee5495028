-- A record that differs from what the journal says of it: for each field the last value in the journal. First images
-- have all fields except nulls and columns that were added later, and are completed with the defaults, as the writer
-- does. Not in the journal are the secret code and the journal's own columns. What the journal says is compared as a
-- record, which is fast; only where that differs as JSON, in which nulls may be left out.
with aside as (
    select '{verification_code,revision,updated_at,updated_by,account_id,owner_id,search_text}'::text[] as fields
), blank (kind, fields) as materialized (
    select 'item', to_jsonb(jsonb_populate_record(null::item, item_defaults())) - fields from aside
    union all
    select 'session', to_jsonb(jsonb_populate_record(null::group_session, group_session_defaults())) - fields from aside
    union all
    select 'customer', to_jsonb(jsonb_populate_record(null::customer, customer_defaults())) - fields from aside
), told as not materialized (
    select j.account_id, j.kind, subject_id, max(revision) as revision,
        merged(case when revision = 0 then b.fields || after else after end order by revision) as fields
    from journal j left join blank b on b.kind = j.kind where account_id = $1 group by j.account_id, j.kind, subject_id
), differing as (
    select p.account_id, 'item' as kind, p.id, t.revision, to_jsonb(p) as present, to_jsonb(r) as told
    from item p join told t on t.account_id = p.account_id and t.kind = 'item' and t.subject_id = p.id
    cross join lateral jsonb_populate_record(p, t.fields) r where p.account_id = $1 and r is distinct from p
    union all
    select p.account_id, 'session', p.id, t.revision, to_jsonb(p), to_jsonb(r)
    from group_session p join told t on t.account_id = p.account_id and t.kind = 'session' and t.subject_id = p.id
    cross join lateral jsonb_populate_record(p, t.fields) r where p.account_id = $1 and r is distinct from p
    union all
    select p.account_id, 'customer', p.id, t.revision, to_jsonb(p), to_jsonb(r)
    from customer p join told t on t.account_id = p.account_id and t.kind = 'customer' and t.subject_id = p.id
    cross join lateral jsonb_populate_record(p, t.fields) r where p.account_id = $1 and r is distinct from p
    union all
    select p.account_id, 'booking', p.id, t.revision, to_jsonb(p), to_jsonb(r)
    from booking p join told t on t.account_id = p.account_id and t.kind = 'booking' and t.subject_id = p.id
    cross join lateral jsonb_populate_record(p, t.fields) r where p.account_id = $1 and r is distinct from p
)
select account_id, kind, id, 'revision ' || revision from differing, aside
where jsonb_strip_nulls(present - fields) <> jsonb_strip_nulls(told - fields)
