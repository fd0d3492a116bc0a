ALTER TABLE "awaited_visits" ADD COLUMN "address_hash" text;--> statement-breakpoint
CREATE INDEX "awaited_visits_address" ON "awaited_visits" USING btree ("address_hash");