#!/bin/sh
# Runs once, when the database is made, after portal/runtime/roles.sql: gives its two roles their passwords.
set -eu
psql --set ON_ERROR_STOP=1 --no-psqlrc --quiet --username postgres --dbname "$POSTGRES_DB" \
	--set owner="$(cat /run/secrets/owner_password)" --set app="$(cat /run/secrets/app_password)" <<'SQL'
ALTER ROLE skranke_owner NOCREATEDB PASSWORD :'owner';
ALTER ROLE skranke_app PASSWORD :'app';
SQL
