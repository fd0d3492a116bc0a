/** What the settings of a person or a channel can choose from. */
import type { ChannelChoice, KindChoice } from "../../../shared/views/notifications.ts";

export type Choices = {
  kinds: KindChoice[];
  views: { id: string; name: string }[];
  /** Where a person's messages can go; null in the rules of a channel, whose messages all go to that channel. */
  places: { mailAddress: string | null; channels: ChannelChoice[] } | null;
  /** The place of a new rule. */
  via: string;
};
