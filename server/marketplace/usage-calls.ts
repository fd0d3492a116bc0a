/** The calls of the metering API: https://learn.microsoft.com/partner-center/marketplace-offers/marketplace-metering-service-apis */

import type { Call } from "./call.ts";
import { MarketplaceError } from "./errors.ts";
import { isFields } from "./parse-response.ts";
import type { ReadCalls } from "./read-calls.ts";
import type { Marketplace } from "./types.ts";
import { readDailyUsage, readUsageAnswer, readUsageAnswers, readUsageRefusal } from "./usage.ts";

/** About 35,000 rows. Reading them blocks the process for about a tenth of a second. */
const maxUsageListBytes = 16_000_000;
/** Microsoft adds up the usage of all subscriptions. */
const maxUsageListMs = 30_000;

export function createUsageCalls({ send, jsonOf, rows }: ReadCalls): Pick<Marketplace, "sendUsage" | "listUsage"> {
  return {
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
}
