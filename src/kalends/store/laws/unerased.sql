-- An erased customer of whom something is left: in the record, in the journal, in items or in messages. What was written
-- into an item afterwards is not about what was known of them.
select c.account_id, 'customer', c.id, left_in from customer c cross join lateral (
    select 'the record' as left_in where c.search_text <> ' ' or c.notes <> '' or c.details <> '{}'
        or num_nonnulls(c.date_of_birth, c.custom) > 0
    union all select 'the journal' where exists (
        select from journal j where j.account_id = $1 and j.kind = 'customer' and j.subject_id = c.id
            and (j.before ?| '{first_name,last_name,email,phone,notes}'
                or j.after ?| '{first_name,last_name,email,phone,notes}'))
    union all select 'bookings' where exists (
        select from item i
        join journal j on j.account_id = $1 and j.kind = 'item' and j.subject_id = i.id and j.revision = i.revision
        where i.account_id = $1 and i.customer_id = c.id and j.verb = 'erase'
            and (num_nonnulls(i.title, i.notes, i.custom) > 0 or i.details <> '{}'))
    union all select 'messages' where exists (
        select from outbox o where o.account_id = $1 and o.customer_id = c.id
            and (o.state = 'waiting' or num_nonnulls(o.subject, o.body) > 0))
) found where c.account_id = $1 and c.erased_at is not null
