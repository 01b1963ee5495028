-- An invoice whose net, tax or total is not the sum of its rows.
select i.account_id, 'invoice', i.id, i.total::text from invoice i
cross join lateral (
    select sum(r.total - r.tax) as net, sum(r.tax) as tax, sum(r.total) as total from invoice_row r
    where r.account_id = i.account_id and r.invoice_id = i.id) sums
where i.account_id = $1 and (i.net, i.tax, i.total) is distinct from (sums.net, sums.tax, sums.total)
