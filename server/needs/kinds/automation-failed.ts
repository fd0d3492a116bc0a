/** An automation could not do one of its actions. */
import { automationWords, firingSource } from "../automation-sources.ts";
import type { NeedKind } from "../need-kind.ts";
import { sentence } from "../need-phrases.ts";

export const automationFailed: NeedKind = {
  group: "Automations that could not act",
  icon: "alert",
  tone: "warn",
  windowMs: null,
  actions: ["open"],
  source: firingSource,
  words: ({ quoted }) => {
    const { name, rest } = automationWords(quoted);
    return {
      what: `Automation could not act: ${name}`,
      rule: `${sentence(rest === "" ? "One of its actions was refused" : rest)} Do what is missing yourself, then dismiss the problem on the subscription's page. If it happens again, change the automation.`,
    };
  },
};
