"""Makes the libraries' sign-in tables per tenant: e-mail addresses, sessions, second factors, admin history.

Each gets a `tenant_id` that fills itself from the scope, row-level security, and uniqueness per tenant, so that the
same address at two companies is two accounts, and one company's session cookie is nobody's at another.
"""

from django.db import migrations

from portal.tenancy.protection import TENANT_ID, foreign_key_sql, grant_sql, identity_sql, protect_sql

TENANT_TABLES = [
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
    "usersessions_usersession",
    "django_session",
    "django_admin_log",
]
USER_TABLES = ["account_emailaddress", "mfa_authenticator", "usersessions_usersession", "django_admin_log"]
# Global and harmless: names of models and permissions.
GLOBAL_TABLES = ["django_content_type", "auth_permission", "auth_group", "auth_group_permissions"]


def tenant_column_sql(table):
    default = TENANT_ID.removeprefix("(SELECT ").removesuffix(")")
    return (
        f"ALTER TABLE {table} ADD COLUMN tenant_id bigint NOT NULL DEFAULT {default} "
        "REFERENCES tenancy_tenant (id) DEFERRABLE INITIALLY DEFERRED"
    )


def make_per_tenant(apps, schema_editor):
    for table in TENANT_TABLES:
        for statement in [tenant_column_sql(table), *protect_sql(table)]:
            schema_editor.execute(statement)
        schema_editor.execute(f"CREATE INDEX {table}_tenant ON {table} (tenant_id)")
    for table in USER_TABLES:
        schema_editor.execute(foreign_key_sql(table, "user_id", "accounts_user"))
    schema_editor.execute(identity_sql("account_emailaddress"))
    schema_editor.execute(foreign_key_sql("account_emailconfirmation", "email_address_id", "account_emailaddress"))
    schema_editor.execute("DROP INDEX unique_verified_email")
    schema_editor.execute(
        "CREATE UNIQUE INDEX unique_verified_email ON account_emailaddress (tenant_id, email) WHERE verified"
    )
    for table in GLOBAL_TABLES:
        schema_editor.execute(grant_sql(table, "SELECT"))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("usersessions", "0001_initial"),
        ("sessions", "0001_initial"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_per_tenant, migrations.RunPython.noop)]
