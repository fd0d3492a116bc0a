/** Personal data of one person. Mutations, so that email addresses do not appear in URLs. */
import { erasePersonInput, findPersonInput, personInput } from "../../shared/inputs.ts";
import { erasePerson } from "../commands/people/erase-person.ts";
import { exportPerson } from "../commands/people/export-person.ts";
import { findPerson } from "../commands/people/find-person.ts";
import { adminProcedure, dangerousAdminProcedure, router } from "./init.ts";

export const peopleRouter = router({
  find: adminProcedure
    .input(findPersonInput)
    .mutation(({ ctx, input }) => findPerson({ ...ctx.command, db: ctx.slowDb }, input.email)),
  export: dangerousAdminProcedure
    .input(personInput)
    .mutation(({ ctx, input }) => exportPerson({ ...ctx.command, db: ctx.slowDb }, input)),
  erase: dangerousAdminProcedure
    .input(erasePersonInput)
    .mutation(({ ctx, input }) => erasePerson({ ...ctx.command, db: ctx.slowDb }, input)),
});
