-- A year whose invoices, cancellations or credit notes have a gap in their numbers.
select c.account_id, 'year', c.year, count(i.number) || ' of ' || c.last || ' ' || replace(c.kind, '_', ' ') || 's'
from invoice_count c
left join invoice i on i.account_id = c.account_id and i.kind = c.kind and i.year = c.year and i.number <= c.last
where c.account_id = $1
group by c.account_id, c.kind, c.year, c.last having count(i.number) <> c.last
