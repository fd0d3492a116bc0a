/** Personal data of one person. Mutations, so that email addresses do not appear in URLs. */
import { erasePersonInput, findPersonInput, personInput } from "../../shared/inputs/people.ts";
import { erasePerson } from "../commands/people/erase-person.ts";
import { exportPerson } from "../commands/people/export-person.ts";
import { findPerson } from "../commands/people/find-person.ts";
import type { SigningContext } from "../commands/signing-keys/rotate-signing-key.ts";
import type { Context } from "../context.ts";
import type { Database } from "../database/connection/database.ts";
import { adminProcedure, dangerousAdminProcedure, router } from "./init.ts";

/** These commands read all tables, so their statements may take longer. */
const personContext = (ctx: { command: Context; slowDb: Database; signing: SigningContext }) => ({
  ...ctx.command,
  db: ctx.slowDb,
  secret: ctx.signing.secret,
});

export const peopleRouter = router({
  find: adminProcedure
    .input(findPersonInput)
    .mutation(({ ctx, input }) => findPerson({ ...ctx.command, db: ctx.slowDb }, input.email)),
  export: dangerousAdminProcedure
    .input(personInput)
    .mutation(({ ctx, input }) => exportPerson(personContext(ctx), input)),
  erase: dangerousAdminProcedure
    .input(erasePersonInput)
    .mutation(({ ctx, input }) => erasePerson(personContext(ctx), input)),
});
