/** Emails that staff write to customers. */
import { z } from "zod";
import { writeToCustomerInput } from "../../shared/customer-mails.ts";
import type { MailDraftView } from "../../shared/views/customer-mails.ts";
import { sendBlockedReason, writeToCustomer } from "../commands/customer-mails/write-to-customer.ts";
import { AppError } from "../errors.ts";
import { readMailDraft } from "../notify/purchaser/written-letter.ts";
import { operatorProcedure, router } from "./init.ts";

export const customerMailsRouter = router({
  /** Addresses and templates, filled in for the subscription. */
  draft: operatorProcedure
    .input(z.strictObject({ subscriptionId: z.string().min(1).max(200) }))
    .query(async ({ ctx, input }): Promise<MailDraftView> => {
      const draft = await readMailDraft(ctx.db, input.subscriptionId);
      if (!draft) throw new AppError("NotFound", "There is no subscription with this ID.");
      return { ...draft, sendBlockedReason: await sendBlockedReason(ctx.db) };
    }),

  write: operatorProcedure
    .input(writeToCustomerInput)
    .mutation(({ ctx, input }) => writeToCustomer(ctx.command, input)),
});
