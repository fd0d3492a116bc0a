CREATE TABLE "question_sets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"offer_id" text,
	"plan_id" text,
	"follows_wider" boolean DEFAULT false NOT NULL,
	"questions" jsonb,
	"reason" text NOT NULL,
	"actor_kind" "actor_kind" NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "question_sets_version" UNIQUE("version"),
	CONSTRAINT "question_sets_version_positive" CHECK ("question_sets"."version" > 0),
	CONSTRAINT "question_sets_plan_of_offer" CHECK ("question_sets"."offer_id" is not null or "question_sets"."plan_id" is null),
	CONSTRAINT "question_sets_no_empty_ids" CHECK ("question_sets"."offer_id" <> '' and "question_sets"."plan_id" <> ''),
	CONSTRAINT "question_sets_questions_or_wider" CHECK ("question_sets"."follows_wider" = ("question_sets"."questions" is null)),
	CONSTRAINT "question_sets_wider_of_all" CHECK (not "question_sets"."follows_wider" or "question_sets"."offer_id" is not null),
	CONSTRAINT "question_sets_list" CHECK (jsonb_typeof("question_sets"."questions") = 'array'),
	CONSTRAINT "question_sets_reason" CHECK ("question_sets"."reason" <> '')
);
--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "answers" jsonb;--> statement-breakpoint
CREATE INDEX "question_sets_scope" ON "question_sets" USING btree ("offer_id","plan_id","version");