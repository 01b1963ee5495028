-- A booking with one item that is neither for nor by the customer of the booking. (Several items may have different
-- customers.)
select b.account_id, 'booking', b.id, coalesce(min(i.customer_id)::text, 'nobody') from booking b
join item i on i.account_id = b.account_id and i.booking_id = b.id
where b.account_id = $1
group by b.account_id, b.id
having count(*) = 1 and min(i.customer_id) is distinct from b.customer_id
    and (b.customer_id is null or min(i.booked_by_customer_id) is distinct from b.customer_id)
