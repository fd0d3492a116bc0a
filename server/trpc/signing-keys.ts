/** The keys that sign entitlements. */
import { rotateSigningKeyInput } from "../../shared/inputs/keys.ts";
import { rotateSigningKey } from "../commands/signing-keys/rotate-signing-key.ts";
import { listSigningKeys } from "../database/queries/signing-keys.ts";
import { adminProcedure, dangerousAdminProcedure, router } from "./init.ts";

export const signingKeysRouter = router({
  list: adminProcedure.query(({ ctx }) => listSigningKeys(ctx.db)),
  rotate: dangerousAdminProcedure.input(rotateSigningKeyInput).mutation(async ({ ctx, input }) => {
    await rotateSigningKey({ ...ctx.signing, actor: ctx.command.actor }, input);
    return { ok: true as const };
  }),
});
