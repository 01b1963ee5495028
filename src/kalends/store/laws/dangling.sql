-- A claim whose item, session or resource does not exist, or an item whose service does not exist. They have no foreign
-- keys, which would be checked at every booking.
select c.account_id, case when c.item_id is null then 'session' else 'item' end, c.owner_id, 'claim' from claim c
where c.account_id = $1 and (
    not exists (select from resource r where r.account_id = c.account_id and r.id = c.resource_id)
    or (c.item_id is not null and not exists (
        select from item i where i.account_id = c.account_id and i.id = c.item_id))
    or (c.session_id is not null and not exists (
        select from group_session s where s.account_id = c.account_id and s.id = c.session_id)))
union all
select i.account_id, 'item', i.id, 'service' from item i
where i.account_id = $1 and i.service_id is not null
    and not exists (select from service s where s.account_id = i.account_id and s.id = i.service_id)
