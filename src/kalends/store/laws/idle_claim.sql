-- A claim of an item that is not active, or on a resource that is neither the item's nor one of its extras; or a claim
-- of a deleted session.
select c.account_id, 'item', i.id, i.state from claim c
join item i on i.account_id = c.account_id and i.id = c.item_id
where c.account_id = $1 and (not is_active(i.state) or (
    (i.kind = 'seat' or c.resource_id is distinct from i.resource_id) and c.resource_id <> all (i.also_resource_ids)
    and not exists (
        select from jsonb_to_recordset(i.extras) as e (resource_id bigint) where e.resource_id = c.resource_id)))
union all
select c.account_id, 'session', s.id, 'deleted' from claim c
join group_session s on s.account_id = c.account_id and s.id = c.session_id
where c.account_id = $1 and s.deleted_at is not null
