-- An active item or a session that lacks a claim on one of its resources or extras, unless it was so long ago that claims
-- are not kept.
-- How many units of the resource each unit of the item took when it was booked is not stored.
select i.account_id, 'item', i.id, i.state from item i
where i.account_id = $1 and is_active(i.state) and i.kind <> 'seat'
    and i.ends_at >= coalesce((select claims_from from account where id = $1), '-infinity') and exists (
    select from unnest(i.resource_id || i.also_resource_ids) taken (id) where taken.id is not null and not exists (
        select from claim c join resource r on r.account_id = c.account_id and r.id = c.resource_id
        where c.account_id = i.account_id and c.owner_id = i.id and c.resource_id = taken.id
            and c.span @> tstzrange(i.starts_at, i.ends_at) and c.expires_at is not distinct from i.expires_at
            and (taken.id <> i.resource_id
                or case when i.kind = 'block' then c.units = greatest(r.capacity, 1) else c.units % i.units = 0 end)))
union all
select i.account_id, 'item', i.id, i.state from item i
cross join jsonb_to_recordset(i.extras) as e (resource_id bigint, units integer)
where i.account_id = $1 and is_active(i.state) and e.resource_id is not null
    and i.ends_at >= coalesce((select claims_from from account where id = $1), '-infinity') and not exists (
    select from claim c
    where c.account_id = i.account_id and c.owner_id = i.id and c.resource_id = e.resource_id
        and c.span = tstzrange(i.starts_at, i.ends_at) and c.expires_at is not distinct from i.expires_at
        and c.units = e.units)
union all
select s.account_id, 'session', s.id, 'planned' from group_session s
where s.account_id = $1 and s.deleted_at is null
    and s.ends_at >= coalesce((select claims_from from account where id = $1), '-infinity') and exists (
    select from unnest(s.resource_id || s.also_resource_ids) taken (id) where taken.id is not null and not exists (
        select from claim c join resource r on r.account_id = c.account_id and r.id = c.resource_id
        where c.account_id = s.account_id and c.owner_id = s.id and c.resource_id = taken.id
            and c.span @> tstzrange(s.starts_at, s.ends_at) and c.units = greatest(r.capacity, 1)))
