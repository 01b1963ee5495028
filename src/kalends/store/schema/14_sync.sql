-- How far systems that keep their own copy of the bookings have followed, each known by its key.

-- What a key was shown of an item that others had changed, what it confirmed to have, and its own id for the item.
-- Revisions are those of the item and of its customer.
create table sync_state (
    account_id bigint not null,
    token_id bigint not null,
    item_id bigint not null,
    is_block boolean not null,
    external_id text,
    shown_revision integer,
    shown_customer_id bigint,
    shown_customer_revision integer,
    confirmed_revision integer,
    confirmed_customer_id bigint,
    confirmed_customer_revision integer,
    constraint sync_state_pkey primary key (account_id, token_id, item_id),
    constraint sync_state_token_fkey foreign key (account_id, token_id) references access_token (account_id, id),
    constraint sync_state_item_fkey foreign key (account_id, item_id) references item (account_id, id),
    constraint sync_state_external_id_key unique (account_id, token_id, is_block, external_id)
);
create index sync_state_item_idx on sync_state (account_id, item_id);

-- When a key began to read a list: the last change of the feed that was settled then, and since when changes were asked
-- for. So it is known which changes were committed after a time, although they began before it. Lists are told apart by
-- their filters, "" is a list without.
create table sync_mark (
    account_id bigint not null,
    token_id bigint not null,
    id bigint generated always as identity,
    list text not null,
    at timestamptz not null,
    since timestamptz,
    position_xid xid8 not null,
    position_id bigint not null,
    constraint sync_mark_pkey primary key (account_id, token_id, id),
    constraint sync_mark_token_fkey foreign key (account_id, token_id) references access_token (account_id, id)
);
create index sync_mark_at_idx on sync_mark (account_id, token_id, list, at);

-- Has the blocks of sites that are not over take a resource that came to stand there, and let go of one that stands
-- there no longer or is out of use. The caller has locked the sites, and the resource's tree if it is not new.
create function follow_blocks_v1(p_account bigint, p_author jsonb, p_resource bigint)
returns void language plpgsql as $$
declare
    v_at timestamptz := (p_author ->> 'at')::timestamptz;
    v_resource resource;
    v_block item;
    v_taken bigint[];
    v_wanted boolean;
begin
    select * into v_resource from resource where account_id = p_account and id = p_resource;
    for v_block in
        select * from item
        where account_id = p_account and kind = 'block' and resource_id is null and is_active(state) and ends_at > v_at
            and (site_id = v_resource.site_id or p_resource = any (also_resource_ids))
        order by id for no key update
    loop
        v_wanted := v_resource.active and v_resource.parent_id is null and v_block.site_id = v_resource.site_id;
        continue when v_wanted = (p_resource = any (v_block.also_resource_ids));
        if v_wanted then
            v_taken := v_block.also_resource_ids || p_resource;
            insert into claim (account_id, item_id, resource_id, span, units, overlap_allowed, exclusive)
            values (p_account, v_block.id, p_resource, tstzrange(v_block.starts_at, v_block.ends_at),
                greatest(v_resource.capacity, 1), true, false);
        else
            v_taken := array_remove(v_block.also_resource_ids, p_resource);
            delete from claim
            where account_id = p_account and owner_id = v_block.id and resource_id = p_resource;
        end if;
        update item set also_resource_ids = v_taken, revision = v_block.revision + 1, updated_at = v_at,
            updated_by = p_author ->> 'actor'
        where account_id = p_account and id = v_block.id;
        insert into journal (account_id, at, actor, door, verb, kind, subject_id, revision, before, after,
            request_id)
        values (p_account, v_at, p_author ->> 'actor', p_author ->> 'door', 'follow', 'item', v_block.id,
            v_block.revision + 1, jsonb_build_object('also_resource_ids', v_block.also_resource_ids),
            jsonb_build_object('also_resource_ids', v_taken), p_author ->> 'request_id');
    end loop;
end $$;
