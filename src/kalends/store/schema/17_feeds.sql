-- Calendar feeds: whoever has the secret of one, of which the digest is here, reads what it is of.
create table feed (
    account_id bigint not null,
    id bigint generated always as identity,
    title text not null default '',
    resource_id bigint,
    site_id bigint,
    user_id bigint,
    detail text not null,
    digest bytea not null default '',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    revision integer not null default 0,
    constraint feed_pkey primary key (account_id, id),
    constraint feed_account_fkey foreign key (account_id) references account (id),
    constraint feed_resource_fkey foreign key (account_id, resource_id) references resource (account_id, id),
    constraint feed_site_fkey foreign key (account_id, site_id) references site (account_id, id),
    constraint feed_user_fkey foreign key (account_id, user_id) references staff_user (account_id, id),
    constraint feed_subject_check check (num_nonnulls(resource_id, site_id, user_id) = 1),
    constraint feed_detail_check check (detail in ('busy', 'titles', 'full'))
);
-- Without account_id, as a feed is looked up before its account is known. 256 random bits need no unique constraint.
create index feed_digest_idx on feed (digest);
