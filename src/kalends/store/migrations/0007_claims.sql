-- What a resource has claimed is found by its own claims alone.

create index claim_short_idx on claim (account_id, resource_id, lower(span)) include (span, units, expires_at)
    where upper(span) - lower(span) <= interval '48 hours';
create index claim_long_idx on claim (account_id, resource_id)
    where upper(span) - lower(span) > interval '48 hours';
drop index claim_span_idx;

-- The claims on a resource that meet a span, its past holds too. Nearly all claims are short, and a short one that meets
-- the span begins near it: so both kinds are found by what the resource's own claims hold, however many others there are.
create function claims_on(p_account bigint, p_resource bigint, p_span tstzrange)
returns table (resource_id bigint, span tstzrange, units integer, expires_at timestamptz) language sql stable as $$
    select resource_id, span, units, expires_at from claim
    where account_id = p_account and resource_id = p_resource and upper(span) - lower(span) <= interval '48 hours'
        and lower(span) > lower(p_span) - interval '48 hours' and lower(span) < coalesce(upper(p_span), 'infinity')
        and span && p_span
    union all
    select resource_id, span, units, expires_at from claim
    where account_id = p_account and resource_id = p_resource and upper(span) - lower(span) > interval '48 hours'
        and span && p_span
$$;

create or replace function guard_loads(p_account bigint, p_path bigint[], p_whole numeric, p_span tstzrange)
returns table (span tstzrange, weight numeric) language sql as $$
    select c.span, c.units * div(p_whole, greatest(r.capacity, 1))
    from unnest(p_path) as node
    join resource r on r.account_id = p_account and r.id = node
    cross join lateral claims_on(p_account, node, p_span) c
$$;
