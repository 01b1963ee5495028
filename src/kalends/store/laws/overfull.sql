-- A resource on whose path, at some instant, the shares of all claims add up to more than 1 (see overfull_paths in
-- schema/09_guard.sql). $1 account; $2 root of one tree, or null for all; $3 only claims that end after this, or null
-- for those that end after the last change of capacity, as earlier ones were booked under another capacity. Shares are
-- fractions here, hence the margin, which is far below one unit of the largest capacity. With capacity 0 one unit is
-- already too much. Claims with overlap_allowed are not counted.
with part as (
    select r.account_id, r.id, r.path, coalesce($3::timestamptz, (
        select max(j.at) from journal j
        where j.account_id = r.account_id and j.kind = 'resource' and j.subject_id = any (r.path)
            and j.before ? 'capacity'
    ), '-infinity') as since
    from resource r
    where r.account_id = $1 and ($2::bigint is null or r.root_id = $2)
        and not exists (select from resource c where c.account_id = r.account_id and c.parent_id = r.id)
), node as materialized (
    select part.account_id, part.id, part.since, r.id as node_id, case when exists (
        select from resource none
        where none.account_id = r.account_id and none.id = any (r.path) and none.capacity = 0
    ) then 0.5 else r.capacity end as capacity
    from part join resource r on r.account_id = part.account_id and r.id = any (part.path)
), share as (
    select node.account_id, node.id, c.span, c.units::numeric(40, 20) / node.capacity as share
    from node
    join claim c on c.account_id = node.account_id and c.resource_id = node.node_id and upper(c.span) > node.since
    where not c.overlap_allowed
), level as (
    select account_id, id, at, sum(change) over (partition by account_id, id order by at, change) as held
    from share cross join lateral (values (lower(span), share), (upper(span), -share)) as event (at, change)
)
select account_id, 'resource', id, min(at)::text from level where held > 1.000000000001 group by account_id, id
