-- A claim that is longer than its item or session with the longest buffers that any service ever had. The buffers at
-- the time of the booking are not known any more.
with buffers as (
    select account_id, buffer_before as before, buffer_after as after from service where account_id = $1
    union all select account_id, buffer_before, buffer_after from service_resource where account_id = $1
    union all
    select account_id,
        (select max(n::integer) from jsonb_path_query(told, '$.**.buffer_before ? (@.type() == "number")') n),
        (select max(n::integer) from jsonb_path_query(told, '$.**.buffer_after ? (@.type() == "number")') n)
    from journal cross join jsonb_build_array(before, after) told
    where account_id = $1 and kind in ('service', 'service_assignment')
), longest as (
    select account_id, max(before) * interval '1 minute' as before, max(after) * interval '1 minute' as after
    from buffers group by account_id
), owner as (
    select c.account_id, 'item' as kind, c.owner_id, c.span, i.starts_at, i.ends_at, i.service_id from claim c
    join item i on i.account_id = c.account_id and i.id = c.item_id
        and c.resource_id = any (i.resource_id || i.also_resource_ids)
    where c.account_id = $1
    union all
    select c.account_id, 'session', c.owner_id, c.span, s.starts_at, s.ends_at, s.service_id from claim c
    join group_session s on s.account_id = c.account_id and s.id = c.session_id
    where c.account_id = $1
)
select o.account_id, o.kind, o.owner_id, o.span::text from owner o
left join longest on longest.account_id = o.account_id and o.service_id is not null
where lower(o.span) < o.starts_at - coalesce(longest.before, interval '0')
    or upper(o.span) > o.ends_at + coalesce(longest.after, interval '0')
