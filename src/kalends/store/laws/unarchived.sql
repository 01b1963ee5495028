-- An item that is removed and does not say when, or says when although it is not removed.
select account_id, 'item', id, state from item where account_id = $1 and (state = 'deleted') <> (archived_at is not null)
