-- A record of which the journal does not have each revision once, from 0 on (for bookings from 1 on), but for those
-- of so long ago that they are not kept.
with subject as (
    select account_id, 'item' as kind, id, revision, 0 as first from item where account_id = $1
    union all select account_id, 'session', id, revision, 0 from group_session where account_id = $1
    union all select account_id, 'customer', id, revision, 0 from customer where account_id = $1
    union all select account_id, 'booking', id, revision, 1 from booking where account_id = $1
    union all select account_id, 'site', id, revision, 0 from site where account_id = $1
    union all select account_id, 'resource', id, revision, 0 from resource where account_id = $1
    union all select account_id, 'service', id, revision, 0 from service where account_id = $1
    union all select account_id, 'custom_field', id, revision, 0 from custom_field where account_id = $1
), noted as (
    select account_id, kind, subject_id, count(*) as rows, min(revision) as first, max(revision) as last
    from journal where account_id = $1
        and kind in ('item', 'session', 'customer', 'booking', 'site', 'resource', 'service', 'custom_field')
    group by account_id, kind, subject_id
)
select coalesce(s.account_id, n.account_id), coalesce(s.kind, n.kind), coalesce(s.id, n.subject_id),
    coalesce(n.rows, 0) || ' of ' || coalesce(s.revision + 1 - s.first, 0)
from subject s full join noted n on n.account_id = s.account_id and n.kind = s.kind and n.subject_id = s.id
cross join (select journal_from is not null as pruned from account where id = $1) a
where (s.id is null or s.revision >= s.first)
    and (n.rows, n.first, n.last) is distinct from (s.revision + 1::bigint - s.first, s.first, s.revision)
    and not (a.pruned and coalesce(s.kind, n.kind) in ('item', 'session', 'customer', 'booking') and s.id is not null
        and (n.rows is null or (n.rows, n.last) = (s.revision + 1::bigint - n.first, s.revision)))
    or (s.revision < s.first and n.rows is not null)
