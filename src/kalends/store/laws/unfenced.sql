-- A claim whose `exclusive` does not follow from its resource's capacity, or whose `overlap_allowed` differs from its
-- item's. Claims that ended before the last change of capacity are not checked.
select c.account_id, case when c.item_id is null then 'session' else 'item' end, c.owner_id, r.title from claim c
join resource r on r.account_id = c.account_id and r.id = c.resource_id
where c.account_id = $1 and c.exclusive <> (r.capacity = 1 and not c.overlap_allowed)
    and upper(c.span) > coalesce((
        select max(j.at) from journal j
        where j.account_id = r.account_id and j.kind = 'resource' and j.subject_id = r.id and j.before ? 'capacity'
    ), '-infinity')
union all
select c.account_id, 'item', c.owner_id, r.title from claim c
join resource r on r.account_id = c.account_id and r.id = c.resource_id
join item i on i.account_id = c.account_id and i.id = c.item_id
where c.account_id = $1 and c.overlap_allowed <> i.overlap_allowed
