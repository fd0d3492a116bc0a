/** Contact details that a purchaser entered but could not submit, kept in an encrypted cookie until they are submitted. */
import type { Context } from "hono";
import { z } from "zod";
import type { ContactInput } from "../../../shared/inputs.ts";
import { newCookieKey, type Cookies } from "../../auth/cookies.ts";
import { contactLimits } from "./contact-form.ts";

const draftSeconds = 3_600;

const draftSchema = z.object({
  subscriptionId: z.string(),
  values: z.object({ name: z.string(), email: z.string(), company: z.string(), phone: z.string() }),
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
    async read(c: Context, subscriptionId: string): Promise<ContactInput | null> {
      return (await find(c, subscriptionId))?.values ?? null;
    },

    async keep(c: Context, subscriptionId: string, typed: ContactInput): Promise<void> {
      const key = (await find(c, subscriptionId))?.key ?? newCookieKey(now());
      const entries = Object.entries(typed).map(([name, text]) => [
        name,
        text.slice(0, contactLimits[name as keyof ContactInput]).toWellFormed(),
      ]);
      const draft = { subscriptionId: subscriptionId.slice(0, 200), values: Object.fromEntries(entries) };
      await cookies.setSealed(c, "draft", key, draft, draftSeconds);
    },

    async forget(c: Context, subscriptionId: string): Promise<void> {
      const found = await find(c, subscriptionId);
      if (found) cookies.removeSealed(c, "draft", found.key);
    },
  };
}
