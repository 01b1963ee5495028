-- The functions that write after-images of customer, booking, group_session and item. They are generated from the
-- catalogue of columns, so that no column is listed by hand. A migration that adds a column calls `make_writers` again.
--
-- A worker of the previous version sends images without the new column: an insert then uses the column's default, and
-- an update leaves the column as it is. The account id is never taken from an image.

-- For each table T:
--   T_defaults   the defaults of all columns, as JSON
--   insert_T_v1  inserts the images of revision 0, and journals them without nulls, without the secret code and without
--                the columns that the journal has itself; bookings are not journalled on creation, as their items are
--   update_T_v1  updates rows with the images of later revisions, and journals the changed fields; that each image
--                follows the present revision was checked before; what is filled in on creation of a booking is a change
create function make_writers(p_table text, p_kind text) returns void language plpgsql as $make$
declare
    v_names text;
    v_inserted text;
    v_updated text;
    v_defaults text;
    v_noted text := format($noted$
            insert into journal (account_id, at, actor, door, verb, kind, subject_id, revision, after, request_id)
            values (p_account, (p_change ->> 'at')::timestamptz, p_change ->> 'actor', p_change ->> 'door',
                p_change ->> 'verb', %L, (v_image ->> 'id')::bigint, 0, jsonb_strip_nulls(v_image - v_aside),
                p_change ->> 'request_id');
        $noted$, p_kind);
begin
    select string_agg(quote_ident(a.attname), ', ' order by a.attnum),
        string_agg(case when d.adbin is null or a.attname = 'id' then format('image.%I', a.attname)
            when a.attnotnull then format('coalesce(image.%I, %s)', a.attname, pg_get_expr(d.adbin, d.adrelid))
            else format('case when v_image ? %1$L then image.%1$I else %2$s end', a.attname,
                pg_get_expr(d.adbin, d.adrelid)) end, ', ' order by a.attnum),
        string_agg(format('%1$I = changed.%1$I', a.attname), ', ' order by a.attnum) filter (where a.attname <> 'id'),
        string_agg(format('%L, to_jsonb(%s)', a.attname, pg_get_expr(d.adbin, d.adrelid)), ', ')
            filter (where d.adbin is not null and a.attname <> 'id')
    into v_names, v_inserted, v_updated, v_defaults
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = p_table::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        and a.attname <> 'account_id';
    execute format($defaults$
        create or replace function %1$s_defaults() returns jsonb language sql immutable as $body$
            select jsonb_build_object(%2$s)
        $body$ $defaults$, p_table, v_defaults);
    execute format($insert$
        create or replace function insert_%1$s_v1(p_account bigint, p_change jsonb, p_images jsonb)
        returns void language plpgsql as $body$
        declare
            v_aside constant text[] := '{verification_code,revision,updated_at,updated_by}';
            v_image jsonb;
        begin
            for v_nr in 0 .. jsonb_array_length(p_images) - 1 loop
                v_image := p_images -> v_nr;
                continue when (v_image ->> 'revision')::integer > 0;
                insert into %1$I (account_id, %2$s)
                select p_account, %3$s from jsonb_populate_record(null::%1$I, v_image) image;
                %4$s
            end loop;
        end $body$ $insert$, p_table, v_names, v_inserted, case when p_table <> 'booking' then v_noted end);
    execute format($update$
        create or replace function update_%1$s_v1(p_account bigint, p_change jsonb, p_images jsonb)
        returns void language plpgsql as $body$
        declare
            v_aside constant text[] := '{verification_code,revision,updated_at,updated_by}';
        begin
            with pair as materialized (
                select had.id as had_id, to_jsonb(had) as before, to_jsonb(image) as after, image.*
                from jsonb_array_elements(p_images) given
                join %1$I had on had.account_id = p_account and had.id = (given.value ->> 'id')::bigint
                cross join lateral jsonb_populate_record(had, given.value) image
                where (given.value ->> 'revision')::integer > 0
            ), written as (
                update %1$I had set %2$s from pair changed
                where had.account_id = p_account and had.id = changed.had_id
            )
            insert into journal (
                account_id, at, actor, door, verb, kind, subject_id, revision, before, after, request_id)
            select p_account, (p_change ->> 'at')::timestamptz, p_change ->> 'actor', p_change ->> 'door',
                case p_change ->> 'verb' when 'create' then 'change' else p_change ->> 'verb' end, %3$L, had_id, revision,
                changes_between(after, before) - v_aside, changes_between(before, after) - v_aside,
                p_change ->> 'request_id'
            from pair;
        end $body$ $update$, p_table, v_updated, p_kind);
end $make$;

select make_writers('customer', 'customer'), make_writers('booking', 'booking'),
    make_writers('group_session', 'session'), make_writers('item', 'item');
