/** The check of the connection to Microsoft. */
import { credentialExpiryInput } from "../../shared/inputs/settings.ts";
import { checkConnection } from "../commands/connection/check-connection.ts";
import { setCredentialExpiry } from "../commands/connection/credentials.ts";
import { adminProcedure, operatorProcedure, router } from "./init.ts";

export const connectionRouter = router({
  check: operatorProcedure.query(({ ctx }) => checkConnection(ctx.command, ctx.connection)),

  setCredentialExpiry: adminProcedure.input(credentialExpiryInput).mutation(async ({ ctx, input }) => {
    await setCredentialExpiry(ctx.command, input);
    return { ok: true as const };
  }),
});
