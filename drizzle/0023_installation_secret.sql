CREATE TABLE "installation_secret" (
	"id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"fingerprint" text NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "installation_secret_is_one" CHECK ("installation_secret"."id" = 1)
);
