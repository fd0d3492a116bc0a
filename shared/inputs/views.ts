/** Inputs of saved views. */
import { z } from "zod";
import { subscriptionFilters } from "../filters.ts";
import { typed } from "./parts.ts";

const viewName = typed().trim().min(1, "Enter a name for the view.").max(60, "Keep the name under 60 characters.");
const viewFilters = subscriptionFilters.omit({ cursor: true });
export type ViewFilters = z.infer<typeof viewFilters>;
const viewId = z.uuid("The ID of the view is missing.");
export const createViewInput = z.strictObject({ name: viewName, filters: viewFilters });
export const changeViewInput = z.strictObject({ id: viewId, name: viewName, filters: viewFilters });
export const removeViewInput = z.strictObject({ id: viewId });
export const shareViewInput = z.strictObject({ id: viewId, isShared: z.boolean() });
