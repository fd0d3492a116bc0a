/** The people of the sample history, each with a browser: staff in Marketdesk, purchasers on the landing page. */
import { type BrowserSession, createBrowserSession, type LoadedPage } from "../browser-session.ts";
import { findPersona } from "../personas.ts";
import { personalTenantId } from "../publisher.ts";

export type People = {
  /** Calls a Marketdesk procedure as a staff member. @returns its result @throws ProcedureRefused */
  asks<Answer = unknown>(staff: string, procedure: string, input: object): Promise<Answer>;
  /** Opens a purchase link as a purchaser, signs in and submits the contact form. */
  activates(purchaser: string, landingUrl: string): Promise<void>;
};

type Refused = { message: string; data?: { appCode: string | null } };

/** Marketdesk refused a procedure, with its message. */
export class ProcedureRefused extends Error {
  override readonly name = "ProcedureRefused";
  /** Such as `NotFound`; null if Marketdesk gave none. */
  readonly code: string | null;

  constructor(message: string, code: string | null) {
    super(message);
    this.code = code;
  }
}

/** @param desk Marketdesk's address, without a trailing slash */
export function createPeople(desk: string): People {
  const staff = new Map<string, BrowserSession>();

  async function send(browser: BrowserSession, procedure: string, input: object): Promise<LoadedPage> {
    return browser.sendJson(`${desk}/trpc/${procedure}`, input, { "x-marketdesk": "1" });
  }

  async function signIn(key: string): Promise<BrowserSession> {
    const browser = createBrowserSession();
    await browser.chooseAccount(await browser.visit(`${desk}/auth/sign-in`), key);
    staff.set(key, browser);
    return browser;
  }

  return {
    async asks<Answer>(key: string, procedure: string, input: object) {
      const known = staff.get(key);
      let shown = known && (await send(known, procedure, input));
      if (!shown || shown.status === 401) shown = await send(await signIn(key), procedure, input);
      const answer = JSON.parse(shown.html) as { result?: { data?: Answer }; error?: Refused };
      if (answer.error) throw new ProcedureRefused(answer.error.message, answer.error.data?.appCode ?? null);
      return answer.result?.data as Answer;
    },

    async activates(key, landingUrl) {
      const purchaser = findPersona(key);
      if (!purchaser) throw new Error(`Purchaser ${key} does not exist.`);
      const browser = createBrowserSession();
      const welcome = await browser.visit(landingUrl);
      const page = await browser.chooseAccount(await browser.follow(welcome, "Sign in with Microsoft"), key);
      await browser.submit(page, "/landing/activate", {
        name: purchaser.name,
        email: purchaser.username,
        // The page does not ask a person with a personal account.
        company: purchaser.tenantId === personalTenantId ? "" : purchaser.company,
        phone: "",
      });
    },
  };
}
