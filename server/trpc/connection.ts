/** Whether the connection to Microsoft is right. */
import { checkConnection } from "../commands/check-connection.ts";
import { operatorProcedure, router } from "./init.ts";

export const connectionRouter = router({
  check: operatorProcedure.query(({ ctx }) => checkConnection(ctx.command, ctx.connection)),
});
