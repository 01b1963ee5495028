-- A session with more seats taken than it has, not counting those with overlap_allowed.
select s.account_id, 'session', s.id, sum(i.units) || ' of ' || s.capacity from group_session s
join item i on i.account_id = s.account_id and i.session_id = s.id and is_active(i.state) and not i.overlap_allowed
where s.account_id = $1
group by s.account_id, s.id, s.capacity having sum(i.units) > s.capacity
