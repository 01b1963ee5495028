-- The guard's check of a change as a whole: under the locks of `commit_v1`, or without any, to say what it would refuse.

-- The refusal for a claim on a resource that does not exist (not_found) or is not active (retired).
create function unusable_resource(p_account bigint, p_resource bigint) returns jsonb language plpgsql as $$
begin
    if exists (select from resource where account_id = p_account and id = p_resource) then
        return '{"refusal": "retired", "what": "resource"}';
    end if;
    return jsonb_build_object('refusal', 'not_found', 'what', 'resource', 'which', p_resource);
end $$;

-- The refusal `full` if resources or sessions have too little left for the change; else null.
create function full_refusal(p_account bigint, p_at timestamptz, p_change jsonb, p_wanted wanted_claim[],
    p_released bigint[], p_suspects bigint[], p_planned planned_session[]) returns jsonb language plpgsql as $$
declare
    v_most constant integer := 5;
    v_claims record;
    v_seats record;
begin
    v_claims := claim_conflicts(p_account, p_at, p_wanted, p_released, p_suspects, v_most);
    if p_planned is not null then
        v_seats := seat_conflicts(
            p_account, p_at, p_change, p_planned, v_most - jsonb_array_length(coalesce(v_claims.conflicts, '[]')));
        v_claims.count := v_claims.count + v_seats.count;
        v_claims.conflicts := coalesce(v_claims.conflicts, '[]') || coalesce(v_seats.conflicts, '[]');
    end if;
    if v_claims.count = 0 then
        return null;
    end if;
    return jsonb_build_object('refusal', 'full', 'count', v_claims.count, 'conflicts', v_claims.conflicts);
end $$;

-- The guard's check of a change: its claims with their resources, the refusal if something is in the way or has
-- changed, and whether holds past their end may be in the way. `p_sessions` are the sessions that it changes or seats
-- people in.
create function check_change(
    p_account bigint, p_at timestamptz, p_change jsonb, p_released bigint[], p_sessions bigint[],
    out wanted wanted_claim[], out refusal jsonb, out meets_overdue boolean) language plpgsql as $$
declare
    v_planned planned_session[];
    v_claim wanted_claim;
    v_taken record;
begin
    if p_sessions <> '{}' then
        v_planned := planned_sessions(p_account, p_at, p_change, p_sessions);
        if is_session_stale(p_account, p_at, p_change, v_planned) then
            refusal := '{"refusal": "stale"}';
            return;
        end if;
    end if;
    wanted := wanted_claims(p_account, p_change -> 'claims', p_released);
    foreach v_claim in array wanted loop
        if v_claim.path is null then
            refusal := unusable_resource(p_account, v_claim.resource_id);
            return;
        end if;
    end loop;
    v_taken := suspect_claims(p_account, p_at, wanted, p_released);
    meets_overdue := v_taken.meets_overdue or v_planned is not null;
    if v_taken.suspects <> '{}' or v_planned is not null then
        refusal := full_refusal(p_account, p_at, p_change, wanted, p_released, v_taken.suspects, v_planned);
    end if;
end $$;

-- What `commit_v1` would refuse a change of new items with, or null, without locks: it may be otherwise by its commit.
create function check_v1(p_account bigint, p_change jsonb) returns jsonb language plpgsql as $$
begin
    return (check_change(p_account, (p_change ->> 'at')::timestamptz, p_change, ids_at(p_change, '$.released[*]'),
        ids_at(p_change, '$.sessions[*] ? (@.revision > 0).id')
            || ids_at(p_change, '$.items[*] ? (@.session_id > 0).session_id'))).refusal;
end $$;
