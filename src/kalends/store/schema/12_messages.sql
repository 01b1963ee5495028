create table webhook (
    account_id bigint not null,
    id bigint generated always as identity,
    door text not null,
    url text not null,
    events text[] not null,
    secret text not null,
    description text not null default '',
    active boolean not null default true,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    failing_since timestamptz,
    disabled_reason text,
    previous_secret text,  -- calls are signed with it too, until the time beside it
    previous_secret_until timestamptz,
    -- Of the change feed: its changes up to there have become deliveries. A new webhook begins with what comes next.
    position text not null default pg_snapshot_xmin(pg_current_snapshot()) || '-0',
    sending_until timestamptz,  -- until then one worker alone sends its deliveries
    constraint webhook_pkey primary key (account_id, id),
    constraint webhook_account_fkey foreign key (account_id) references account (id)
);

-- One event for one webhook. It is rendered from the change when its turn comes, and signed anew for each attempt.
create table webhook_delivery (
    account_id bigint not null,
    id bigint generated always as identity,
    webhook_id bigint not null,
    event text not null,
    position text not null,  -- of the change in the change feed; of a test call ''
    created_at timestamptz not null,
    state text not null default 'waiting',
    due_at timestamptz not null,
    attempts integer not null default 0,
    finished_at timestamptz,
    status integer,  -- of the last answer
    answer text,
    reason text,
    constraint webhook_delivery_pkey primary key (account_id, id),
    constraint webhook_delivery_webhook_fkey foreign key (account_id, webhook_id) references webhook (account_id, id),
    constraint webhook_delivery_state_check check (
        state in ('waiting', 'sent', 'dropped', 'failed') and (state = 'waiting') = (finished_at is null))
);
create unique index webhook_delivery_position_key on webhook_delivery (account_id, webhook_id, position)
    where position <> '';
create index webhook_delivery_due_idx on webhook_delivery (account_id, webhook_id, due_at) where state = 'waiting';
create index webhook_delivery_open_idx on webhook_delivery (state) where state in ('waiting', 'failed');
create index webhook_delivery_finished_idx on webhook_delivery (finished_at) where state <> 'waiting';

-- One row is one message to one recipient by one channel, written in the transaction of the change that it is about. What
-- it says is decided and written when its turn comes, from the present (engine/messages/decision.py); what was sent is
-- kept. Several waiting messages of a booking that differ by their item only are sent as one.
create table outbox (
    account_id bigint not null,
    id bigint generated always as identity,
    booking_id bigint,  -- null: it is about no booking, but about the account itself
    item_id bigint,
    item_revision integer not null,  -- the revision of the item that it was asked for with; once sent, that it told of
    customer_id bigint,  -- of audience customer: to whom; of staff: whose booking it is
    user_id bigint,  -- of audience staff: to whom; null while it stands for all who want to know
    audience text not null,
    channel text not null,
    template text not null,
    locale text not null,
    data jsonb not null,  -- what the present does not say: the time that a reminder was planned for, ...
    created_at timestamptz not null,
    state text not null default 'waiting',
    due_at timestamptz not null,  -- when to send it; while it is being sent, when the lease ends
    attempts integer not null default 0,
    finished_at timestamptz,
    reason text,  -- why it was dropped, or failed for good
    answer text,  -- of the server, or the error of the last attempt
    sent_with_id bigint,  -- it was sent as a part of this one
    resent_of_id bigint,
    address text,
    subject text,
    body text,
    constraint outbox_pkey primary key (account_id, id),
    constraint outbox_item_fkey foreign key (account_id, item_id) references item (account_id, id),
    constraint outbox_customer_fkey foreign key (account_id, customer_id) references customer (account_id, id),
    constraint outbox_user_fkey foreign key (account_id, user_id) references staff_user (account_id, id),
    constraint outbox_about_check check ((booking_id is null) = (item_id is null)),
    constraint outbox_audience_check check (audience in ('customer', 'staff')),
    constraint outbox_channel_check check (channel in ('email', 'sms')),
    constraint outbox_state_check check (
        state in ('waiting', 'sent', 'kept', 'dropped', 'failed') and (state = 'waiting') = (finished_at is null))
);
create index outbox_due_idx on outbox (channel, due_at) where state = 'waiting';
create index outbox_failed_idx on outbox (channel) where state = 'failed';
create index outbox_customer_idx on outbox (account_id, customer_id) where customer_id is not null;
create index outbox_booking_idx on outbox (account_id, booking_id, id);
create index outbox_item_idx on outbox (account_id, item_id) where item_id is not null;
create index outbox_digest_idx on outbox (account_id, user_id) where template = 'digest' and state = 'waiting';

-- A rule for reminders, as it was before it changed, of the items at one site or at none. Those whose reminders it set
-- follow by and by, in order of time; the row goes when all have.
create table reminder_rule_change (
    account_id bigint not null,
    id bigint generated always as identity,
    site_id bigint,
    days_before integer not null,
    minute integer not null,
    time_zone text not null,
    after_start timestamptz not null,  -- items up to this start and id have followed
    after_id bigint not null default 0,
    constraint reminder_rule_change_pkey primary key (account_id, id),
    constraint reminder_rule_change_account_fkey foreign key (account_id) references account (id),
    constraint reminder_rule_change_site_fkey foreign key (account_id, site_id) references site (account_id, id)
);
