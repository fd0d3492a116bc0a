/**
 * Sends a change: once, now or never. Nothing is queued, paused or repeated; when no answer comes, the server is asked what
 * became of it.
 */
import { TRPCClientError, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import type { AppRouter } from "../../server/trpc/router.ts";
import { isUserIdle } from "../live/user-activity.ts";
import { checkServer, canReachServer, recordResponse, offlineDurationMs } from "../live/server-connection.ts";
import { NotSentError, UnansweredError } from "./send-error.ts";
import { followUnanswered, waitForOutcome } from "./unanswered.ts";
import { trackSending } from "./in-flight.ts";

/** After so long without an answer it is not waited for any more. */
const requestTimeoutMs = 30_000;
/** A connection that is gone for so long brings no answer. */
const offlineTimeoutMs = 4_000;
/** For so long the form waits to learn what became of an unanswered change. */
const outcomeWaitMs = 3_000;

let senderId = "";

/** The person whom the page shows as signed in: in nobody else's name anything is sent from it. */
export function setSender(staffId: string): void {
  senderId = staffId;
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
        "x-marketdesk": "1",
        "x-marketdesk-submission": id,
        ...(senderId === "" ? {} : { "x-marketdesk-staff": senderId }),
        ...(isUserIdle() ? { "x-marketdesk-away": "1" } : {}),
      },
      body: input === undefined ? null : JSON.stringify(input),
      signal: abortController.signal,
    });
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

/** @throws Error when it is no answer of ours, for instance a proxy's page */
async function readAnswer(response: Response): Promise<Answer> {
  const answer = (await response.json()) as Partial<Record<"result" | "error", { data?: unknown }>>;
  if (answer.result === undefined && answer.error?.data === undefined) throw new Error("not an answer of Marketdesk");
  return answer as Answer;
}

function subscriptionIn(input: unknown): string | null {
  const { subscriptionId } = (input ?? {}) as { subscriptionId?: unknown };
  return typeof subscriptionId === "string" ? subscriptionId : null;
}

/** A random UUID; `crypto.randomUUID` is missing where a page comes by plain http. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** What the client does with every mutation. Ending the subscription does not take back what was sent. */
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
