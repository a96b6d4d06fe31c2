-- 0011 — which certificate another one came in the place of: the old one ends when the new one is in use.
set local search_path = xf;

alter table device add column renews bytea check (octet_length(renews) = 32); -- a fingerprint
create index device_renewing on device (bureau_id, until_at) where renews is not null; -- those that live
