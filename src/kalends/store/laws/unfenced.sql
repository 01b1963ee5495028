-- A claim that the exclusion constraint does not guard as its resource's capacity asks for, or that does not allow the
-- overlap that its item does. What was over when the resource got its last capacity can't be judged by this one.
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
