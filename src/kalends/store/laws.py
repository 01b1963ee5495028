"""More of what must be true of the stored data, each a statement as in store/journal.py: what trees, claims and the
journal must say beside what the guard counts."""

# Until a resource got its last capacity it was booked by another, so what was over by then can't be judged by this one.
LAST_CAPACITY = """
    coalesce((
        select max(j.at) from journal j
        where j.account_id = {0}.account_id and j.kind = 'resource' and j.subject_id = {1} and j.before ? 'capacity'
    ), '-infinity')"""

_MISPLACED = """
    select r.account_id, 'resource', r.id, array_to_string(r.path, ' / ')
    from resource r left join resource whole on whole.account_id = r.account_id and whole.id = r.parent_id
    where r.path is distinct from coalesce(whole.path, '{}') || r.id
    """

_OWNER = "c.account_id, case when c.item_id is null then 'session' else 'item' end, coalesce(c.item_id, c.session_id)"
_UNFENCED = f"""
    select {_OWNER}, r.title from claim c
    join resource r on r.account_id = c.account_id and r.id = c.resource_id
    where c.exclusive <> (r.capacity = 1) and (c.exclusive or not is_forced(c.account_id, c.item_id, c.session_id))
        and upper(c.span) > {LAST_CAPACITY.format("r", "r.id")}
    """

# Which buffers a service had when it was booked nobody knows any more; but none is longer than the longest there ever
# was.
_OVERCLAIMED = f"""
    with buffers as (
        select account_id, buffer_before as before, buffer_after as after from service
        union all select account_id, buffer_before, buffer_after from service_resource
        union all
        select account_id,
            (select max(n::integer) from jsonb_path_query(told, '$.**.buffer_before ? (@.type() == "number")') n),
            (select max(n::integer) from jsonb_path_query(told, '$.**.buffer_after ? (@.type() == "number")') n)
        from journal cross join jsonb_build_array(before, after) told where kind in ('service', 'service_assignment')
    ), longest as (
        select account_id, max(before) * interval '1 minute' as before, max(after) * interval '1 minute' as after
        from buffers group by account_id
    ), owner as (
        select c.account_id, c.item_id, c.session_id, c.span, i.starts_at, i.ends_at, i.service_id from claim c
        join item i on i.account_id = c.account_id and i.id = c.item_id and i.resource_id = c.resource_id
        union all
        select c.account_id, c.item_id, c.session_id, c.span, s.starts_at, s.ends_at, s.service_id from claim c
        join session s on s.account_id = c.account_id and s.id = c.session_id
    )
    select {_OWNER}, c.span::text from owner c
    left join longest on longest.account_id = c.account_id and c.service_id is not null
    where lower(c.span) < c.starts_at - coalesce(longest.before, interval '0')
        or upper(c.span) > c.ends_at + coalesce(longest.after, interval '0')
    """

# Of a booking the journal begins with its first change, as revision 1.
_UNTOLD = """
    select account_id, 'booking', subject_id, count(*) || ' of ' || max(revision) from journal where kind = 'booking'
    group by account_id, subject_id having (min(revision), max(revision)) <> (1, count(*))
    """
_MISTOLD = """
    select b.account_id, 'booking', b.id, 'revision ' || told.last from booking b
    join (
        select account_id, subject_id, max(revision) as last, jsonb_object_agg(key, value order by revision) as image
        from journal cross join jsonb_each(after) where kind = 'booking' group by account_id, subject_id
    ) told on told.account_id = b.account_id and told.subject_id = b.id
    where to_jsonb(b) || told.image <> to_jsonb(b)
    """

# A first image has no nulls; one from before there were extras had none of those.
_UNLINKED = """
    select distinct account_id, kind, subject_id, 'revision ' || revision from (
        select account_id, kind, subject_id, revision, key, before -> key as before,
            lag(value) over (partition by account_id, kind, subject_id, key order by revision) as told
        from journal cross join jsonb_each(after)
        where kind in ('item', 'session', 'customer', 'booking') and exists (
            select from journal later where later.account_id = journal.account_id and later.kind = journal.kind
                and later.subject_id = journal.subject_id and later.revision > 0)
    ) step
    where revision > 0 and (told is not null or kind <> 'booking')
        and key not in ('revision', 'updated_at', 'updated_by')
        and jsonb_strip_nulls(before) is distinct from jsonb_strip_nulls(
            coalesce(told, case key when 'extras' then '[]'::jsonb else 'null' end))
    """

LAWS: list[tuple[str, str]] = [
    ("misplaced", _MISPLACED),
    ("unfenced", _UNFENCED),
    ("overclaimed", _OVERCLAIMED),
    ("unjournalled", _UNTOLD),
    ("mistold", _MISTOLD),
    ("unlinked", _UNLINKED),
]
"""Each law and its statement, which asks for nothing."""
