-- A device with several valid tokens: a new token ends the former one.
select account_id, 'device', device_id, count(*)::text from access_token
where account_id = $1 and device_id is not null and revoked_at is null and (expires_at is null or expires_at > $2)
group by account_id, device_id
having count(*) > 1
