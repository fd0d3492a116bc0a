/** The check of the connection to Microsoft. */
import { credentialEndInput } from "../../shared/inputs.ts";
import { checkConnection } from "../commands/connection/check-connection.ts";
import { setCredentialEnd } from "../commands/connection/credentials.ts";
import { adminProcedure, operatorProcedure, router } from "./init.ts";

export const connectionRouter = router({
  check: operatorProcedure.query(({ ctx }) => checkConnection(ctx.command, ctx.connection)),

  tellCredentialEnd: adminProcedure.input(credentialEndInput).mutation(async ({ ctx, input }) => {
    await setCredentialEnd(ctx.command, input);
    return { ok: true as const };
  }),
});
