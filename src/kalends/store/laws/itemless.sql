-- An occurrence of a series that counts as made but has no item.
select account_id, 'booking', booking_id, starts_at::text from occurrence
where account_id = $1 and outcome = 'made' and item_id is null
