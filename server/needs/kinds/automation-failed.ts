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
    const { name, detail } = automationWords(quoted);
    return {
      what: `Automation could not act: ${name}`,
      rule: `${sentence(detail === "" ? "One of its actions was refused" : detail)} Take the missing action yourself, then dismiss the problem on the subscription's page. If it happens again, change the automation.`,
    };
  },
};
