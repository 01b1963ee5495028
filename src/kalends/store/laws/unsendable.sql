-- A delivery that waits for a webhook that is not active: nobody will ever send it.
select d.account_id, 'webhook_delivery', d.id, d.webhook_id::text
from webhook_delivery d
join webhook w on w.account_id = $1 and w.id = d.webhook_id
where d.account_id = $1 and d.state = 'waiting' and not w.active
