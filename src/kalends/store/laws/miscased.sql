-- An item that is part of another customer's case.
select i.account_id, 'item', i.id, k.customer_id::text from item i
join customer_case k on k.account_id = i.account_id and k.id = i.case_id
where i.account_id = $1 and i.customer_id is distinct from k.customer_id
