/** API keys of the publisher's product. */
import { makeApiKeyInput, revokeApiKeyInput } from "../../shared/inputs/keys.ts";
import { makeApiKey, revokeApiKey } from "../commands/product/api-keys.ts";
import { listApiKeys } from "../database/queries/api-keys.ts";
import { dangerousAdminProcedure, adminProcedure, router } from "./init.ts";

export const keysRouter = router({
  list: adminProcedure.query(({ ctx }) => listApiKeys(ctx.db, ctx.now())),
  make: dangerousAdminProcedure.input(makeApiKeyInput).mutation(({ ctx, input }) => makeApiKey(ctx.command, input)),
  revoke: dangerousAdminProcedure.input(revokeApiKeyInput).mutation(async ({ ctx, input }) => {
    await revokeApiKey(ctx.command, input);
    return { ok: true as const };
  }),
});
