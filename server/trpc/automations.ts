/** Automations. Admins edit them; staff confirm or decline the changes that they propose. */
import {
  automationInput,
  changeAutomationInput,
  createAutomationInput,
  firingInput,
  moveAutomationInput,
  previewAutomationInput,
  proposalInput,
  removeAutomationInput,
} from "../../shared/automations.ts";
import { confirmProposal, declineProposal, dismissFiring } from "../commands/automations/answer-automations.ts";
import { previewAutomation } from "../commands/automations/preview-automation.ts";
import { changeAutomation, createAutomation } from "../commands/automations/save-automation.ts";
import {
  moveAutomation,
  removeAutomation,
  turnOffAutomation,
  turnOnAutomation,
} from "../commands/automations/switch-automation.ts";
import { findAutomation, listAutomationChoices, listAutomations } from "../database/queries/automations.ts";
import { AppError } from "../errors.ts";
import { adminProcedure, dangerousAdminProcedure, operatorProcedure, router, viewerProcedure } from "./init.ts";

const ok = { ok: true as const };

export const automationsRouter = router({
  list: viewerProcedure.query(({ ctx }) => listAutomations(ctx.db)),
  get: viewerProcedure.input(automationInput).query(async ({ ctx, input }) => {
    const found = await findAutomation(ctx.db, input.id);
    if (!found) throw new AppError("NotFound", "There is no automation with this ID.");
    return found;
  }),
  choices: adminProcedure.query(({ ctx }) => listAutomationChoices(ctx.db)),
  preview: adminProcedure
    .input(previewAutomationInput)
    .query(({ ctx, input }) => previewAutomation({ ...ctx.command, db: ctx.slowDb }, input)),

  create: dangerousAdminProcedure
    .input(createAutomationInput)
    .mutation(({ ctx, input }) => createAutomation(ctx.command, input)),
  change: dangerousAdminProcedure
    .input(changeAutomationInput)
    .mutation(({ ctx, input }) => changeAutomation(ctx.command, input)),
  turnOn: dangerousAdminProcedure.input(automationInput).mutation(async ({ ctx, input }) => {
    await turnOnAutomation(ctx.command, input);
    return ok;
  }),
  turnOff: adminProcedure.input(automationInput).mutation(async ({ ctx, input }) => {
    await turnOffAutomation(ctx.command, input);
    return ok;
  }),
  move: adminProcedure.input(moveAutomationInput).mutation(async ({ ctx, input }) => {
    await moveAutomation(ctx.command, input);
    return ok;
  }),
  remove: adminProcedure.input(removeAutomationInput).mutation(async ({ ctx, input }) => {
    await removeAutomation(ctx.command, input);
    return ok;
  }),

  confirm: operatorProcedure.input(proposalInput).mutation(({ ctx, input }) => confirmProposal(ctx.command, input)),
  decline: operatorProcedure.input(proposalInput).mutation(async ({ ctx, input }) => {
    await declineProposal(ctx.command, input);
    return ok;
  }),
  dismiss: operatorProcedure.input(firingInput).mutation(async ({ ctx, input }) => {
    await dismissFiring(ctx.command, input);
    return ok;
  }),
});
