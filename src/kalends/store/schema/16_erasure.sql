-- What is left of a person beside the records themselves: journal, messages, logins. It is taken out when they are
-- erased (engine/bookings/erasure.py). Invoices keep what the law wants kept.

-- The journal's entries about some subjects of a kind lose these fields of their images; answers of webhooks that were
-- told of the entries go, too.
create function erase_images(p_account bigint, p_kind text, p_ids bigint[], p_fields text[]) returns void
language plpgsql as $$
begin
    perform set_config('kalends.erases', 'on', true);
    update journal set before = before - p_fields, after = after - p_fields
    where account_id = p_account and kind = p_kind and subject_id = any (p_ids)
        and (before ?| p_fields or after ?| p_fields);
    perform set_config('kalends.erases', 'off', true);
    update webhook_delivery set answer = null
    where account_id = p_account and answer is not null and position in (
        select xid::text || '-' || id from journal
        where account_id = p_account and kind = p_kind and subject_id = any (p_ids));
end $$;

-- Messages to these customers or about their items are not sent any more; of those that were, only when, how and whether
-- stays. So it is with mails of a day's bookings that told of the items; those that wait are written when they are sent.
create function erase_messages(p_account bigint, p_at timestamptz, p_customers bigint[], p_items bigint[]) returns void
language plpgsql as $$
begin
    update outbox set state = case when state in ('waiting', 'failed') then 'dropped' else state end,
        reason = case when state in ('waiting', 'failed') then 'erased' else reason end,
        finished_at = coalesce(finished_at, p_at), address = case audience when 'staff' then address end,
        subject = null, body = null, answer = null, data = '{}'
    where account_id = p_account and (customer_id = any (p_customers) or item_id = any (p_items) and booking_id in (
        select booking_id from item where account_id = p_account and id = any (p_items)));
    update outbox set subject = null, body = null, answer = null
    where account_id = p_account and template = 'digest' and body is not null and exists (
        select from jsonb_array_elements(data -> 'entries') entry where (entry ->> 'item_id')::bigint = any (p_items));
end $$;

-- Everything of some erased customers that is not in the records which the change wrote. `p_fields`: by kind of the
-- journal, the fields to take out; `p_addresses`: e-mail addresses in lower case and numbers in E.164 that they had.
create function erase_traces_v1(p_account bigint, p_at timestamptz, p_fields jsonb, p_customers bigint[],
    p_bookings bigint[], p_items bigint[], p_addresses text[]) returns void language plpgsql as $$
declare
    v_cases bigint[] := array(
        select id from customer_case where account_id = p_account and customer_id = any (p_customers) order by id);
    v_invoices bigint[] := array(
        select id from invoice where account_id = p_account and customer_id = any (p_customers) order by id);
    v_bounced bigint[];
begin
    update customer_case set name = '', notes = '', details = '{}', archived_at = coalesce(archived_at, p_at),
        updated_at = p_at
    where account_id = p_account and id = any (v_cases);
    update occurrence set outcome = 'withdrawn'
    where account_id = p_account and booking_id = any (p_bookings) and outcome = 'failed';
    perform erase_images(p_account, 'customer', p_customers, fields_of(p_fields, 'customer'));
    perform erase_images(p_account, 'booking', p_bookings, fields_of(p_fields, 'booking'));
    perform erase_images(p_account, 'item', p_items, fields_of(p_fields, 'item'));
    perform erase_images(p_account, 'customer_case', v_cases, fields_of(p_fields, 'customer_case'));
    perform erase_images(p_account, 'invoice', v_invoices, fields_of(p_fields, 'invoice'));
    perform erase_messages(p_account, p_at, p_customers, p_items);
    with gone as (
        delete from bounced_address b
        where account_id = p_account and address = any (p_addresses) and not exists (
            select from customer c where c.account_id = p_account and c.deleted_at is null
                and (lower(c.email) = b.address or c.phone_e164 = b.address))
        returning id
    )
    select array_agg(id) into v_bounced from gone;
    perform erase_images(p_account, 'bounced_address', v_bounced, '{address,reason}');
    delete from message_refusal where account_id = p_account and customer_id = any (p_customers);
    delete from credential where account_id = p_account and customer_id = any (p_customers);
    update access_token set revoked_at = p_at
    where account_id = p_account and revoked_at is null and (
        customer_id = any (p_customers) or item_id = any (p_items) or booking_id = any (p_bookings));
end $$;

create function fields_of(p_fields jsonb, p_kind text) returns text[] language sql immutable as $$
    select array(select jsonb_array_elements_text(p_fields -> p_kind))
$$;
