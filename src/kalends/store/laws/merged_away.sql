-- An item, a booking or a case of a customer who was merged into another. (Those of a deleted customer stay with it.)
select i.account_id, 'item', i.id, c.id::text from item i
join customer c on c.account_id = i.account_id and c.id in (i.customer_id, i.booked_by_customer_id)
where i.account_id = $1 and c.merged_into_id is not null
union all
select b.account_id, 'booking', b.id, c.id::text from booking b
join customer c on c.account_id = b.account_id and c.id = b.customer_id
where b.account_id = $1 and c.merged_into_id is not null
union all
select k.account_id, 'case', k.id, c.id::text from customer_case k
join customer c on c.account_id = k.account_id and c.id = k.customer_id
where k.account_id = $1 and c.merged_into_id is not null
