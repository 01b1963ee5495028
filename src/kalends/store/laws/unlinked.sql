-- A journal entry whose `before` differs from the last value of a field in the journal. Fields missing in a first image
-- are null.
select distinct account_id, kind, subject_id, 'revision ' || revision from (
    select account_id, kind, subject_id, revision, key, before -> key as before,
        lag(value) over (partition by account_id, kind, subject_id, key order by revision) as told
    from (
        select account_id, kind, subject_id, revision, before, case when revision > 0 then after
            when kind = 'item' then to_jsonb(jsonb_populate_record(null::item, item_defaults() || after))
            when kind = 'session' then to_jsonb(jsonb_populate_record(
                null::group_session, group_session_defaults() || after))
            else to_jsonb(jsonb_populate_record(null::customer, customer_defaults() || after)) end as after
        from journal where account_id = $1 and kind in ('item', 'session', 'customer', 'booking') and exists (
            select from journal later where later.account_id = journal.account_id and later.kind = journal.kind
                and later.subject_id = journal.subject_id and later.revision > 0)
    ) image cross join lateral jsonb_each(after)
) step
where revision > 0 and (told is not null or kind <> 'booking'
        and (select journal_from is null from account where id = $1))
    and key not in ('revision', 'updated_at', 'updated_by')
    and jsonb_strip_nulls(before) is distinct from jsonb_strip_nulls(coalesce(told, 'null'))
