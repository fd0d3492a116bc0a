/** Inputs of API keys and signing keys. */
import { z } from "zod";
import { apiKeyLifetimes, apiScopes } from "../api-scopes.ts";
import { reason, typed } from "./parts.ts";

export const makeApiKeyInput = z
  .strictObject({
    name: typed()
      .trim()
      .min(1, "Enter a name, such as the system that will use the key.")
      .max(60, "Keep the name under 60 characters."),
    /** The key's permissions; reading and confirming if absent. */
    scopes: z.array(z.enum(apiScopes)).min(1, "Choose at least one permission.").optional(),
    /** Days until it expires; null: never. Absent: the default. */
    expiresInDays: z
      .union(
        apiKeyLifetimes.map((days) => z.literal(days)),
        "Choose when the key expires.",
      )
      .nullable()
      .optional(),
    /** Required for a key that never expires. */
    reason: typed().trim().max(500, "Keep the reason under 500 characters.").optional(),
  })
  .refine((input) => input.expiresInDays !== null || (input.reason ?? "").length >= 3, {
    path: ["reason"],
    error: "Explain in at least 3 characters why this key never expires.",
  });
export type MakeApiKeyInput = z.infer<typeof makeApiKeyInput>;
export const revokeApiKeyInput = z.strictObject({ id: z.uuid("The ID of the key is missing."), reason });
export type RevokeApiKeyInput = z.infer<typeof revokeApiKeyInput>;

export const rotateSigningKeyInput = z.strictObject({ reason });
