-- A series with an occurrence that has been due for five minutes and is still pending, or that has failed. $2 is the
-- present time.
select o.account_id, 'booking', o.booking_id, min(o.starts_at)::text from occurrence o
where o.account_id = $1 and (
    o.outcome = 'failed' or (o.outcome = 'pending' and o.due_at < $2::timestamptz - interval '5 minutes'))
group by o.account_id, o.booking_id
