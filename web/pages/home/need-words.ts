/** The kinds of what needs someone, with their icons and tones. */
import {
  IconAlertOctagon,
  IconCalendarOff,
  IconCalendarUser,
  IconCreditCardOff,
  IconHelpHexagon,
  IconHourglassHigh,
  IconRocket,
  IconRocketOff,
  IconShieldX,
  IconUnlink,
  IconZoomQuestion,
} from "@tabler/icons-react";
import type { NeedKind } from "../../../shared/filters.ts";
import type { Tone } from "../../words.ts";

export const kindWords: Record<NeedKind, { name: string; icon: typeof IconRocket; tone: Tone }> = {
  answer: { name: "Answers due", icon: IconHourglassHigh, tone: "warn" },
  stuck: { name: "Stuck operations", icon: IconAlertOctagon, tone: "bad" },
  activation_failed: { name: "Activations that failed", icon: IconRocketOff, tone: "bad" },
  quarantined: { name: "Operations set aside", icon: IconShieldX, tone: "bad" },
  missing: { name: "Missing at Microsoft", icon: IconUnlink, tone: "bad" },
  unrecognised: { name: "Unknown statuses", icon: IconHelpHexagon, tone: "warn" },
  follow_up: { name: "To follow up", icon: IconCalendarUser, tone: "info" },
  activation: { name: "Purchases not activated", icon: IconRocket, tone: "info" },
  suspension: { name: "Suspended", icon: IconCreditCardOff, tone: "warn" },
  term_end: { name: "Ending without renewal", icon: IconCalendarOff, tone: "warn" },
  trial_end: { name: "Trials ending", icon: IconZoomQuestion, tone: "info" },
};
