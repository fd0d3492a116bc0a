/** Inputs about members of staff. */
import { z } from "zod";
import { reason } from "./parts.ts";

/** A staff member. */
export const staffInput = z.strictObject({
  tenantId: z.guid("The tenant ID of the person is missing."),
  objectId: z.guid("The object ID of the person is missing."),
});
export const endSessionInput = z.strictObject({
  handle: z.string().regex(/^[0-9a-f]{16}$/, "The ID of the sign-in is missing."),
});

/** For blocking and unblocking a staff member. */
export const staffAccessInput = z.strictObject({
  tenantId: z.guid("The tenant ID of the person is missing."),
  objectId: z.guid("The object ID of the person is missing."),
  reason,
});
export type StaffAccessInput = z.infer<typeof staffAccessInput>;

/** Hands over to a colleague what a person without access owns. */
export const handOverInput = z.strictObject({
  tenantId: z.guid("The tenant ID of the person is missing."),
  objectId: z.guid("The object ID of the person is missing."),
  /** The colleague's id, `tenant:object`. */
  to: z.string().min(1, "Choose a colleague.").max(100),
});
export type HandOverInput = z.infer<typeof handOverInput>;
