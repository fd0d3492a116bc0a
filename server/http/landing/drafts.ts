/** Contact details that a purchaser entered but could not submit, kept in an encrypted cookie until they are submitted. */
import type { Context } from "hono";
import { z } from "zod";
import type { ContactInput } from "../../../shared/inputs/landing.ts";
import { newCookieKey, type Cookies } from "../../auth/cookies.ts";
import type { TypedForm } from "./typed-form.ts";
import { contactLimits } from "./contact-form.ts";

const draftSeconds = 3_600;
const maxDraftAnswer = 200;
const maxAnswerBytes = 1_000;

const draftSchema = z.object({
  subscriptionId: z.string(),
  values: z.object({
    contact: z.object({ name: z.string(), email: z.string(), company: z.string(), phone: z.string() }),
    answers: z.record(z.string(), z.string()),
  }),
});

export function createDrafts(cookies: Cookies, now: () => Date) {
  async function find(c: Context, subscriptionId: string) {
    for (const key of cookies.keysOf(c, "draft")) {
      const parsed = draftSchema.safeParse(await cookies.getSealed(c, "draft", key));
      if (parsed.success && parsed.data.subscriptionId === subscriptionId) return { key, values: parsed.data.values };
    }
    return null;
  }

  return {
    /** The draft for this purchase; null if there is none. */
    async read(c: Context, subscriptionId: string): Promise<TypedForm | null> {
      return (await find(c, subscriptionId))?.values ?? null;
    },

    async keep(c: Context, subscriptionId: string, typed: TypedForm): Promise<void> {
      const key = (await find(c, subscriptionId))?.key ?? newCookieKey(now());
      const contact = Object.entries(typed.contact).map(([name, text]) => [
        name,
        text.slice(0, contactLimits[name as keyof ContactInput]).toWellFormed(),
      ]);
      // A cookie can have 4,096 bytes, and a character can take four.
      const answers = Object.entries(typed.answers).map(([id, text]): [string, string] => [
        id,
        text.slice(0, maxDraftAnswer).toWellFormed(),
      ]);
      const values = { contact: Object.fromEntries(contact), answers: firstThatFit(answers) };
      const draft = { subscriptionId: subscriptionId.slice(0, 200), values };
      await cookies.setSealed(c, "draft", key, draft, draftSeconds);
    },

    async forget(c: Context, subscriptionId: string): Promise<void> {
      const found = await find(c, subscriptionId);
      if (found) cookies.removeSealed(c, "draft", found.key);
    },
  };
}

/** The first answers, as many as fit into the cookie together with a contact. */
function firstThatFit(answers: [string, string][]): Record<string, string> {
  let bytes = 0;
  const next = answers.findIndex((answer) => (bytes += Buffer.byteLength(JSON.stringify(answer))) > maxAnswerBytes);
  return Object.fromEntries(next === -1 ? answers : answers.slice(0, next));
}
