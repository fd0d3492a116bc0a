/** An automation proposes a change, which only staff can confirm. */
import { automationWords, proposalSource } from "../automation-sources.ts";
import type { NeedKind } from "../need-kind.ts";

export const changeProposed: NeedKind = {
  group: "Changes proposed by automations",
  icon: "help",
  tone: "info",
  windowMs: null,
  isListedLast: true,
  actions: ["open"],
  source: proposalSource,
  words: ({ quoted }) => {
    const { name, detail } = automationWords(quoted);
    return {
      what: `Proposed: ${detail || "a change"}`,
      rule: `The automation “${name}” proposes this change. It is planned only if you confirm it on the subscription's page; you can also decline it there.`,
    };
  },
};
