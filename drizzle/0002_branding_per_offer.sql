ALTER TABLE "brandings" ADD COLUMN "offer_id" text;--> statement-breakpoint
ALTER TABLE "brandings" ADD COLUMN "introduction" jsonb;--> statement-breakpoint
ALTER TABLE "brandings" ADD COLUMN "next_steps_texts" jsonb;--> statement-breakpoint
CREATE INDEX "brandings_offer" ON "brandings" USING btree ("offer_id","version");--> statement-breakpoint
ALTER TABLE "brandings" ADD CONSTRAINT "brandings_no_empty_offer" CHECK ("brandings"."offer_id" <> '');--> statement-breakpoint
ALTER TABLE "brandings" ADD CONSTRAINT "brandings_texts" CHECK (jsonb_typeof("brandings"."introduction") = 'object' and jsonb_typeof("brandings"."next_steps_texts") = 'object');