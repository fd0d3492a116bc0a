/** Microsoft's SaaS Fulfillment APIs, version 2, wire version 2018-08-31: one function per call. */

import { plainGuid } from "../../shared/guid.ts";
import {
  isFields,
  parseJson,
  readContinuation,
  readField,
  readNextLink,
  readOperationId,
  rowsOf,
} from "./parse-response.ts";
import { createCaller, type CallerOptions } from "./caller.ts";
import type { Answer, Call } from "./call.ts";
import { errorOfUnreadable, readRetryAfter } from "./failures.ts";
import { readGuid, readId, readQuantity } from "./read-values.ts";
import { readOperation } from "./read-operation.ts";
import { readPlan } from "./read-plan.ts";
import { readSubscription } from "./read-subscription.ts";
import { readDailyUsage, readUsageAnswer, readUsageAnswers, readUsageRefusal } from "./usage.ts";
import { MarketplaceError } from "./errors.ts";
import type { AcceptedChange, CallOptions, Marketplace, MarketplaceSubscription, ResolvedPurchase } from "./types.ts";

const subscriptions = ["saas", "subscriptions"];
/** About 35,000 rows. Reading them blocks the process for about a tenth of a second. */
const maxUsageListBytes = 16_000_000;
/** Microsoft adds up the usage of all subscriptions. */
const maxUsageListMs = 30_000;

/**
 * `baseUrl` ends in `/api`. `getToken` returns the fulfillment app's token; `forgetToken` drops it, once, after a
 * 401 or 403. `onCall` receives each attempt, without tokens and bodies.
 */
export function createMarketplace(options: CallerOptions): Marketplace {
  const send = createCaller(options);
  const { now = () => new Date() } = options;

  async function read<T>(
    call: Call,
    o: CallOptions | undefined,
    parse: (value: unknown, answer: Answer) => T | null,
  ): Promise<T> {
    const answer = await send(call, o);
    const result = parse(jsonOf(answer, call), answer);
    if (result === null) throw errorOfUnreadable(call, answer, "The response lacks the requested data.");
    return result;
  }

  function jsonOf(answer: Answer, call: Call): unknown {
    try {
      return parseJson(answer.text);
    } catch {
      throw errorOfUnreadable(call, answer, "The response is not JSON.");
    }
  }

  async function rows(call: Call, o: CallOptions | undefined, name: string): Promise<unknown[]> {
    return rowsOf(jsonOf(await send(call, o), call), name);
  }

  async function getSubscription(id: string, o?: CallOptions): Promise<MarketplaceSubscription> {
    const call: Call = { name: "Get subscription", method: "GET", path: [...subscriptions, id], effect: "none" };
    return read(call, o, (value, answer) => {
      const found = readSubscription(value);
      // For example from the cache of a proxy: applied, it would change another customer's subscription.
      if (found !== null && found.id !== plainGuid(id))
        throw errorOfUnreadable(call, answer, "It is about another subscription.");
      return found;
    });
  }

  /** The operation that Microsoft created for our change, and when to poll it. */
  async function change(call: Call, o: CallOptions | undefined): Promise<AcceptedChange> {
    const { headers } = await send(call, o);
    const operationId = readOperationId(headers);
    return { operationId: operationId && plainGuid(operationId), retryAfterMs: readRetryAfter(headers, now()) };
  }

  return {
    resolve(token, o) {
      // A purchase token contains no spaces: decoding twice turned its plus signs into them.
      const purchaseToken = token.trim().replaceAll(" ", "+");
      const path = [...subscriptions, "resolve"];
      return read({ name: "Resolve", method: "POST", path, purchaseToken, effect: "none" }, o, readPurchase);
    },

    async activate(id, planId, quantity, o) {
      return change(
        {
          name: "Activate",
          method: "POST",
          path: [...subscriptions, id, "activate"],
          // Microsoft ignores the body; its emulator rejects a call without the plan.
          body: { planId, ...(quantity === null ? {} : { quantity }) },
          effect: "repeatable",
          isDone: async (inner) => (await getSubscription(id, inner)).status === "Subscribed",
        },
        o,
      );
    },

    getSubscription,

    async listSubscriptions(continuation, o) {
      const query = continuation === null ? "" : `continuationToken=${encodeURIComponent(continuation)}`;
      const call: Call = {
        name: "List subscriptions",
        method: "GET",
        path: subscriptions,
        query,
        effect: "none",
        isLong: true,
      };
      const answer = await send(call, o);
      const value = jsonOf(answer, call);
      const found = rowsOf(value, "subscriptions");
      const readable = found.map(readSubscription).filter((subscription) => subscription !== null);
      const next = nextOf(value, (why) => errorOfUnreadable(call, answer, why));
      return { subscriptions: readable, next, unreadable: found.length - readable.length };
    },

    async listAvailablePlans(id, o) {
      const path = [...subscriptions, id, "listAvailablePlans"];
      const query = o?.planId === undefined ? "" : `planId=${encodeURIComponent(o.planId)}`;
      const call: Call = { name: "List available plans", method: "GET", path, query, effect: "none" };
      const plans = await rows(call, o, "plans");
      return plans.map(readPlan).filter((plan) => plan !== null);
    },

    changePlan(id, planId, o) {
      const path = [...subscriptions, id];
      return change({ name: "Change plan", method: "PATCH", path, body: { planId }, effect: "once" }, o);
    },

    changeQuantity(id, quantity, o) {
      const path = [...subscriptions, id];
      return change({ name: "Change quantity", method: "PATCH", path, body: { quantity }, effect: "once" }, o);
    },

    cancel(id, o) {
      return change({ name: "Cancel", method: "DELETE", path: [...subscriptions, id], effect: "once" }, o);
    },

    async listOperations(id, o) {
      const path = [...subscriptions, id, "operations"];
      const call: Call = { name: "List operations", method: "GET", path, effect: "none", isOperationRead: true };
      const operations = await rows(call, o, "operations");
      return operations
        .map((row) => readOperation(row, { subscriptionId: id }))
        .filter((operation) => operation !== null);
    },

    getOperation(id, operationId, o) {
      const path = [...subscriptions, id, "operations", operationId];
      const call: Call = { name: "Get operation", method: "GET", path, effect: "none", isOperationRead: true };
      return read(call, o, (value, { headers }) => {
        const operation = readOperation(value, { subscriptionId: id, operationId });
        return operation && { ...operation, retryAfterMs: readRetryAfter(headers, now()) };
      });
    },

    async acknowledge(id, operationId, outcome, o) {
      const path = [...subscriptions, id, "operations", operationId];
      await send({ name: "Acknowledge", method: "PATCH", path, body: { status: outcome }, effect: "repeatable" }, o);
    },

    async sendUsage(items, o) {
      const [item, ...others] = items;
      const isAlone = others.length === 0;
      const call: Call = {
        name: "Send usage",
        method: "POST",
        path: [isAlone ? "usageEvent" : "batchUsageEvent"],
        body: isAlone && item ? item : { request: items },
        effect: "repeatable",
        hasResult: true,
      };
      try {
        const answer = await send(call, o);
        const value = jsonOf(answer, call);
        const answers = isAlone ? [isFields(value) ? readUsageAnswer(value) : null] : readUsageAnswers(value, items);
        return { answers, status: answer.status, requestId: answer.requestId };
      } catch (error) {
        if (!(error instanceof MarketplaceError) || !isAlone) throw error;
        const refusal = readUsageRefusal(error);
        if (refusal === null) throw error;
        return { answers: [refusal], status: error.status ?? 0, requestId: error.requestId };
      }
    },

    async listUsage(from, to, o) {
      const query = new URLSearchParams({
        usageStartDate: from.toISOString(),
        UsageEndDate: to.toISOString(),
        ...o?.filter,
      }).toString();
      const call: Call = {
        name: "List usage",
        method: "GET",
        path: ["usageEvents"],
        query,
        effect: "none",
        isLong: true,
        maxAnswerBytes: maxUsageListBytes,
        maxAttemptMs: maxUsageListMs,
      };
      const found = await rows(call, o, "usageEvents");
      return found.map(readDailyUsage).filter((row) => row !== null);
    },
  };

  function nextOf(value: unknown, refuse: (why: string) => Error): string | null {
    const link = readNextLink(value);
    if (link === null) return null;
    const next = readContinuation(link, options.baseUrl);
    if ("refused" in next) throw refuse(next.refused);
    return next.token;
  }
}

/** Microsoft has omitted the nested subscription at times, and the two quantities can differ. */
function readPurchase(value: unknown): ResolvedPurchase | null {
  if (!isFields(value)) return null;
  const subscription = readSubscription(readField(value, "subscription"));
  const subscriptionId = readGuid(readField(value, "id")) ?? subscription?.id ?? null;
  const offerId = readId(readField(value, "offerId")) ?? subscription?.offerId ?? null;
  const planId = readId(readField(value, "planId")) ?? subscription?.planId ?? null;
  if (subscriptionId === null || offerId === null || planId === null) return null;
  const name = readId(readField(value, "subscriptionName")) ?? subscription?.name ?? "";
  const quantity = readQuantity(readField(value, "quantity")) ?? subscription?.quantity ?? null;
  return { subscriptionId, offerId, planId, name, quantity, subscription };
}
