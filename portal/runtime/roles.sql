-- The two roles of the portal, and who may do what in the database this is run in. Safe to run again.
--
-- On a server of your own, as its administrator:
--     createdb skranke
--     psql -d skranke -f portal/runtime/roles.sql
--     psql -d skranke -c '\password skranke_owner' -c '\password skranke_app'
--
-- skranke_owner owns the database and its tables: only migrations and create_tenant use it (DATABASE_OWNER_URL).
-- skranke_app runs the program (DATABASE_URL). It owns nothing and cannot get past row-level security;
-- the migrations grant it its rights, table by table.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'skranke_owner') THEN
        -- CREATEDB is for the test databases; ALTER ROLE skranke_owner NOCREATEDB in production if you like.
        CREATE ROLE skranke_owner LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'skranke_app') THEN
        CREATE ROLE skranke_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION;
    END IF;
    -- Roles that were here before us are not changed silently, but these would undo every tenant's protection.
    IF EXISTS (
        SELECT FROM pg_roles
        WHERE rolname IN ('skranke_owner', 'skranke_app') AND (rolsuper OR rolbypassrls)
    ) THEN
        RAISE EXCEPTION 'skranke_owner and skranke_app must have neither SUPERUSER nor BYPASSRLS';
    END IF;
    IF pg_has_role('skranke_app', 'skranke_owner', 'MEMBER') THEN
        RAISE EXCEPTION 'skranke_app must not be a member of skranke_owner';
    END IF;
    -- An administrator who is not a superuser (managed servers) must be able to hand the database over.
    IF NOT pg_has_role(current_user, 'skranke_owner', 'MEMBER') THEN
        EXECUTE format('GRANT skranke_owner TO %I', current_user);
    END IF;
    EXECUTE format('ALTER DATABASE %I OWNER TO skranke_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    -- TEMPORARY: a meter file is staged in a temporary table, chunk by chunk.
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO skranke_app', current_database());
END
$$;

-- Every page and every step of a task is a transaction. One that has done nothing for so long belongs to a process that
-- hangs, and holds up the clearing of old rows; a statement that takes so long serves nobody any more. No page and no
-- task gets there: a task is killed after an hour, and writes or reads all the while.
ALTER ROLE skranke_app SET idle_in_transaction_session_timeout = '30min';
ALTER ROLE skranke_app SET statement_timeout = '1h';

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO skranke_app;
