/** Inputs of decisions on a requested cancellation. */
import { z } from "zod";
import { reason } from "./parts.ts";

const requestId = z.uuid("The ID of the request is missing.");
export const approveCancelInput = z.strictObject({ requestId });
export const declineCancelInput = z.strictObject({ requestId, reason });
export const withdrawCancelInput = z.strictObject({ requestId });
