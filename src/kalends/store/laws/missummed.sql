-- An invoice whose total is not the sum of its rows.
select i.account_id, 'invoice', i.id, i.total::text from invoice i
where i.account_id = $1 and i.total is distinct from (
    select sum(r.total) from invoice_row r where r.account_id = i.account_id and r.invoice_id = i.id)
