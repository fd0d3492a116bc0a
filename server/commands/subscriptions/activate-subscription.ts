/** Activates a purchase at Microsoft, which starts billing. */
import { and, eq, isNotNull, sql } from "drizzle-orm";
import type { z } from "zod";
import type { activateInput } from "../../../shared/inputs/subscriptions.ts";
import type { ContactInput } from "../../../shared/inputs/landing.ts";
import type { Language } from "../../../shared/languages.ts";
import type { Answer } from "../../../shared/questions.ts";
import { accessOf } from "../../../shared/lifecycle.ts";
import { isProvisioned } from "../../../shared/product.ts";
import type { Context } from "../../context.ts";
import type { ActiveQuestions } from "../../database/queries/question-sets.ts";
import { activationModeOf } from "../../database/queries/activation-policies.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { purchaserLanguages } from "../../database/schema/notices.ts";
import { operations } from "../../database/schema/operations.ts";
import { confirmations } from "../../database/schema/product.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { saveAnswers } from "./save-answers.ts";
import { endOnboarding } from "./mark-onboarded.ts";
import {
  lockSubscription,
  openActionsOf,
  requestChange,
  requestChangeIn,
  retryStuck,
  type SubscriptionRecord,
} from "./request-change.ts";

/**
 * By staff, or by the product with its API.
 * @throws AppError `NotAllowedNow`, `Forbidden`, `NotFound`
 */
export function activateSubscription(
  ctx: Context,
  input: z.infer<typeof activateInput> & { operationId?: string },
): Promise<{ operationId: string }> {
  return requestChange(ctx, { ...input, action: "activate" });
}

/**
 * By the purchaser: stores the contact and requests the activation once, however often the button is pressed. By
 * the plan's policy it continues, or waits for staff or for the product.
 * @throws AppError `NotFound`
 */
export async function activateFromLanding(
  ctx: Context,
  input: {
    subscriptionId: string;
    contact: ContactInput;
    answers: Answer[];
    asked: ActiveQuestions;
    language: Language;
  },
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const row = await lockSubscription(tx, input.subscriptionId);
    await saveContact(ctx, tx, row, input.contact);
    await saveLanguage(tx, row.id, input.language);
    await saveAnswers(ctx, tx, row, input);
    if (row.status !== "PendingFulfillmentStart") return;
    const stuck = await tx
      .select({ id: operations.id })
      .from(operations)
      .where(and(eq(operations.subscriptionId, row.id), isNotNull(operations.stuckAt)));
    if (stuck.length > 0)
      await retryStuck(
        tx,
        stuck.map(({ id }) => id),
        ctx.now(),
      );
    if ((await openActionsOf(tx, row.id)).length > 0) return;
    if (await mustWait(ctx, tx, row)) return;
    await requestChangeIn(ctx, tx, { subscriptionId: row.id, action: "activate", reason: null });
  });
}

/** The language of later emails to the purchaser. */
async function saveLanguage(tx: Executor, subscriptionId: string, language: Language): Promise<void> {
  await tx
    .insert(purchaserLanguages)
    .values({ subscriptionId, language })
    .onConflictDoUpdate({ target: purchaserLanguages.subscriptionId, set: { language } });
}

const nextOwnVersion = sql`${subscriptions.ownVersion} + 1`;

async function saveContact(
  ctx: Context,
  tx: Executor,
  row: SubscriptionRecord,
  { name, email, company, phone }: ContactInput,
): Promise<void> {
  const contact = { contactName: name, contactEmail: email, contactCompany: company, contactPhone: phone };
  const isChanged = Object.entries(contact).some(([key, value]) => row[key as keyof typeof contact] !== value);
  if (!isChanged) return;
  const now = ctx.now();
  await tx
    .update(subscriptions)
    .set({ ...contact, ownVersion: nextOwnVersion, updatedAt: now })
    .where(eq(subscriptions.id, row.id));
  await endOnboarding(tx, row.id);
  await record(tx, ctx.actor, now, [
    {
      subscriptionId: row.id,
      kind: "subscription.contact_given",
      summary: `Contact provided: ${[name, company].filter((part) => part !== "").join(", ")}`,
      after: { name, email, company, phone },
    },
  ]);
  await announce(tx, [{ topic: "subscription", subscriptionId: row.id }]);
}

/**
 * Whether the activation waits for staff or the product. Stored at the first confirmation; later policies do not
 * change it.
 */
async function mustWait(ctx: Context, tx: Executor, row: SubscriptionRecord): Promise<boolean> {
  const mode = row.activationWaitsFor ?? (await activationModeOf(tx, row));
  if (mode === "immediately") return false;
  if (row.activationWaitsFor === null) {
    const now = ctx.now();
    await tx
      .update(subscriptions)
      .set({ activationAskedAt: now, activationWaitsFor: mode, ownVersion: nextOwnVersion, updatedAt: now })
      .where(eq(subscriptions.id, row.id));
    await record(tx, ctx.actor, now, [
      {
        subscriptionId: row.id,
        kind: "subscription.activation_asked",
        summary: `Confirmed by the purchaser; the activation waits for ${mode === "staff" ? "staff" : "the product"}`,
        after: { activationWaitsFor: mode },
      },
    ]);
    await announce(tx, [{ topic: "subscription", subscriptionId: row.id }]);
  }
  if (mode === "staff") return true;
  const [confirmation] = await tx.select().from(confirmations).where(eq(confirmations.subscriptionId, row.id));
  const entitled = { ...row, access: accessOf(row.status, row.holdAt !== null) };
  return !isProvisioned(entitled, confirmation ?? null);
}
