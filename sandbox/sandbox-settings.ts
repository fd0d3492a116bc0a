/** The sandbox's settings: delays, timeouts and behavior of Microsoft's side. */
import { z } from "zod";
import { answerWindowMs } from "../shared/lifecycle.ts";
import type { Settings } from "./model.ts";

export const defaultSettings: Settings = {
  answerWindowMs,
  windowOpensOn: "operation",
  operationDelayMs: 1500,
  listLagMs: 2000,
  subscriptionLagMs: 0,
  webhookDelayMs: 100,
  webhookCopies: 1,
  webhookTimeoutMs: 10_000,
  webhookAttempts: 500,
  activationDelayMs: 1500,
  activationOutcome: "Subscribed",
  revertAfterRejection: false,
  purchaseTokenTtlMs: 24 * 3_600_000,
  accessTokenTtlMs: 3_600_000,
  grantsMailSend: true,
};

const milliseconds = z
  .int()
  .min(0)
  .max(366 * 86_400_000);

/** A change of some settings; unknown names are rejected. */
export const settingsInput = z
  .strictObject({
    answerWindowMs: milliseconds,
    windowOpensOn: z.enum(["operation", "delivery"]),
    operationDelayMs: milliseconds,
    listLagMs: milliseconds,
    subscriptionLagMs: milliseconds,
    webhookDelayMs: milliseconds,
    webhookCopies: z.int().min(1).max(10),
    webhookTimeoutMs: milliseconds.min(50),
    webhookAttempts: z.int().min(1).max(10_000),
    activationDelayMs: milliseconds,
    activationOutcome: z.enum(["Subscribed", "Unsubscribed"]),
    revertAfterRejection: z.boolean(),
    purchaseTokenTtlMs: milliseconds,
    accessTokenTtlMs: milliseconds.min(1000),
    grantsMailSend: z.boolean(),
  })
  .partial();
