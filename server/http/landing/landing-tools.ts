/** What the handlers of the landing page need. */
import type { Logger } from "pino";
import type { ContactInput } from "../../../shared/inputs/landing.ts";
import type { Language } from "../../../shared/languages.ts";
import type { Answer } from "../../../shared/questions.ts";
import { createCookies } from "../../auth/cookies.ts";
import type { Purchaser } from "../../auth/purchaser-sessions.ts";
import { createSessions } from "../../auth/sessions.ts";
import type { Purchase } from "../../commands/purchases/purchase.ts";
import type { createTokenSigner } from "../../commands/signing-keys/sign-token.ts";
import type { Config } from "../../config/shape.ts";
import type { Database } from "../../database/connection/database.ts";
import type { ActiveQuestions } from "../../database/queries/question-sets.ts";
import type { Limits } from "../limits/limits.ts";
import { createDrafts } from "./drafts.ts";
import { createShowFailure } from "./show-failure.ts";
import { createSupportCodes } from "./support-codes.ts";

export type LandingDeps = {
  db: Database;
  config: Pick<Config, "publicUrl">;
  cookieSecret: string;
  /** Signs handoffs to the product. */
  sign: ReturnType<typeof createTokenSigner>;
  limits: Limits;
  now: () => Date;
  log: Logger;
  purchases: {
    /** @throws MarketplaceError; `NotTheirPurchase` if the purchase belongs to another organization */
    resolve(visitor: Purchaser, purchaseToken: string): Promise<Purchase>;
    get(subscriptionId: string): Promise<Purchase | null>;
    activate(
      visitor: Purchaser,
      subscriptionId: string,
      given: { contact: ContactInput; answers: Answer[]; asked: ActiveQuestions; language: Language },
    ): Promise<void>;
  };
  /** Visits whose visitors get an email when Microsoft responds; null if no mail server is configured. */
  awaited: {
    keep(visit: { purchaseToken: string; email: string; language: Language }): Promise<void>;
    has(visit: { purchaseToken: string; email: string }): Promise<boolean>;
    /** The visitor has reached the purchase. */
    forget(visit: { purchaseToken: string; subscriptionId: string }): Promise<void>;
  } | null;
};

export type LandingTools = ReturnType<typeof createLandingTools>;

export function createLandingTools(deps: LandingDeps) {
  const { db, config, now, log } = deps;
  const cookies = createCookies({ publicUrl: config.publicUrl, secret: deps.cookieSecret, now });
  const supportCodeFor = createSupportCodes({ db, now, log });
  return {
    ...deps,
    cookies,
    sessions: createSessions({ db, cookies, now }),
    drafts: createDrafts(cookies, now),
    showFailure: createShowFailure({ log, supportCodeFor }),
  };
}
