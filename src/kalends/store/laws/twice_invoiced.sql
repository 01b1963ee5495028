-- An item that stands on two invoices that are not cancelled.
select r.account_id, 'item', r.item_id, count(distinct i.id)::text from invoice_row r
join invoice i on i.account_id = r.account_id and i.id = r.invoice_id
where r.account_id = $1 and i.kind = 'invoice' and r.item_id is not null and not exists (
    select from invoice c where c.account_id = i.account_id and c.corrects_id = i.id and c.kind = 'cancellation')
group by r.account_id, r.item_id having count(distinct i.id) > 1
