CREATE TABLE "signing_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"public_jwk" jsonb NOT NULL,
	"private_jwk" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"signs_from" timestamp (3) with time zone,
	"signs_until" timestamp (3) with time zone,
	CONSTRAINT "signing_keys_private_while_needed" CHECK (("signing_keys"."signs_until" is null) = ("signing_keys"."private_jwk" is not null)),
	CONSTRAINT "signing_keys_in_order" CHECK ("signing_keys"."signs_until" is null or "signing_keys"."signs_from" <= "signing_keys"."signs_until"),
	CONSTRAINT "signing_keys_public_only" CHECK (not "signing_keys"."public_jwk" ? 'd')
);
--> statement-breakpoint
CREATE UNIQUE INDEX "signing_keys_one_signs" ON "signing_keys" USING btree ((signs_until is null)) WHERE "signing_keys"."signs_from" is not null and "signing_keys"."signs_until" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "signing_keys_one_next" ON "signing_keys" USING btree ((signs_from is null)) WHERE "signing_keys"."signs_from" is null;