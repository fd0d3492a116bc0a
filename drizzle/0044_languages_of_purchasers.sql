CREATE TABLE "purchaser_languages" (
	"subscription_id" text PRIMARY KEY NOT NULL,
	"language" text NOT NULL
);
