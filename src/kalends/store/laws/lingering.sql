-- A hold that ended more than an hour ago and has not been expired. $2 is the present time.
select account_id, 'item', id, expires_at::text from item
where account_id = $1 and state in ('awaiting_verification', 'awaiting_payment', 'awaiting_confirmation')
    and expires_at < $2::timestamptz - interval '1 hour'
