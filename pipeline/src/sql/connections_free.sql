-- What is left of the server's, the database's and the role's connections; below zero is no limit. What kind of backend
-- another role has is not everybody's to know.
with used as (
    select datname, usename from pg_stat_activity
     where coalesce(backend_type, 'client backend') = 'client backend'
)
select least(
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - (select count(*)::int from used),
    (select nullif(greatest(datconnlimit, -1), -1) from pg_database where datname = current_database())
        - (select count(*)::int from used where datname = current_database()),
    (select nullif(greatest(rolconnlimit, -1), -1) from pg_roles where rolname = session_user)
        - (select count(*)::int from used where usename = session_user)
)
