/**
 * Sends a change immediately and at most once: never queued, paused or repeated. Without an answer, the server is asked for the
 * outcome.
 */
import { TRPCClientError, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import type { AppRouter } from "../../server/trpc/router.ts";
import { isUserIdle } from "../live/user-activity.ts";
import { ownPage, recordBuild } from "../own-page.ts";
import { checkServer, canReachServer, recordResponse, offlineDurationMs } from "../live/server-connection.ts";
import { NotSentError, UnansweredError } from "./send-error.ts";
import { followUnanswered, waitForOutcome } from "./unanswered.ts";
import { trackSending } from "./in-flight.ts";

/** After this time without an answer, the change counts as unanswered. */
const requestTimeoutMs = 30_000;
/** After this time without connection, no answer is expected. */
const offlineTimeoutMs = 4_000;
/** How long the form waits for the outcome of an unanswered change. */
const outcomeWaitMs = 3_000;

let senderId = "";

/** The person that the page shows as signed in. Changes are only sent in this person's name. */
export function setSender(staffId: string): void {
  senderId = staffId;
}

/** The id of the signed-in person; empty before it is known. */
export function sender(): string {
  return senderId;
}

type Answer = { result: { data: unknown } } | { error: { message: string; code: number; data: object } };

async function send(procedure: string, input: unknown): Promise<unknown> {
  if (!(await canReachServer())) throw new NotSentError();
  const id = newId();
  const abortController = new AbortController();
  const startedAt = Date.now();
  const watchdog = setInterval(() => {
    if (Date.now() - startedAt > requestTimeoutMs || offlineDurationMs() > offlineTimeoutMs) abortController.abort();
  }, 250);
  try {
    const response = await fetch(`/trpc/${procedure}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...ownPage(),
        "x-marketdesk-submission": id,
        ...(senderId === "" ? {} : { "x-marketdesk-staff": senderId }),
        ...(isUserIdle() ? { "x-marketdesk-away": "1" } : {}),
      },
      body: input === undefined ? null : JSON.stringify(input),
      signal: abortController.signal,
    });
    recordBuild(response);
    const answer = await readAnswer(response);
    recordResponse();
    if ("result" in answer) return answer.result.data;
    throw TRPCClientError.from(answer);
  } catch (error) {
    if (error instanceof TRPCClientError) throw error;
    void checkServer();
    followUnanswered({ id, procedure, subscriptionId: subscriptionIn(input), staffId: senderId });
    throw new UnansweredError(id, await waitForOutcome(id, outcomeWaitMs));
  } finally {
    clearInterval(watchdog);
  }
}

/** @throws Error if the response is not Marketdesk's, for example a proxy's error page */
async function readAnswer(response: Response): Promise<Answer> {
  const answer = (await response.json()) as Partial<Record<"result" | "error", { data?: unknown }>>;
  if (answer.result === undefined && answer.error?.data === undefined)
    throw new Error("not a response from Marketdesk");
  return answer as Answer;
}

function subscriptionIn(input: unknown): string | null {
  const { subscriptionId } = (input ?? {}) as { subscriptionId?: unknown };
  return typeof subscriptionId === "string" ? subscriptionId : null;
}

/** A random UUID. Browsers offer `crypto.randomUUID` only over https. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The tRPC link for mutations. Unsubscribing does not revoke a sent change. */
export const sendLink: TRPCLink<AppRouter> =
  () =>
  ({ op }) =>
    observable((observer) => {
      trackSending(() => send(op.path, op.input)).then(
        (data) => {
          observer.next({ result: { data } });
          observer.complete();
        },
        (error: Error) => observer.error(TRPCClientError.from(error)),
      );
      return () => {};
    });
