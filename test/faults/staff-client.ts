/** Staff at work: the dashboard's procedures over HTTP, with a real sign-in. */
import { createBrowserSession } from "../../sandbox/browser-session.ts";

export type StaffAnswer = { status: number | null; ok: boolean; message: string; ms: number };

/** One request of staff that changes something; its reason is unique, so that its rows can be found. */
export type StaffRequest = { reason: string; procedure: string; subscriptionId: string | null; answer: StaffAnswer };

export type Staff = Awaited<ReturnType<typeof signInStaff>>;

/** Signs the sandbox's administrator in through the balancer. */
export async function signInStaff(url: string) {
  const browser = createBrowserSession();
  const signInPage = await browser.visit(`${url}/auth/sign-in`);
  const shown = await browser.chooseAccount(signInPage, "admin");
  const cookie = [...browser.cookies(url)].map(([name, value]) => `${name}=${value}`).join("; ");
  if (!shown.url.startsWith(url) || cookie === "") throw new Error(`staff could not sign in: ${shown.url}`);
  const requests: StaffRequest[] = [];
  let count = 0;

  async function send(method: "GET" | "POST", procedure: string, input: unknown): Promise<StaffAnswer> {
    const startedAt = performance.now();
    const text = JSON.stringify(input ?? {});
    const address = `${url}/trpc/${procedure}`;
    try {
      const answer = await fetch(method === "GET" ? `${address}?input=${encodeURIComponent(text)}` : address, {
        method,
        headers: { "content-type": "application/json", "x-marketdesk": "1", origin: url, cookie },
        body: method === "GET" ? undefined : text,
        signal: AbortSignal.timeout(20_000),
      });
      const message = await answer.text();
      return { status: answer.status, ok: answer.ok, message, ms: performance.now() - startedAt };
    } catch (error) {
      return { status: null, ok: false, message: (error as Error).message, ms: performance.now() - startedAt };
    }
  }

  return {
    cookie,
    /** What was requested, for the checker. */
    requests,
    read: (procedure: string, input?: unknown) => send("GET", procedure, input),
    /** A change of a subscription, with a unique reason. */
    async change(procedure: string, subscriptionId: string, more: object = {}): Promise<StaffAnswer> {
      count += 1;
      const reason = `fault run, request ${count}`;
      const answer = await send("POST", `subscriptions.${procedure}`, { subscriptionId, reason, ...more });
      requests.push({ reason, procedure, subscriptionId, answer });
      return answer;
    },
    /** A mutation without a subscription. */
    call: (procedure: string, input?: unknown) => send("POST", procedure, input),
  };
}
