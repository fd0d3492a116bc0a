/** Icons of needs. */
import {
  IconAlertOctagon,
  IconCalendarOff,
  IconCalendarUser,
  IconClockExclamation,
  IconCreditCardOff,
  IconHelpHexagon,
  IconHourglassHigh,
  IconKey,
  IconRocket,
  IconRocketOff,
  IconShieldX,
  IconUnlink,
  IconZoomQuestion,
} from "@tabler/icons-react";
import type { NeedIcon } from "../../../shared/views/needs.ts";

export const needIcons: Record<NeedIcon, typeof IconRocket> = {
  alert: IconAlertOctagon,
  "calendar-off": IconCalendarOff,
  "calendar-user": IconCalendarUser,
  "card-off": IconCreditCardOff,
  clock: IconClockExclamation,
  help: IconHelpHexagon,
  hourglass: IconHourglassHigh,
  key: IconKey,
  rocket: IconRocket,
  "rocket-off": IconRocketOff,
  shield: IconShieldX,
  unlink: IconUnlink,
  zoom: IconZoomQuestion,
};
