-- Run by the PostgreSQL image when it creates the database: the role of the app, which owns nothing (docs/decisions/0021).
\getenv password APP_DATABASE_PASSWORD
create role marketdesk_app login password :'password';
