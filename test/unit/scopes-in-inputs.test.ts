/** Settings of a plan belong to its offer: the database refuses them otherwise, which would be an internal error. */
import { expect, test } from "vitest";
import type { z } from "zod";
import { setRuleInput } from "../../shared/inputs/change-rules.ts";
import { setDestinationInput, setQuestionsInput } from "../../shared/inputs/landing.ts";
import { setActivationPolicyInput } from "../../shared/inputs/policies.ts";

const common = { seenVersion: 0, reason: "a test" };
const rule = { followsWider: false, allowedPlans: null, minQuantity: null, maxQuantity: null };
const inputs: Record<string, [z.ZodType, object]> = {
  "a change rule": [setRuleInput, { ...common, ...rule }],
  "an activation policy": [setActivationPolicyInput, { ...common, mode: "immediately" }],
  "a destination": [setDestinationInput, { ...common, mode: "page", url: "", opensOnReturn: false }],
  questions: [setQuestionsInput, { ...common, questions: [] }],
};

test.each(Object.entries(inputs))("%s cannot be set for a plan without its offer", (_what, [schema, values]) => {
  const scope = { offerId: null, planId: "team" };
  expect(schema.safeParse({ ...values, ...scope }).error?.issues).toMatchObject([
    { path: ["offerId"], message: "Choose the offer that the plan belongs to." },
  ]);
  const paths = schema.safeParse({ ...values, ...scope, offerId: "insight" }).error?.issues.map(({ path }) => path);
  expect(paths ?? []).toEqual([]);
});
