-- An invoice of which more is taken back than it came to: its cancellation, and credit notes that are not cancelled.
select i.account_id, 'invoice', i.id, sum(c.total)::text from invoice i
join invoice c on c.account_id = i.account_id and c.corrects_id = i.id
where i.account_id = $1 and i.kind = 'invoice' and not exists (
    select from invoice b where b.account_id = c.account_id and b.corrects_id = c.id)
group by i.account_id, i.id, i.total having i.total + sum(c.total) < 0
