CREATE TABLE "list_layouts" (
	"staff_id" text NOT NULL,
	"view" text NOT NULL,
	"widths" jsonb NOT NULL,
	"is_comfortable" boolean DEFAULT true NOT NULL,
	CONSTRAINT "list_layouts_staff_id_view_pk" PRIMARY KEY("staff_id","view")
);
