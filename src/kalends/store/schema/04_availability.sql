create table opening (
    account_id bigint not null,
    id bigint generated always as identity,
    resource_id bigint not null,
    group_id bigint,  -- the same for the weekdays of one interval, in its doors' terms
    name text not null default '',
    weekday smallint not null,
    opens smallint not null,
    closes smallint not null,
    valid_from date,
    valid_until date,
    service_ids bigint[],
    own_service_id bigint,  -- applies to this service only, unless its own_hours are off
    constraint opening_pkey primary key (account_id, id),
    constraint opening_resource_fkey foreign key (account_id, resource_id) references resource (account_id, id),
    constraint opening_own_service_fkey foreign key (account_id, own_service_id) references service (account_id, id),
    constraint opening_own_service_check check (own_service_id is null or service_ids is null),
    constraint opening_weekday_check check (weekday between 1 and 7),
    constraint opening_hours_check check (opens >= 0 and opens < 1440 and closes > opens and closes <= 2880),
    constraint opening_valid_check check (valid_from < valid_until)
);
create index opening_resource_idx on opening (account_id, resource_id);

create table opening_exception (
    account_id bigint not null,
    id bigint generated always as identity,
    site_id bigint,
    resource_id bigint,
    day_from date not null,
    day_until date not null,
    opens smallint,
    closes smallint,
    title text not null default '',
    service_ids bigint[],
    own_service_id bigint,  -- as in opening
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint opening_exception_pkey primary key (account_id, id),
    constraint opening_exception_site_fkey foreign key (account_id, site_id) references site (account_id, id),
    constraint opening_exception_resource_fkey foreign key (account_id, resource_id)
        references resource (account_id, id),
    constraint opening_exception_own_service_fkey foreign key (account_id, own_service_id)
        references service (account_id, id),
    constraint opening_exception_owner_check check (num_nonnulls(site_id, resource_id) = 1),
    constraint opening_exception_own_service_check check (
        own_service_id is null or (service_ids is null and site_id is null)),
    constraint opening_exception_days_check check (day_from < day_until),
    constraint opening_exception_hours_check check (
        (opens is null and closes is null) or (opens >= 0 and opens < 1440 and closes > opens and closes <= 2880))
);
create index opening_exception_resource_idx on opening_exception (account_id, resource_id);
create index opening_exception_site_idx on opening_exception (account_id, site_id);
