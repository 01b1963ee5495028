-- A resource whose path is not its parent's path followed by its own id.
select r.account_id, 'resource', r.id, array_to_string(r.path, ' / ')
from resource r left join resource whole on whole.account_id = r.account_id and whole.id = r.parent_id
where r.account_id = $1 and r.path is distinct from coalesce(whole.path, '{}') || r.id
